"""What rows of the history tell while a model trains: a discriminator that has won, and losses that swing.

Cheap: it computes nothing but looks at losses that are there. Thresholds and advice are those of the verdicts. A
discriminator's area under the ROC curve is not known from rows, but bounded: a pair of logits in the wrong order costs
at least what a discriminator that cannot tell pays, so the share of such pairs is at most its loss beside that.

Measured: none of 175 runs of 35 models on digits is warned of; the lowest losses were about 0.3 of that of a
discriminator that cannot tell. That of `dcgan` for an hour on photographs fell to 0.01, which is said at step 11,200 of
62,998, and which `ganae evaluate` accused; with `augmentation=diffaugment` to 0.17, which neither does. All 8 runs that
were made to fail by their discriminator are warned of, and 10 of 16 whose losses were made to swing. An `aegan` on
photographs was accused with 0.4 (and an area of 0.991): that is not seen here.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ganae_cli.evaluation.collapse import Watch
from ganae_cli.evaluation.scores import Evaluation
from ganae_cli.evaluation.verdicts import discriminator_too_strong as strong
from ganae_cli.evaluation.verdicts.base import ACCUSED, Evidence
from ganae_cli.evaluation.verdicts.oscillation import FEWEST_ROWS, Oscillation

ROWS = 10  # whose mean is looked at
APART = 1.5  # times the threshold, from where a discriminator has not won any more: it is not said again and again
GROWN = 1.5  # times as many rows as at the last look for swings: a loss that jumps once is in one half of the rows only
NOTHING = Evaluation({}, {}, (), {})  # no scores


class Contest(NamedTuple):
    """The loss terms of a discriminator, as columns of the history, and what they sum up to if it cannot tell."""

    terms: tuple[str, ...]
    undecided: float


class RowWatch:
    """Takes the rows of the history, in order; says in one line what is wrong, once, and when it is over.

    contests: discriminator -> its contest, of those whose loss has a least value of 0. rows: of the history so far;
    nothing is said of them.
    """

    def __init__(
        self, say: Callable[[str], object], contests: Mapping[str, Contest], rows: Sequence[Mapping[str, float]] = ()
    ):
        self.contests, self.next = contests, float(FEWEST_ROWS)
        self.losses = {player: deque[float](maxlen=ROWS) for player in contests}
        self.rows: list[dict[str, float]] = []  # adversarial losses alone
        self.won = {player: Watch(say, over=f"the {words(player)} has not won any more") for player in contests}
        self.swings = Watch(say, over="the losses have settled")
        for row in rows:
            self._keep(row)

    def take(self, row: Mapping[str, float]) -> None:
        """Take a row."""
        self._keep(row)
        step = int(row["step"])
        for player, watch in self.won.items():
            watch.take(step, self._is_won(player))
        if len(self.rows) >= self.next:
            self.next = GROWN * max(FEWEST_ROWS, len(self.rows))
            verdict = Oscillation().judge(Evidence(NOTHING, self.rows))
            wrong = f"ganae: warning: oscillation: {verdict.what}; in a new run, try {verdict.advice}"
            self.swings.take(step, wrong if verdict.state == ACCUSED else None)

    @property
    def open(self) -> list[str]:
        """Return what was said and is not over yet."""
        return [watch.open for watch in (*self.won.values(), self.swings) if watch.open]

    def _keep(self, row: Mapping[str, float]) -> None:
        known = Evidence(NOTHING, [row]).adversarial_losses
        self.rows.append({name: row[name] for name in known})
        for player, contest in self.contests.items():
            self.losses[player].append(sum(row.get(name, 0.0) for name in contest.terms))

    def _is_won(self, player: str) -> str | None:
        losses, undecided = self.losses[player], self.contests[player].undecided
        most = strong.WON * undecided * (APART if self.won[player].open else 1.0)
        if len(losses) < ROWS or sum(losses) / ROWS >= most:
            return None
        return (
            f"ganae: warning: {words(player)} too strong: its loss has been {sum(losses) / ROWS:.2g} on average over "
            f"{ROWS} rows ({undecided:.2g} if it could not tell): it teaches little; in a new run, try {strong.ADVICE}"
        )


def words(player: str) -> str:
    """Return a player's name as people say it.

    >>> words("code_discriminator")
    'code discriminator'
    """
    return player.replace("_", " ")
