"""Which losses of a run are watched, and that it says what goes wrong while it trains, at its end and in its status."""

from types import SimpleNamespace

import pytest
from omegaconf import OmegaConf

from ganae_cli import registry
from ganae_cli.training.watching import contests, costs_of_indecision
from tests.training.small import NARROW, SMALL

LOG2 = 0.6931


@pytest.mark.parametrize(
    ("name", "costs"),
    [
        ("non_saturating", {"real": LOG2, "fake": LOG2}),
        ("minimax", {"real": LOG2, "fake": LOG2}),
        ("least_squares", {"real": 0.125, "fake": 0.125}),
        ("hinge", {"real": 1.0, "fake": 1.0}),
        ("relativistic", {"pairing": LOG2}),
        ("wasserstein", {}),
        ("reverse_kl", {}),
        ("jensen_shannon", {}),
    ],
)
def test_what_a_discriminator_pays_that_cannot_tell(name, costs):
    """Of losses that are 0 once it is right; the others say nothing of that."""
    registry.import_parts("ganae_cli.losses")
    assert costs_of_indecision(registry.build("adversarial", name)) == pytest.approx(costs, abs=1e-4)


def test_the_terms_of_each_discriminator_are_watched_without_its_penalties():
    """A player's own loss is its measure: hinge counts 2, cross-entropy 2 log 2."""
    registry.import_parts("ganae_cli.losses")
    config = OmegaConf.create({"loss": {"adversarial": "non_saturating", "code_discriminator": "hinge"}})
    terms = (
        *("discriminator.real", "discriminator.fake_sample", "discriminator.fake_reconstruction", "discriminator.r1"),
        *("discriminator.real_gradient", "discriminator.loss", "code_discriminator.real"),
        *("code_discriminator.fake_code", "autoencoder.fool_sample"),
    )
    players = ("discriminator", "code_discriminator", "autoencoder")
    game = SimpleNamespace(players=players, terms=terms, penalties={"r1": None, "real_gradient": None})
    found = contests(config, game)
    assert {player: contest.terms for player, contest in found.items()} == {
        "discriminator": ("discriminator.real", "discriminator.fake_sample", "discriminator.fake_reconstruction"),
        "code_discriminator": ("code_discriminator.real", "code_discriminator.fake_code"),
    }
    assert found["discriminator"].undecided == pytest.approx(2 * LOG2, abs=1e-3)
    assert found["code_discriminator"].undecided == 2.0
    config.loss.adversarial = None
    assert contests(config, game) == {}


def test_a_discriminator_that_wins_is_said_while_it_trains_at_the_end_and_in_the_status(train, capsys):
    """The generator hardly moves. The first ten rows end at step 400, before step 500 nothing is said."""
    rates = ("optimizer.generator.learning_rate=1e-7", "optimizer.discriminator.learning_rate=0.01")
    _, folder = train(*rates, "train.steps=600", "train.log_every=40", "train.ema=0", base=(*SMALL, *NARROW))
    said = capsys.readouterr().err.splitlines()
    found = [i for i, line in enumerate(said) if line.startswith("ganae: warning: discriminator too strong: its loss")]
    assert len(found) == 2
    assert said[found[0]] == said[found[1]]
    assert said[found[0]].endswith("(since step 520)")
    step_600 = next(i for i, line in enumerate(said) if line.startswith("step 600/600"))
    assert found[0] < step_600 < found[1] < len(said)
    assert said[found[1] + 1].startswith("more: ")
    status = folder.status()
    assert (status["state"], status["warnings"]) == ("done", [said[found[0]].removeprefix("ganae: warning: ")])


def test_a_healthy_run_has_no_warnings(train, capsys):
    _, folder = train("train.steps=3", "train.log_every=1")
    assert folder.status()["warnings"] == []
