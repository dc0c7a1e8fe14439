"""Evidence, and the verdicts that a judge may give."""

import pytest

from ganae_cli.evaluation.verdicts.base import ACCUSED, HEALTHY, UNKNOWN, Judge


class Any(Judge):
    name, threshold, source = "anything", "more than 1", "nobody"

    def judge(self, evidence):
        return self.healthy("nothing")


def test_columns_are_those_of_the_newest_row_and_have_the_rows_that_know_them(evidence):
    """A column may come later: settings of a resumed run add some."""
    found = evidence([{"step": 1, "discriminator.loss": 2.0}, {"step": 2, "discriminator.loss": 1.0, "fid": 3.0}])
    assert found.columns == ["step", "discriminator.loss", "fid"]
    assert (found.column("discriminator.loss"), found.column("fid")) == ([2.0, 1.0], [3.0])
    assert evidence().columns == []


def test_losses_of_a_game_are_told_from_other_columns(evidence):
    names = ("code_discriminator.loss", "discriminator.loss", "discriminator.real", "autoencoder.fool_sample")
    found = evidence([dict.fromkeys((*names, "generator.first_fool", "autoencoder.reconstruction"), 1.0)])
    assert found.discriminator_losses == ["discriminator.loss", "code_discriminator.loss"]
    assert found.adversarial_losses == [
        *("discriminator.loss", "code_discriminator.loss"),
        *("autoencoder.fool_sample", "generator.first_fool"),
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_is_not_finite_is_none(evidence, value):
    found = evidence(fid=value, kid=0.5)
    assert (found.value("fid"), found.value("kid"), found.value("mse")) == (None, 0.5, None)


def test_a_verdict_states_threshold_and_source_and_an_entry_is_a_number():
    judge = Any()
    given = {ACCUSED: judge.accused("all", "x=1"), HEALTHY: judge.healthy("none"), UNKNOWN: judge.unknown("no")}
    for state, verdict in given.items():
        assert (verdict.state, verdict.threshold, verdict.source) == (state, "more than 1", "nobody")
    assert [given[state].entry("any", {})["value"] for state in (ACCUSED, HEALTHY, UNKNOWN)] == [1, 0, None]
    assert given[ACCUSED].entry("any", {"n": 3})["protocol"]["advice"] == "x=1"
    assert "advice" not in given[HEALTHY].entry("any", {})["protocol"]
