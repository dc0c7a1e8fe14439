"""The small training of `ganae doctor`: real processes, and a real fault."""

import pytest

from ganae_cli.doctor.machine import i_training


def test_a_training_that_fails_is_a_problem(monkeypatch):
    monkeypatch.setattr(i_training, "WORDS", (*i_training.WORDS, "model.no_such_option=1"))
    (found,) = i_training.check()
    assert found.level == "problem"
    assert found.what.startswith("a small training fails: exit code 2: ganae: error: ")


@pytest.mark.slow
def test_a_training_is_resumed_to_the_same_numbers():
    rate, same = i_training.check()
    assert (rate.level, same.level) == ("ok", "ok")
    assert "steps per second" in rate.what
    assert same.what == "a run resumed at step 500 ends with the same numbers, bit for bit"
