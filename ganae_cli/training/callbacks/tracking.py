"""Tells the tracker of a config (`tracker=mlflow`) of a run: what is in its folder, as it comes."""

import contextlib
import math
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from ganae_cli.builders import from_config
from ganae_cli.config import chosen
from ganae_cli.config.conf_tree import leaves
from ganae_cli.runtime import process, seal
from ganae_cli.runtime.log import say
from ganae_cli.secrets import without_hidden
from ganae_cli.storage.find_run import outputs
from ganae_cli.storage.history import HistoryFile
from ganae_cli.storage.run_folder import SWEEP, RunFolder
from ganae_cli.storage.tracker_file import Told, TrackerFile
from ganae_cli.sweeps.made_here import is_own
from ganae_cli.terminal import command
from ganae_cli.trackers import choice
from ganae_cli.trackers.base import About, Tracker
from ganae_cli.trackers.course import Course, as_row
from ganae_cli.trackers.sender import Sender

KINDS = ("train", "sweep", "tune")  # folders of the outputs
AT_A_SIGNAL = 10.0  # seconds that are left to a tracker, at most, when a signal ends the training
HURRY = 2.0  # seconds that are left to it from a signal on that comes while it is told the end


class Tracking:
    """Takes rows of the history and pictures for the tracker, for the time of a `with` block that ends with the run.

    No method waits for the tracker but the end of the block, and that not longer than `tracker.timeout`.
    """

    def __init__(self, config: DictConfig, folder: RunFolder, plugins: Sequence[str], tracker: Tracker):
        self.config, self.folder, self.plugins, self.tracker = config, folder, plugins, tracker
        self.name = str(config.tracker.name)
        self.file = TrackerFile(folder.path)
        told = Told() if self.file.is_copy(_base(folder.path)) else self.file.read(self.name)
        course = Course(told, self._history, config.train.log_every)
        self.sender = Sender(course, self._opening, tracker.timeout, self._say, self._note)
        self.course = course

    def begin(self, first: int) -> None:
        """Go on from a step, up to which the rows of the history stay; before those after it are deleted."""
        if not self.sender.is_alive():
            with contextlib.suppress(OSError):  # of a disk that is full the run itself tells
                self.file.settle(_base(self.folder.path), seal.of(self.folder.path))
            self.sender.start()
        self.sender.put(lambda: self.course.begin(first))

    def row(self, row: dict[str, Any]) -> None:
        """Tell a row of the history."""
        told = as_row(row, time.time())
        self.sender.put(lambda: self.course.row(told))

    def picture(self, step: int, name: str, picture: object) -> None:
        """Tell a picture, which lies in the folder."""
        path = self.folder.samples / f"step-{step:08d}{name.removeprefix('samples')}.png"
        self.sender.put(lambda: self.course.picture(step, name, str(path.absolute())))

    def __enter__(self) -> "Tracking":
        return self

    def __exit__(self, *exception: object) -> None:
        if not self.sender.is_alive():
            return
        with process.handling_signals(lambda number: self.sender.hurry(HURRY)):  # the run has ended, as its status says
            try:
                self._finish()
            except Exception as error:  # no reason to end the training in another way
                self._say(f"warning: {type(error).__name__}: {error}; it misses the end of the run")

    def _finish(self) -> None:
        status = self.folder.status()
        state, is_by_signal = status.get("state", "failed"), str(status.get("stopped_by")).startswith("SIG")
        facts = self._end(status) if state != "failed" else {}
        self.sender.put(lambda: self.course.close(state, **facts))
        self.sender.finish(min(AT_A_SIGNAL, self.tracker.timeout) if is_by_signal else self.tracker.timeout)

    def _end(self, status: dict[str, Any]) -> dict[str, Any]:
        """Return what is told of the end, as far as it can be read; what cannot is one warning."""
        facts, faults = {"metrics": status.get("metrics", {})}, []
        for read in (self._measured, self._files):
            try:
                facts |= read(status)
            except Exception as error:  # of evaluation.json, or of a checkpoint: no reason to end the training
                faults.append(str(error))
        if faults:
            self._say(f"warning: {'; '.join(faults)}; it is told the rest of the end")
        return facts

    def _measured(self, status: dict[str, Any]) -> dict[str, Any]:
        """Return metrics and verdicts."""
        entries = [one for one in self.folder.evaluation.read() if one["protocol"].get("step") == status.get("step")]
        told = [one["protocol"].get("verdict") for one in entries]
        words = {one["metric"]: str(verdict) for one, verdict in zip(entries, told, strict=True) if verdict}
        measured = {one["metric"]: one["value"] for one in entries if one["metric"] not in words}
        words = {f"verdict.{name}": verdict for name, verdict in words.items()}
        return {"metrics": status.get("metrics", {}) | measured, "words": words}

    def _files(self, status: dict[str, Any]) -> dict[str, Any]:
        """Return the files of the checkpoints that are to be sent: the newest one, and the best if one has a value."""
        if not self.tracker.checkpoints:
            return {}
        checkpoints, by = self.folder.checkpoints, self.config.train.best_by
        found = [one for one in checkpoints.list() if one.is_whole()]
        has_best = by and any(one.value(by) < math.inf for one in found)
        kept = [*found[:1], *([checkpoints.best(by)] if has_best else [])]
        paths = dict.fromkeys(
            path for one in kept for path in (one.weights, one.weights.with_suffix("").with_suffix(".json"))
        )
        return {"files": [(str(path.absolute()), "checkpoint") for path in paths if path.is_file()]}

    def _say(self, line: str) -> None:
        warning = "warning: "
        if line.startswith(warning):
            say(f"ganae: {warning}tracker {self.name}: {line.removeprefix(warning)}")
        else:
            say(f"tracker {self.name}: {line}")

    def _note(self, told: Told) -> None:
        if told.run is not None and told != self.file.read(self.name):
            with contextlib.suppress(OSError):  # of a disk that is full the run itself tells
                self.file.write(self.name, told)

    def _history(self) -> list[dict[str, Any]]:
        """Return the rows of the file, with times by the clock that follow from their seconds."""
        found = HistoryFile(self.folder.history.path, warn=lambda line: None).read()
        rows = [{name: float(cell) for name, cell in row.items()} for row in found]
        now, last = time.time(), rows[-1].get("seconds", 0.0) if rows else 0.0
        return [as_row(row, now - last + row.get("seconds", 0.0)) for row in rows]

    def _opening(self, run: str | None, continues: str | None, part: int) -> dict[str, Any]:
        """Return the request that opens a run of the tracker's."""
        options = {key: value for key, value in from_config.plain(self.config.tracker).items() if key != "name"}
        about = asdict(about_run(self.config, self.folder.path, run, continues, part))
        about = {key: str(value) if isinstance(value, Path) else value for key, value in about.items()}
        return {"do": "open", "name": self.name, "options": options, "plugins": list(self.plugins), "about": about}


def of_config(config: DictConfig, folder: RunFolder, plugins: Sequence[str], is_named: bool = False) -> Tracking | None:
    """Return what tells the tracker of a config; None if it names none. Raises UserError for a missing library.

    A stranger's run may name a tracker, and a place of his own there: numbers are sent nowhere, and no store of his is
    opened, unless the user has named the tracker (is_named), or made the folder.
    """
    tracker = choice.chosen(from_config.plain(config.tracker)) if "tracker" in config else None
    if tracker and folder.config.exists() and not (is_named or is_own(folder.path)):
        name = config.tracker.name
        again = command("resume", folder.path, f"tracker={name}")
        why = "this folder was sent, copied or moved"
        say(f"ganae: warning: tracker {name}: it is told nothing, as {why}; if you want it to be told all: `{again}`")
        return None
    return Tracking(config, folder, plugins, tracker) if tracker else None


def about_run(config: DictConfig, path: Path, run: str | None, continues: str | None, part: int) -> About:
    """Return what a tracker is told of a run: its settings as they are saved, with references unresolved."""
    path = path.absolute()
    is_job = path.name.isdecimal() and ((path.parent / SWEEP).exists() or _kind(path) == 2)
    sweep = path.parent if is_job else None
    place = (sweep or path).parts[-2:]
    job = f" job {path.name}" if sweep else ""
    name = f"{chosen.title(config)}  {'/'.join(place)}{job}{f' part {part}' if part > 1 else ''}"
    saved: Any = OmegaConf.to_container(config, resolve=False)
    params = {key: without_hidden(_text(value)) for key, value in leaves(saved).items()}
    return About(path, own_outputs(path), name, params, run, "/".join(place) if sweep else None, sweep, continues)


def own_outputs(path: Path) -> Path:
    """Return the outputs folder that a run lies in, or, for one that lies elsewhere, that of the current folder."""
    level = _kind(path)
    return path.parents[level + 1] if level else outputs().absolute()


def _kind(path: Path) -> int:
    """Return the place of the folder of a kind among the parents of a run (1) or a job (2); 0 for other folders."""
    parents = list(path.parents)
    return next((level for level in (1, 2) if level + 1 < len(parents) and parents[level].name in KINDS), 0)


def _base(path: Path) -> Path:
    """Return the folder that the place of a run is counted from."""
    path = path.absolute()
    return own_outputs(path) if _kind(path) else path.parent


def _text(value: object) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
