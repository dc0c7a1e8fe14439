"""A run that goes on from an older checkpoint: what came after it stays until the new branch has a checkpoint.

Until then no checkpoint and no row of the old branch is touched: whoever goes on without naming a checkpoint goes on
with the old one, under the config that was given last; `samples/` has the newest pictures of each step.
The new branch counts from the moment the JSON file of its first checkpoint is in place, which has a higher `line`. A
kill right after it leaves work to do, which `recover` does: the history of the new branch waits in a file beside.
"""

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import replacing
from ganae_cli.storage.checkpoint_facts import MOST_LINES
from ganae_cli.storage.checkpoints import Checkpoint, Checkpoints
from ganae_cli.storage.history import HistoryFile
from ganae_cli.storage.links import BESIDE


@dataclass(frozen=True)
class Branch:
    """line: how often the run has gone back; 0: never. began: the step that it went back to the last time.

    is_new: True until the branch has a checkpoint of its own.
    """

    line: int = 0
    began: int = 0
    is_new: bool = False

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> "Branch":
        """Return the branch of a checkpoint."""
        began = checkpoint.about.get("line_began", 0)
        return cls(checkpoint.line, began if type(began) is int else 0)

    @classmethod
    def from_older(cls, checkpoint: Checkpoint, checkpoints: Checkpoints) -> "Branch":
        """Return the branch of a run that goes on from a checkpoint that is not its newest one.

        Raises UserError if its checkpoints would count as damaged: a number in a JSON file is beyond all sense.
        """
        line = 1 + max(one.line for one in checkpoints.list())
        if line > MOST_LINES:
            raise UserError(f"{checkpoints.folder}: 'line' of a checkpoint is {line - 1}: it cannot be gone back from")
        return cls(line, checkpoint.step, is_new=True)

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the JSON file of a checkpoint says of it."""
        return {"line": self.line, "line_began": self.began} if self.line else {}


def set_aside(history: HistoryFile, branch: Branch, step: int, rows: Iterable[dict]) -> None:
    """Write the history of a new branch beside the old one: its rows up to a step, and these."""
    with replacing(_beside(history, branch.line)) as temporary:
        beside = HistoryFile(temporary)
        with contextlib.suppress(FileNotFoundError):
            temporary.write_bytes(history.path.read_bytes())
        beside.cut(step)
        for row in rows:
            beside.append(row)


def settle(history: HistoryFile, checkpoints: Checkpoints, branch: Branch) -> None:
    """Put the history of a branch that has a checkpoint in place, and delete the checkpoints that are no part of it."""
    beside = _beside(history, branch.line)
    if beside.is_file() and not beside.is_symlink():
        os.replace(beside, history.path)
    for one in checkpoints.list():
        if one.line < branch.line and one.step > branch.began:
            checkpoints.remove(one)


def recover(history: HistoryFile, checkpoints: Checkpoints, checkpoint: Checkpoint | None) -> None:
    """Finish what a kill has left undone, before a run goes on from its newest checkpoint."""
    branch = Branch.of(checkpoint) if checkpoint else Branch()
    if branch.line:
        settle(history, checkpoints, branch)
    for left in history.path.parent.glob(BESIDE):
        left.unlink()


def _beside(history: HistoryFile, line: int) -> Path:
    return history.path.with_name(BESIDE.replace("*", str(line)))
