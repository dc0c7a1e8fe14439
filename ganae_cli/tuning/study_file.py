"""`study.json` of a study's folder: what is varied, by which numbers trials are compared, what all share."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import write_atomically
from ganae_cli.storage.plain_file import is_whole, read_object
from ganae_cli.storage.run_folder import STUDY
from ganae_cli.tuning import settings as settings_of
from ganae_cli.tuning import space as spaces
from ganae_cli.tuning.objective import Objective
from ganae_cli.tuning.settings import Settings
from ganae_cli.tuning.space import Space

NO_CODE = ("hydra", "plugins", "tune")  # keys of words that a folder may not name: they could choose code to run


@dataclass(frozen=True)
class StudyFile:
    """A study as its file describes it.

    words: KEY=VALUE of every trial, as the user typed them. folders: of the user's own configs. objectives: one, or
    several; each is sought the best value of. seed: of the first trial with some settings.
    """

    words: list[str]
    space: Space
    objectives: tuple[Objective, ...]
    settings: Settings
    folders: list[str] = field(default_factory=list)
    seed: int = 0

    @property
    def keys(self) -> list[str]:
        """The keys in which trials differ: those of the space, and the seed of trials with the same settings."""
        return list(dict.fromkeys([*self.space, "seed"]))

    def write(self, study: Path) -> None:
        """Write the file."""
        content = {
            "words": self.words,
            "folders": self.folders,
            "seed": self.seed,
            "space": spaces.as_json(self.space),
            "objectives": [one.as_json() for one in self.objectives],
            "settings": self.settings.as_json(),
        }
        write_atomically(study / STUDY, json.dumps(content, indent=2) + "\n")

    def changed(self, **settings: Any) -> "StudyFile":
        """Return a copy with other settings. Raises UserError for what they may not be."""
        return replace(self, settings=settings_of.checked(self.settings.as_json() | settings))


def read(study: Path) -> StudyFile:
    """Return the study of a folder. Raises UserError, naming the file, for what is no study."""
    path = study / STUDY
    try:
        content = read_object(path)
        words, folders = (_words(content, key) for key in ("words", "folders"))
        for word in words:
            if word.lstrip("+~").split("=")[0].split(".")[0].split("/")[0] in NO_CODE:
                raise UserError(f"'{word}' could choose code to run")
        listed = content.get("objectives")
        objectives = tuple(Objective.of_json(one) for one in listed) if isinstance(listed, list) else ()
        if not objectives:
            raise UserError("it names no objective")
        if not is_whole(content.get("seed"), 2**31 - 1):
            raise UserError("its 'seed' is no whole number")
        space, settings = spaces.of_json(content.get("space")), settings_of.of_json(content.get("settings"))
    except FileNotFoundError:
        raise UserError(f"{study} is no study: it has no {STUDY}") from None
    except UserError as error:
        raise UserError(f"cannot read {path}: {error}") from error
    return StudyFile(words, space, objectives, settings, folders, content["seed"])


def _words(content: dict[str, Any], key: str) -> list[str]:
    found: Sequence[Any] = content.get(key, [])
    if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
        raise UserError(f"its '{key}' is no list of words")
    return found
