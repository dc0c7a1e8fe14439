"""What a tracker is: told of a run, its reports, its pictures, its files and its end, in that order."""

import abc
import importlib.util
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganae_cli.errors import UserError


@dataclass(frozen=True)
class About:
    """What a tracker is told of a run when it is opened.

    run: the tracker's own id of the run that is to be continued; None: begin one. folder: of the run. outputs: folder
    in which a tracker keeps what is its own. name: for people. group: of the sweep or study that the run is a job of;
    group_folder: its folder. params: dotted key -> setting, as text; references such as `${oc.env:KEY}` unresolved.
    continues: id of the run whose first steps this one shares, where a training went back and took another course.
    """

    folder: Path
    outputs: Path
    name: str
    params: dict[str, str] = field(default_factory=dict)
    run: str | None = None
    group: str | None = None
    group_folder: Path | None = None
    continues: str | None = None


@dataclass(frozen=True)
class Opened:
    """What a tracker answers: its id of the run, where that is, and the last step it has (None: it cannot tell)."""

    run: str
    place: str
    step: int | None = None


class Tracker(abc.ABC):
    """Base of all trackers. Any method may raise: training goes on, and what was not taken is told again later.

    extra: of ganae, which brings the library. modules: that must be there. checkpoints: whether `file` is to be called
    for checkpoints. timeout: seconds that each call may take.
    """

    extra = ""
    modules: tuple[str, ...] = ()

    def __init__(self, checkpoints: bool = False, timeout: float = 60):
        self.checkpoints, self.timeout = checkpoints, timeout

    def needed(self) -> tuple[str, ...]:
        """Return the modules that this tracker cannot do without."""
        return self.modules

    def check(self, name: str) -> None:
        """Raise UserError, naming the extra, if a library is missing. Imports none of them."""
        missing = [module for module in self.needed() if importlib.util.find_spec(module) is None]
        if missing:
            raise UserError(
                f"tracker={name} needs the extra `{self.extra}`: pip install 'ganae[{self.extra}]' "
                f"({', '.join(missing)} not found)"
            )

    @abc.abstractmethod
    def open(self, about: About) -> Opened:
        """Begin a run, or continue the one that `about.run` names, and write its settings."""

    @abc.abstractmethod
    def row(self, step: int, values: dict[str, float], when: float) -> None:
        """Take the values of a report. when: seconds since 1970. Steps increase, also over several processes."""

    def picture(self, step: int, name: str, path: Path) -> None:
        """Take a picture, a PNG file; by name: `samples`, `samples-reconstruction` … A tracker may leave it."""
        del step, name, path

    def file(self, path: Path, folder: str) -> None:
        """Keep a copy of a file, in a folder of the run's files. A tracker may leave it."""
        del path, folder

    @abc.abstractmethod
    def close(self, state: str, metrics: dict[str, float], words: dict[str, str], step: int) -> None:
        """End the run, which may be continued later. state: done, failed or interrupted. metrics: of the end."""


def slashed(name: str) -> str:
    """Return the name of a value as TensorBoard has it, too: grouped by player.

    >>> slashed("generator.fool")
    'generator/fool'
    """
    return name.replace(".", "/")


def plain(values: dict[str, Any]) -> dict[str, float]:
    """Return the values that are numbers, under the names that trackers show."""
    return {slashed(name): float(value) for name, value in values.items() if isinstance(value, int | float)}


def without_login(text: str) -> str:
    """Return text whose addresses have no user name and password.

    >>> without_login("no answer from https://ann:secret@tracks.org/x")
    'no answer from https://tracks.org/x'
    """
    return re.sub(r"//[^/@\s]*@", "//", text)
