"""The files of a run's `checkpoints/`: weights, and beside them the JSON that vouches for them."""

import hashlib
import json
import math
import os
import re
from dataclasses import dataclass
from pathlib import Path

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import write_atomically

_CHECKPOINT = re.compile(r"step-(\d{8})\.json$")


@dataclass(frozen=True)
class Checkpoint:
    """A pair of files: weights, and the JSON that vouches for them. Without its JSON a weights file does not count."""

    weights: Path
    about: dict

    @property
    def step(self) -> int:
        return self.about["step"]

    def value(self, metric: str) -> float:
        """Of a history column when it was made; infinite where it is not known."""
        value = (self.about.get("metric") or {}).get(metric)
        return math.inf if value is None else value

    def is_whole(self) -> bool:
        """The weights file is there and has the recorded SHA-256."""
        return self.weights.is_file() and checksum(self.weights) == self.about.get("sha256")


def checksum(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class CheckpointFiles:
    """A run folder's checkpoints, by step."""

    path: Path  # of the run folder
    checkpoints: Path

    def checkpoint_paths(self, step: int) -> tuple[Path, Path]:
        """(weights, JSON) of the checkpoint at a step."""
        return self.checkpoints / f"step-{step:08d}.weights.h5", self.checkpoints / f"step-{step:08d}.json"

    def list_checkpoints(self) -> list[Checkpoint]:
        """Every checkpoint whose JSON can be read, newest first; whether its weights are whole is not checked."""
        found = []
        for path in sorted(self.checkpoints.glob("step-*.json"), reverse=True):
            if not _CHECKPOINT.search(path.name):
                continue
            try:
                about = json.loads(path.read_text(encoding="utf-8"))
                found.append(Checkpoint(self.checkpoint_paths(about["step"])[0], about))
            except (OSError, ValueError, KeyError, TypeError):
                found.append(Checkpoint(path.with_name(f"{path.stem}.weights.h5"), {"step": int(path.stem[5:])}))
        return found

    def newest_checkpoint(self, warn=lambda line: None) -> Checkpoint | None:
        """The newest whole checkpoint; each damaged one on the way is reported to `warn`. None where there is none.

        Raises UserError where all are damaged.
        """
        found = self.list_checkpoints()
        for checkpoint in found:
            if checkpoint.is_whole():
                return checkpoint
            warn(f"checkpoint {checkpoint.weights.name} is damaged; looking at the one before it")
        if found:
            raise UserError(f"every checkpoint of {self.path} is damaged: there is nothing to go on from")
        return None

    def best_checkpoint(self, metric: str | None) -> Checkpoint:
        """The whole one of the smallest value of a metric. UserError where there is none, or no metric to go by."""
        if metric is None:
            raise UserError(f"{self.path} has no best checkpoint: its train.best_by is null")
        whole = [one for one in self.list_checkpoints() if one.value(metric) < math.inf and one.is_whole()]
        if not whole:
            raise UserError(f"{self.path} has no whole checkpoint with a value of {metric}")
        return min(whole, key=lambda one: one.value(metric))

    def checkpoint_of(self, step: int) -> Checkpoint:
        """The whole one of a step. UserError where there is none."""
        found = self.list_checkpoints()
        for one in found:
            if one.step == step and one.is_whole():
                return one
        steps = ", ".join(str(one.step) for one in reversed(found)) or "none"
        raise UserError(f"{self.path} has no whole checkpoint of step {step} (steps: {steps})")

    def add_checkpoint(self, step: int, save, **about) -> Checkpoint:
        """`save(path)` writes the weights; they count from the moment their JSON is in place."""
        self.checkpoints.mkdir(parents=True, exist_ok=True)
        weights, facts = self.checkpoint_paths(step)
        temporary = weights.with_name(f".{weights.name}")
        save(temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        facts.unlink(missing_ok=True)  # an older file of this step must not vouch for the new weights
        os.replace(temporary, weights)
        about = {"step": step, "sha256": checksum(weights)} | about
        write_atomically(facts, json.dumps(about, indent=2) + "\n")
        return Checkpoint(weights, about)

    def remove_checkpoint(self, checkpoint: Checkpoint) -> None:
        """The JSON goes first, so that a kill in between leaves no half checkpoint."""
        self.checkpoint_paths(checkpoint.step)[1].unlink(missing_ok=True)
        checkpoint.weights.unlink(missing_ok=True)
