"""The checkpoints of a run: weights, each with a JSON file that confirms that they are complete."""

import hashlib
import json
import math
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganae_cli.errors import UserError
from ganae_cli.storage import checkpoint_facts
from ganae_cli.storage.atomic import make_folder, replacing, write_atomically

_CHECKPOINT = re.compile(r"step-([0-9]{8,18})\.json")
_ASIDE = ".before-"  # how the names of a checkpoint begin while another one of its step is made
_LOOKS = 20  # at a folder that changes while it is looked at: a run in training removes old checkpoints


@dataclass(frozen=True)
class Checkpoint:
    """A weights file, and in `about` the content of its JSON file. A weights file without a JSON file does not count.

    about: `step`, `sha256` of the weights file, `metric` (history column -> value) and what `add` was given.
    fault: what is wrong with the JSON file; None if nothing is. Then `about` holds the step alone. may_read: False if
    that is only that this user may not read it, or the disk fails.
    """

    weights: Path
    about: dict[str, Any]
    fault: str | None = None
    may_read: bool = True

    @property
    def step(self) -> int:
        return self.about["step"]

    @property
    def line(self) -> int:
        """Return how often the run had gone back to an older checkpoint, at the user's wish: see `storage.branch`."""
        line = self.about.get("line", 0)
        return line if type(line) is int else 0

    def value(self, metric: str) -> float:
        """Return the value that a history column had at this step; infinity if it is not known."""
        value = (self.about.get("metric") or {}).get(metric)
        return math.inf if value is None or math.isnan(value) else value

    def rank(self, metric: str) -> float:
        """Return the value of a history column at this step so that lower is better; infinity if it is not known."""
        value = self.value(metric)
        return -value if self.about.get("better") == "higher" and value < math.inf else value

    def fact(self, key: str) -> Any:
        """Return an entry of the JSON file. Raises UserError, naming file and key, for one that is not there."""
        if key not in self.about:
            raise UserError(f"{_facts_of(self.weights)} has no '{key}': it is damaged, or no checkpoint of ganae")
        return self.about[key]

    def is_whole(self) -> bool:
        """Return True if the weights file exists and has the recorded SHA-256."""
        return self.flaw() is None

    def flaw(self) -> str | None:
        """Return why the checkpoint cannot be used, as the end of a sentence; None if it is whole."""
        if self.fault:
            return f"{'is damaged' if self.may_read else 'cannot be read'} ({self.fault})"
        try:
            is_whole = self.weights.is_file() and checksum(self.weights) == self.about.get("sha256")
        except FileNotFoundError:  # it has been removed just now
            is_whole = False
        except OSError as error:
            return f"cannot be read ({error.strerror or error})"
        return None if is_whole else "is damaged"

    def is_gone(self) -> bool:
        """Return True if the checkpoint has been removed meanwhile, by a run that keeps only the newest."""
        try:
            _facts_of(self.weights).lstat()
        except FileNotFoundError:
            return True
        except OSError:  # it cannot be looked at
            pass
        return False


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Checkpoints:
    """The folder `checkpoints/` of a run: `step-00001000.weights.h5` and `step-00001000.json` for step 1000."""

    def __init__(self, run: Path):
        self.run, self.folder = run, run / "checkpoints"

    def list(self) -> list[Checkpoint]:
        """Return every checkpoint that has a JSON file, newest first. The weights are not checked.

        Newest: of the highest step, but those that the run left behind when it went back come last.

        A JSON file that cannot be read, or holds what cannot be, gives a checkpoint with a `fault`, which is never
        whole. Raises UserError for a folder that cannot be listed.
        """
        found = []
        for step in self._steps():
            weights, path = self._paths(step)
            try:
                found.append(Checkpoint(weights, checkpoint_facts.read(path, step)))
            except FileNotFoundError:  # removed just now
                continue
            except UserError as error:
                may_read = not isinstance(error.__cause__, OSError)
                found.append(Checkpoint(weights, {"step": step}, str(error), may_read))
        return sorted(found, key=lambda one: (one.line, one.step), reverse=True)

    def _steps(self) -> Iterator[int]:
        """Give the steps of all JSON files."""
        try:
            with os.scandir(self.folder) as entries:
                named = [_CHECKPOINT.fullmatch(entry.name) for entry in entries]
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise UserError(f"cannot read {self.folder}: {error.strerror or error}") from error
        yield from (int(name[1]) for name in named if name and name[0] == _facts_of(self.path_of(int(name[1]))).name)

    def newest(self, warn: Callable[[str], object] = lambda line: None) -> Checkpoint | None:
        """Return the newest whole checkpoint, or None if there are no checkpoints.

        warn: is called with one line for each checkpoint that was skipped, being damaged or not readable.
        Raises UserError if all are.
        """
        for look in range(_LOOKS):
            found: list[Checkpoint] = self.list()
            flaws: dict[Path, str] = {}
            checkpoint: Checkpoint | None
            for checkpoint in found:
                flaw = checkpoint.flaw()
                if not flaw:
                    break
                if not checkpoint.is_gone():
                    flaws[checkpoint.weights] = flaw
            else:
                if len(flaws) < len(found) or (not found and look == 0):
                    continue  # some were removed meanwhile, so there must be newer ones
                checkpoint = None
            for weights, flaw in flaws.items():
                warn(f"checkpoint {weights.name} {flaw}; trying the one before it")
            if flaws and not checkpoint:
                is_all = all(flaw.startswith("is damaged") for flaw in flaws.values())
                what = "is damaged" if is_all else "is damaged or cannot be read"
                raise UserError(f"every checkpoint of {self.run} {what}: there is nothing to continue from")
            return checkpoint
        raise UserError(f"the checkpoints of {self.run} were removed as fast as they were found: try again")

    def best(self, metric: str | None) -> Checkpoint:
        """Return the whole checkpoint with the best value of a metric. Raises UserError if there is none.

        metric: a history column, `train.best_by` of the run.
        """
        if metric is None:
            raise UserError(f"{self.run} has no best checkpoint: its train.best_by is null")
        whole = [one for one in self.list() if one.value(metric) < math.inf and one.is_whole()]
        if not whole:
            raise UserError(f"{self.run} has no whole checkpoint with a value of {metric}")
        return min(whole, key=lambda one: one.rank(metric))

    def of_step(self, step: int) -> Checkpoint:
        """Return the whole checkpoint of a step. Raises UserError if there is none."""
        found = self.list()
        for one in found:
            if one.step == step and one.is_whole():
                return one
        steps = ", ".join(str(one.step) for one in reversed(found)) or "none"
        raise UserError(f"{self.run} has no whole checkpoint of step {step} (steps: {steps})")

    def add(self, step: int, save: Callable[[Path], object], **about: Any) -> Checkpoint:
        """Make the checkpoint of a step. It counts from the moment its JSON file is in place.

        save: writes the weights to the path that it is given. about: facts for the JSON file. An older checkpoint of
        this step stays until then; after a kill, `put_back` gives it back.
        """
        make_folder(self.folder)
        weights, facts = self._paths(step)
        try:
            with replacing(weights) as temporary:
                save(temporary)
                if facts.exists():  # it must not vouch for the new weights
                    os.replace(facts, _aside(facts))
                    if weights.exists():
                        os.replace(weights, _aside(weights))
            about = {"step": step, "sha256": checksum(weights)} | about
            self._confirm(facts, weights, about)
        finally:
            self.put_back()
        return Checkpoint(weights, about)

    def _confirm(self, facts: Path, weights: Path, about: dict[str, Any]) -> None:
        try:
            write_atomically(facts, json.dumps(about, indent=2) + "\n")
        except OSError:  # the disk is full: without it, the weights only take the room
            facts.unlink(missing_ok=True)
            weights.unlink(missing_ok=True)
            raise

    def put_back(self) -> None:
        """Give back the checkpoint that was set aside for another one of its step, or delete it if that is made."""
        for facts in self.folder.glob(f"{_ASIDE}*.json"):
            name = facts.name.removeprefix(_ASIDE)
            if not facts.with_name(name).exists():
                weights = facts.with_name(name.replace(".json", ".weights.h5"))
                if _aside(weights).exists():
                    os.replace(_aside(weights), weights)
                os.replace(facts, facts.with_name(name))
        for left in self.folder.glob(f"{_ASIDE}*"):
            left.unlink()

    def note(self, checkpoint: Checkpoint, **facts: Any) -> Checkpoint:
        """Add facts to the JSON file of a checkpoint; return it with them."""
        about = checkpoint.about | facts
        write_atomically(self._paths(checkpoint.step)[1], json.dumps(about, indent=2) + "\n")
        return Checkpoint(checkpoint.weights, about)

    def path_of(self, step: int) -> Path:
        """Return the path of the weights file of a step."""
        return self._paths(step)[0]

    def remove(self, checkpoint: Checkpoint) -> None:
        """Delete a checkpoint. The JSON file goes first: a kill in between leaves no checkpoint without weights."""
        self._paths(checkpoint.step)[1].unlink(missing_ok=True)
        checkpoint.weights.unlink(missing_ok=True)

    def remove_unconfirmed(self, before: int) -> None:
        """Delete weights files of steps before this one that have no JSON file: a kill left them, half removed."""
        for weights in self.folder.glob("step-*.weights.h5"):
            number = weights.name.removeprefix("step-").removesuffix(".weights.h5")
            if number.isdecimal() and int(number) < before and not _facts_of(weights).exists():
                weights.unlink(missing_ok=True)

    def _paths(self, step: int) -> tuple[Path, Path]:
        """Return the paths of the weights file and of the JSON file of a step."""
        weights = self.folder / f"step-{step:08d}.weights.h5"
        return weights, _facts_of(weights)


def _aside(path: Path) -> Path:
    return path.with_name(_ASIDE + path.name)


def _facts_of(weights: Path) -> Path:
    """Return the path of the JSON file that belongs to a weights file."""
    return weights.with_name(weights.name.replace(".weights.h5", ".json"))
