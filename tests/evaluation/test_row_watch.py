"""What rows of a history warn of while a model trains, when, and that it is not said of trainings that go well."""

import math

import pytest

from ganae_cli.evaluation.row_watch import ROWS, Contest, RowWatch
from ganae_cli.evaluation.verdicts.discriminator_too_strong import ADVICE, WON
from ganae_cli.evaluation.verdicts.oscillation import FEWEST_ROWS

CHANCE = 2.0
CONTEST = Contest(("discriminator.real", "discriminator.fake"), CHANCE)
LOW, HIGH = 0.5 * WON * CHANCE, 2 * WON * CHANCE


def row(step, loss, penalty=0.0):
    """Return a row: three quarters of the loss are of real rows."""
    terms = {"discriminator.real": 0.75 * loss, "discriminator.fake": 0.25 * loss, "discriminator.r1": penalty}
    return {"step": step, "seconds": 1.0} | terms | {"discriminator.loss": loss + penalty, "generator.fool": 3.0}


def heard(rows, before=()):
    """Return (step, line) of all that is said, and the watch."""
    said, now = [], [0]
    watch = RowWatch(lambda line: said.append((now[0], line)), {"discriminator": CONTEST}, before)
    for one in rows:
        now[0] = one["step"]
        watch.take(one)
    return said, watch


def losses(*values, every=100):
    return [row(every * (i + 1), value) for i, value in enumerate(values)]


def test_a_discriminator_that_has_won_is_said_once_with_what_to_try():
    """Ten rows make a mean, at step 1,000; the next row agrees."""
    said, watch = heard(losses(*[LOW] * 30))
    ((step, line),) = said
    assert step == 100 * (ROWS + 1)
    assert line == (
        "ganae: warning: discriminator too strong: its loss has been 0.1 on average over 10 rows (2 if it could not "
        f"tell): it teaches little; in a new run, try {ADVICE} (since step 1000)"
    )
    assert watch.open == [line]


def test_it_is_said_when_that_is_over():
    """The mean over ten rows is above 1.5 times the threshold, 0.3, once seven of them are 0.4: 0.31."""
    said, watch = heard(losses(*[LOW] * 20, *[HIGH] * 10))
    assert [step for step, _ in said] == [1100, 2700]
    assert said[1][1] == "the discriminator has not won any more at step 2700"
    assert watch.open == []


def test_a_loss_about_the_threshold_is_not_said_again_and_again():
    just_below, just_above = 0.9 * WON * CHANCE, 1.1 * WON * CHANCE
    said, _ = heard(losses(*([just_below] * 10 + [just_above] * 10) * 5))
    assert len(said) == 1


@pytest.mark.parametrize("values", [[HIGH] * 40, [LOW, HIGH, HIGH] * 15, [HIGH] * 10 + [LOW] * 4 + [HIGH] * 10])
def test_a_loss_that_is_low_now_and_then_is_nothing(values):
    assert heard(losses(*values))[0] == []


def test_a_penalty_does_not_hide_that_the_discriminator_has_won():
    said, _ = heard([row(100 * (i + 1), LOW, penalty=5.0) for i in range(20)])
    assert len(said) == 1


def test_nothing_is_said_before_step_500():
    """Rows of each step: the mean is low from step 10 on."""
    said, _ = heard(losses(*[LOW] * 520, every=1))
    assert [step for step, _ in said] == [501]


def test_rows_of_an_earlier_process_count_but_are_not_talked_of():
    every = losses(*[LOW] * 12)
    said, watch = heard(every[10:], before=every[:10])
    assert [step for step, _ in said] == [1200]
    assert heard([], before=every)[0] == []
    assert watch.open


def swinging(count, size):
    """Return rows whose loss swings by so much about 1, in a period of 6 rows."""
    return losses(*(1 + size * math.sin(math.pi * i / 3 + 0.5) for i in range(count)))


def test_losses_that_swing_are_said_by_the_verdicts_own_measure():
    said, watch = heard(swinging(60, 0.9))
    ((step, line),) = said
    assert step == 100 * 1.5 * FEWEST_ROWS
    assert line.startswith("ganae: warning: oscillation: discriminator.loss swings by ")
    assert "; in a new run, try loss.penalties.r1.weight=1, a lower optimizer.learning_rate" in line
    assert watch.open == [line]


def test_losses_that_settle_are_said_too():
    said, watch = heard(swinging(40, 0.9) + [row(100 * (41 + i), 1.0) for i in range(120)])
    assert len(said) == 2
    assert said[1][1].startswith("the losses have settled at step ")
    assert watch.open == []
    assert heard(swinging(60, 0.1))[0] == []


def test_of_a_model_without_a_discriminator_nothing_is_said():
    rows = [{"step": 100 * i, "autoencoder.reconstruction": 0.1, "autoencoder.loss": 0.1} for i in range(60)]
    watch = RowWatch(pytest.fail, {})
    for one in rows:
        watch.take(one)
    assert watch.open == []
