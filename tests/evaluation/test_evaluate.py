"""All measures of a subject: which are chosen, which refused, and that samples of the data itself score as held-out."""

from dataclasses import replace

import numpy as np
import pytest

from ganae_cli.builders import from_config
from ganae_cli.errors import UserError
from ganae_cli.evaluation import evaluate as evaluating
from ganae_cli.evaluation.protocol import Protocol
from ganae_cli.evaluation.scores import SECTIONS
from ganae_cli.evaluation.subject import Subject
from ganae_cli.samplers.fitted import CodeSource


@pytest.fixture(scope="module")
def digits(compose):
    from_config.import_parts()
    return from_config.build_data(compose("dataset=digits"))


def given(data, rows, **settings):
    return Subject(data, Protocol(**{"features": "pixels", **settings}), given=rows)


def test_every_metric_has_a_section_and_one_measure(digits):
    found = [name for measure in evaluating.measures().values() for name in measure.metrics]
    assert len(found) == len(set(found)), "two measures give a metric of one name"
    assert {metric.section for metric in evaluating.metrics().values()} <= set(SECTIONS)
    assert all(len(metric.title) <= 38 for metric in evaluating.metrics().values() if metric.place is not None)


def test_held_out_rows_as_samples_score_what_stands_beside(digits):
    found = evaluating.evaluate(given(digits, digits.test))
    compared = [score for score in found.scores if score.about.get("beside") == "held-out rows in place of samples"]
    assert {"fid", "precision", "clipped_coverage", "authenticity"} <= {score.metric for score in compared}
    for score in compared:
        if score.metric == "ms_ssim":  # of other random pairs
            assert score.low < score.beside < score.high
            continue
        assert score.value == pytest.approx(score.beside, rel=1e-5, abs=1e-7), score.metric


def test_copies_and_noise_are_told(digits):
    copies = evaluating.evaluate(given(digits, digits.train[:299]))
    noise = evaluating.evaluate(given(digits, np.random.default_rng(0).integers(0, 256, (299, 8, 8, 1), np.uint8)))
    assert copies.value("copied_share") == 1
    assert copies.value("authenticity") == 0
    assert copies.value("precision") > 0.95
    assert noise.value("precision") < 0.05
    assert noise.value("fid") > 10 * copies.value("fid")
    assert noise.value("copied_share") == 0


def test_only_what_was_asked_for(digits):
    found = evaluating.evaluate(given(digits, digits.test, metrics=("recall", "fid")))
    assert sorted(score.metric for score in found.scores) == ["fid", "recall"]
    assert set(found.refusals) == set()


def test_what_needs_a_model_is_refused_for_samples_of_another_program(digits):
    found = evaluating.evaluate(given(digits, digits.test[:40], metrics=("mse", "effective_rank", "discriminator_auc")))
    assert found.scores == ()
    assert found.refusals["reconstruction"] == "there is no encoder"
    assert found.refusals["rank"] == "there is no encoder"
    assert "discriminator" in found.refusals


def test_quick_metrics_are_a_part_of_all(digits):
    subject = given(digits, digits.test)
    quick, every = evaluating.applicable(subject, quick=True), evaluating.applicable(subject)
    assert set(quick) < set(every)
    assert "fid" in quick


def test_few_rows_are_refused_and_not_many_are_warned_of(digits):
    with pytest.raises(UserError, match=r"^only 19 samples: samples are compared with at least 20$"):
        evaluating.evaluate(given(digits, digits.test[:19]))
    read = "are few: read each number with its interval, beside what stands beside it"
    for rows, what in ((digits.test[:20], "20 samples"), (digits.train[:500], "299 held-out rows")):
        assert evaluating.evaluate(given(digits, rows, metrics=("fid",))).warnings == (f"{what} {read}",)
    few = evaluating.evaluate(given(digits.first(60), digits.test, metrics=("fid",))).warnings
    assert few[1:] == ("60 training rows are few: samples are compared with these alone",)


def test_unknown_metrics_are_named_with_the_nearest(digits):
    with pytest.raises(UserError, match="no metric named 'recal'; did you mean 'recall'"):
        evaluating.check(["fid", "recal"])


def test_progress_reaches_the_end_in_order(digits):
    seen = []
    evaluating.evaluate(given(digits, digits.test[:30]), at=lambda share, name: seen.append(share))
    assert seen == sorted(seen)
    assert 0 <= seen[0] < seen[-1] <= 1


def test_at_another_step_the_same_data_score_the_same(digits, compose):
    """What held-out rows score is kept from step to step; samples of the step are measured anew."""
    config = compose("model=gan", "hardware=cpu")
    game = from_config.build_game(config, digits.shape, ()).game
    settings = Protocol(samples=60, features="pixels")
    first = Subject(digits, settings, game, CodeSource("prior"))
    before = evaluating.evaluate(first, quick=True)
    for variable in game.network("generator").trainable_variables:
        variable.assign(variable + 0.1)
    after = evaluating.evaluate(first.again(CodeSource("prior")), quick=True)
    fresh = evaluating.evaluate(Subject(digits, settings, game, CodeSource("prior")), quick=True)
    assert after.entries() == fresh.entries()
    assert after.value("fid") != before.value("fid")
    assert after.score("fid").beside == before.score("fid").beside


@pytest.mark.parametrize("model", ["vae", "gan"])
def test_a_conditional_model_whose_held_out_rows_have_no_labels(compose, digits, model):
    """What needs their classes is left out; all else is measured."""
    config = compose(f"model={model}", "model.condition=concat", "hardware=cpu")
    game = from_config.build_game(config, digits.shape, digits.classes).game
    subject = Subject(
        replace(digits, test_labels=None), Protocol(samples=25, features="pixels"), game, CodeSource("prior")
    )
    found = evaluating.evaluate(subject)
    assert found.value("fid") > 0
    assert {name for name in found.refusals if "class of each row" in found.refusals[name]} == (
        {"reconstruction", "robustness"} if model == "vae" else set()
    )
    left_out = {"mse", "discriminator_auc", "reconstruction_variation", "membership_auc_reconstruction"}
    assert not left_out & {score.metric for score in found.scores}
    assert not left_out & set(evaluating.applicable(subject))


@pytest.mark.parametrize("count", [1, 3, 5])
def test_a_model_that_learned_a_few_rows(digits, count):
    """As of debug=overfit: copies are looked for; what takes more rows is left out."""
    subject = given(digits.first(count), digits.test[:40])
    found = evaluating.evaluate(subject)
    assert found.refusals["neighbourhoods"] == f"it takes 6 training rows, and there are {count}"
    assert (found.score("fid") is None, found.score("kid") is None) == (count < 2, count < 4)
    assert found.value("copied_share") is not None
    assert {"clipped_density", "recall"}.isdisjoint(evaluating.applicable(subject))
