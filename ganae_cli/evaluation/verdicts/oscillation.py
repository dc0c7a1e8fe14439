"""Oscillation: losses of a game that swing to the end, where those of a healthy training settle."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ganae_cli.evaluation.verdicts.base import Evidence, Judge, Verdict
from ganae_cli.registry import register

FEWEST_ROWS = 20  # of the history
MOST = 0.3  # of the level
FLOOR = 0.25  # of the level of the first rows: a loss near 0 has won, and its relative changes mean nothing
FIRST_ROWS = 3
TO_DEVIATION = 1.4826  # of a normal distribution: standard deviation / median absolute deviation
ADVICE = "loss.penalties.r1.weight=1, a lower optimizer.learning_rate, or optimizer.beta_1=0"


class Swing(NamedTuple):
    """How a series moves about its trend. size: of its moves, beside the level. level: mean of the absolute values, or
    the least that was asked for.
    """

    size: float
    level: float


def swing(values: Sequence[float], least: float = 0.0) -> Swing | None:
    """Return how the second half of a series moves about its linear trend; None for fewer than 20 values.

    size = s / max(m, m0 / 4, least): s is 1.4826 times the median absolute deviation of the residuals, which estimates
    a standard deviation and does not see single spikes; m is the mean of the absolute values of the half, m0 that of
    the first three values.

    >>> round(swing([1.0, 3.0] * 20).size, 2), round(swing(list(range(1, 41))).size, 2)
    (0.74, 0.0)
    """
    half = np.array(values[len(values) // 2 :])
    if len(values) < FEWEST_ROWS or not np.isfinite(half).all():
        return None
    at = np.arange(len(half))
    rest = half - np.polyval(np.polyfit(at, half, 1), at)
    level = float(np.abs(half).mean())
    scale = max(level, least, FLOOR * float(np.abs(values[:FIRST_ROWS]).mean()))
    spread = TO_DEVIATION * float(np.median(np.abs(rest - np.median(rest))))
    return Swing(spread / scale if scale > 0 else 0.0, max(level, least))


@register("verdict", "oscillation")
class Oscillation(Judge):
    """Accused if an adversarial loss, in the second half of the training, swings by more than 30 % of its level.

    Looked at are the loss of each discriminator, and the terms by which others fool it; not reconstruction errors.
    Rows of the history are means over `train.log_every` steps, so that noise of batches is averaged out. A trend is no
    swing, and neither are changes of a loss that is near 0 because the discriminator has won. The level of a fooling
    term is that of the discriminator's loss, if this is higher: a constant that is added to all logits changes nothing
    in a Wasserstein loss but the mean that this term is, which may so be near 0. Measured: up to 0.11 in healthy runs
    on digits, 0.25 in one of nine `dcgan` on MNIST and 0.21 in a `gan` on photographs that had nearly won, 0.43 and
    more with a Wasserstein loss without a bound on the critic.
    """

    name = "oscillation"
    threshold = f"moves of {MOST:.0%} of an adversarial loss about its trend in the second half of the training"
    source = "ganae; the motion: Mescheder et al. 2018, arXiv:1801.04406"

    def judge(self, evidence: Evidence) -> Verdict:
        names = evidence.adversarial_losses
        if not names:
            return self.unknown("there is no discriminator" if evidence.history else "there is no history")
        own = {name: known for name in evidence.discriminator_losses if (known := swing(evidence.column(name)))}
        least = max((known.level for known in own.values()), default=0.0)
        fooling = [name for name in names if name not in evidence.discriminator_losses]
        found = own | {name: known for name in fooling if (known := swing(evidence.column(name), least))}
        if not found:
            return self.unknown(f"the history has fewer than {FEWEST_ROWS} rows")
        name, worst = max(found.items(), key=lambda pair: pair[1].size)
        what = f"{name} swings by {worst.size:.0%} of a level of {worst.level:.3g}"
        return self.accused(what, ADVICE) if worst.size > MOST else self.healthy(what)
