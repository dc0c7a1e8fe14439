"""The end of a run whose folder was deleted, moved or replaced: what is left of it is not written to."""

from collections.abc import Iterable

from ganae_cli.storage.claim import Claim
from ganae_cli.training.callbacks.periodic import Periodic


class Claimed(Periodic):
    """Raises FolderGone before other callbacks write to a folder that this process no longer holds.

    intervals: at whose steps something is written; 0: never.
    """

    def __init__(self, claim: Claim, intervals: Iterable[int]):
        super().__init__(every=1)
        self.claim, self.intervals = claim, tuple(every for every in intervals if every)

    def act(self, step: int) -> None:
        if any(step % every == 0 for every in self.intervals):
            self.claim.check()

    def on_train_end(self, logs=None):
        self.claim.check()
