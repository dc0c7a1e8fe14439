"""The numbers that are improved: which there are, which values are better, and where a trial has them."""

import pytest
from omegaconf import OmegaConf

from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.tuning.objective import HIGHER, LOWER, RUN, TERM, Measurable, Objective, chosen, settle
from tests.tuning.conftest import COVERAGE, FID, SIZE

CAN = Measurable(("generator.fool",), {"fid": LOWER, "clipped_coverage": HIGHER, "spread": ""})


@pytest.fixture
def folder(tmp_path):
    """A run of three rows, of which the second and the last have a metric."""
    made = RunFolder(tmp_path)
    made.config.write_text(OmegaConf.to_yaml({"model": {"name": "gan"}, "train": {"best_by": None}}))
    for step, fid in ((100, None), (200, 4.0), (300, 2.5)):
        made.history.append({"step": step, "generator.fool": 0.5, "fid": fid})
    made.write_status("done", step=300, seconds=12.5, metrics={"parameters": 90})
    return made


def test_values_stand_in_the_history_or_in_the_status(folder):
    assert FID.values(folder) == [(200, 4.0), (300, 2.5)]
    assert FID.final(folder) == 2.5
    assert Objective("generator.fool", LOWER, TERM).final(folder) == 0.5
    assert (SIZE.final(folder), SIZE.values(folder)) == (90, [])
    assert Objective("seconds", LOWER, RUN).final(folder) == 12.5


def test_the_best_checkpoint_counts_if_it_is_the_best_by_this_number(folder):
    folder.config.write_text(OmegaConf.to_yaml({"model": {"name": "gan"}, "train": {"best_by": "fid"}}))
    for step, value in ((200, 1.5), (300, 2.5)):
        folder.checkpoints.add(step, lambda path: path.write_bytes(b"x"), metric={"fid": value})
    assert FID.final(folder) == 1.5
    assert Objective("generator.fool", LOWER, TERM).final(folder) == 0.5


def test_no_value_and_one_that_is_not_finite_are_refused(folder):
    with pytest.raises(UserError, match=r"^no clipped_coverage$"):
        COVERAGE.final(folder)
    folder.history.append({"step": 400, "generator.fool": 0.5, "fid": float("inf")})
    with pytest.raises(UserError, match=r"^fid is inf$"):
        FID.final(folder)


def test_names_are_those_that_can_be_measured():
    assert chosen(["generator.fool", "fid", "clipped_coverage", "images_per_second"], None, CAN) == (
        Objective("generator.fool", LOWER, TERM),
        FID,
        COVERAGE,
        Objective("images_per_second", HIGHER, RUN),
    )
    assert chosen(["generator.fool"], "maximize", CAN)[0].better == HIGHER
    assert Objective.of_json(FID.as_json()) == FID


@pytest.mark.parametrize(
    ("names", "direction", "message"),
    [
        (["fied"], None, "tune.metric: 'fied' is not measured in these trials; did you mean 'fid'? (metrics: fid, "),
        (["spread"], None, "tune.metric=spread: neither its highest nor its lowest value is the best one"),
        (["fid"], "maximize", "tune.direction=maximize looks for the worst trial: lower values of fid are better"),
        (["clipped_coverage"], "minimize", "leave it out, or type tune.direction=maximize"),
    ],
)
def test_what_cannot_be_improved_is_refused(names, direction, message):
    with pytest.raises(UserError) as refused:
        chosen(names, direction, CAN)
    assert message in str(refused.value)


def test_the_default_is_one_number_for_quality_and_variety():
    assert chosen([], None, CAN) == (FID,)
    assert chosen([], None, Measurable(CAN.terms, CAN.metrics, kind="points")) == (COVERAGE,)
    with pytest.raises(UserError, match=r"no metric can be measured: only 3 held-out rows; name a loss term, as t"):
        chosen([], None, Measurable(("generator.fool",), {}, refused="only 3 held-out rows"))


@pytest.mark.parametrize(
    ("train", "is_pruned", "every"),
    [
        ({}, False, 1000),  # at the end
        ({}, True, 200),
        ({"steps": 400}, True, 100),  # as many parts as rows
        ({"steps": 100}, True, 100),
        ({"max_minutes": 5}, False, 200),  # it may end before
        ({"stop_when": "fid"}, False, 200),
        ({"stop_when": "generator.fool", "evaluate_every": 100}, False, 100),
        ({"evaluate_every": 500}, True, 500),  # as the user has it
    ],
)
def test_a_trial_is_evaluated_at_its_last_step(train, is_pruned, every):
    given = {"steps": 1000, "log_every": 100, "evaluate_every": 0, "max_minutes": None}
    config = OmegaConf.create({"train": given | train})
    settle(config, [FID], is_pruned)
    assert config.train.evaluate_every == every


def test_a_loss_term_needs_no_evaluation_and_a_metric_a_row_at_the_end():
    train = {"steps": 250, "log_every": 100, "evaluate_every": 0, "max_minutes": None}
    config = OmegaConf.create({"train": train})
    settle(config, [SIZE, Objective("generator.fool", LOWER, TERM)], True)
    assert config.train.evaluate_every == 0
    with pytest.raises(UserError, match=r"so train.steps=250 must be a multiple of train.log_every=100"):
        settle(config, [FID], False)


def test_a_loss_term_may_not_end_a_trial_before_its_metric_is_measured():
    train = {"steps": 1000, "log_every": 100, "evaluate_every": 0, "max_minutes": None, "stop_when": "generator.fool"}
    config = OmegaConf.create({"train": train})
    settle(config, [Objective("generator.fool", LOWER, TERM)], False)
    expected = (
        "train.stop_when=generator.fool ends a trial before its fid is measured: stop by what is improved, as "
        "train.stop_when=fid train.evaluate_every=200, or improve what stops, as tune.metric=generator.fool"
    )
    with pytest.raises(UserError) as refused:
        settle(config, [SIZE, FID], False)
    assert str(refused.value) == expected


@pytest.mark.parametrize(
    ("stopped_by", "key"),
    [("max_minutes", "max_minutes"), ("stop_when", "stop_when"), ("collapse", "stop_on_collapse")],
)
def test_a_run_that_a_setting_ended_before_its_first_evaluation_says_so(tmp_path, stopped_by, key):
    folder = RunFolder(tmp_path)
    folder.config.write_text(OmegaConf.to_yaml({"model": {"name": "gan"}, "train": {"evaluate_every": 400}}))
    folder.write_status("interrupted", step=30, stopped_by=stopped_by)
    with pytest.raises(UserError) as refused:
        FID.final(folder)
    why = f"train.{key} ended it at step 30, before its first evaluation (train.evaluate_every=400)"
    assert str(refused.value) == f"no fid: {why}"
