"""The YAML files under `conf/`, read without Hydra: groups, options, defaults, comments, network roles.

A file `conf/<group>/<option>.yaml` begins with `# help: one line` and lists every option of its part with a default and
a comment, which states limits in brackets and then explains (`limits.py`). A variant names the file that it extends in
its `defaults`. Help pages, `ganae list`, tab completion and the check of names are made from these files.
"""

import os
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ganae_cli.config.limits import split_comment
from ganae_cli.config.schedule import is_schedule
from ganae_cli.config.yaml_file import defaults_of, read
from ganae_cli.errors import UserError

_PACKAGE = Path(__file__).parents[1]
_SKIPPED = ("hydra",)


def conf_dir() -> Path:
    """Return the folder of ganae's own configs: inside the installed package, or beside it in a checkout."""
    package = _PACKAGE
    for folder in (package / "conf", package.parent / "conf"):
        if (folder / "train.yaml").is_file():  # a stray site-packages/conf is not ours
            return folder
    raise FileNotFoundError(f"no conf/train.yaml in {package} or {package.parent}: the installation is incomplete")


def user_folders() -> list[Path]:
    """Return the folders named in GANAE_CONFIG_PATH. Raises UserError for one that does not exist."""
    folders = [Path(item).expanduser() for item in os.environ.get("GANAE_CONFIG_PATH", "").split(os.pathsep) if item]
    for folder in folders:
        if not folder.is_dir():
            raise UserError(f"GANAE_CONFIG_PATH: no folder {folder}")
    return folders


@dataclass
class Part:
    """One YAML file together with the files that it extends. Comments are keyed by dotted path inside the part."""

    options: dict = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)  # network role -> default network

    def extend(self, other: "Part") -> None:
        """Lay another part over this one. A new comment without limits keeps those of the comment below it."""
        self.options = merged(self.options, other.options)
        for key, text in other.comments.items():
            self.comments[key] = _comment_over(self.comments.get(key, ""), text)
        self.roles |= other.roles


def _comment_over(below: str, above: str) -> str:
    limits = re.match(r"\[[^\]]*\]", below)
    if not above:
        return below
    return f"{limits[0]} {above}" if limits and not above.startswith("[") else above


def merged(below: dict, above: dict) -> dict:
    """Return nested dicts laid over each other.

    >>> merged({"a": {"x": 1, "y": 2}}, {"a": {"y": 3}})
    {'a': {'x': 1, 'y': 3}}
    """
    both = dict(below)
    for key, value in above.items():
        is_nested = isinstance(value, dict) and isinstance(both.get(key), dict)
        both[key] = merged(both[key], value) if is_nested else value
    return both


def leaves(tree: dict, prefix: str = "") -> dict:
    """Return nested dicts as one dict with dotted keys. A schedule is one value.

    >>> leaves({"a": {"x": 1}, "b": 2, "c": {"start": 0, "end": 1}})
    {'a.x': 1, 'b': 2, 'c': {'start': 0, 'end': 1}}
    """
    found: dict = {}
    for key, value in tree.items():
        is_section = isinstance(value, dict) and not is_schedule(value)
        found |= leaves(value, f"{prefix}{key}.") if is_section else {f"{prefix}{key}": value}
    return found


class ConfTree:
    """All config folders laid over each other. Of two files of one name the first folder's is used, as in Hydra."""

    def __init__(self, extra: tuple[Path, ...] = ()):
        self.folders = [conf_dir(), *user_folders(), *extra]
        self._parts: dict[tuple[str, str], Part] = {}

    @cached_property
    def files(self) -> dict[str, dict[str, Path]]:
        """Group -> option -> file."""
        found: dict[str, dict[str, Path]] = {}
        for folder in self.folders:
            for path in sorted(folder.glob("*/*.yaml")):
                if path.parent.name not in _SKIPPED:
                    found.setdefault(path.parent.name, {}).setdefault(path.stem, path)
        return {group: dict(sorted(options.items())) for group, options in sorted(found.items())}

    def shadowed(self) -> list[Path]:
        """Return the user's files that are not used, because ganae has a file of the same name."""
        own, *others = self.folders
        files = [(folder, path) for folder in others for mask in ("*.yaml", "*/*.yaml") for path in folder.glob(mask)]
        return [path for folder, path in files if (own / path.relative_to(folder)).exists()]

    def groups(self) -> list[str]:
        """Return every config group, including a folder that holds no file yet."""
        folders = (path for folder in self.folders for path in folder.glob("*/"))
        return sorted({path.name for path in folders} - set(_SKIPPED))

    def options(self, group: str) -> list[str]:
        """Return the names that `group=` accepts, sorted.

        >>> ConfTree().options("optimizer")
        ['adam', 'adam_no_momentum', 'adam_two_timescale', 'rmsprop', 'rmsprop_pytorch', 'sgd']
        """
        return list(self.files.get(group, {}))

    def help(self, group: str, option: str) -> str:
        """Return the text behind `# help:` of a file; "" if it has none."""
        return self.head(group, option, "help")

    def head(self, group: str, option: str, word: str) -> str:
        """Return the text behind `# WORD:` in the first lines of a file; "" without the file, or the line.

        >>> ConfTree().head("dataset", "ring", "holds")
        'points'
        """
        path = self.files.get(group, {}).get(option)
        if path is None:
            return ""
        with path.open(encoding="utf-8") as file:
            for line in file:
                if line.startswith(f"# {word}:"):
                    return line.partition(":")[2].strip()
                if not line.startswith("#"):
                    break
        return ""

    def part(self, group: str, option: str) -> Part | None:
        """Return a file's part, with the files that it extends laid below; None without a file. Not to be changed.

        Raises UserError, naming file and key, for a comment whose limits cannot be read.
        """
        if option not in self.files.get(group, {}):
            return None
        if (group, option) not in self._parts:
            self._parts[group, option] = self._read_part(group, option)
        return self._parts[group, option]

    def _read_part(self, group: str, option: str) -> Part:
        path = self.files[group][option]
        content, comments, is_global = read(path)
        whole = Part()
        for entry in defaults_of(content):
            self._follow(group, entry, whole)
        own = _own_part(group, content, comments, is_global)
        for key, comment in own.comments.items():
            try:
                split_comment(comment)
            except UserError as error:
                raise UserError(f"{path}: {f'{group}.' if is_global else ''}{key}: {error}") from error
        whole.extend(own)
        return whole

    def _follow(self, group: str, entry: object, whole: Part) -> None:
        """Lay in one entry of a defaults list: the base of a variant, or the network of a role."""
        if isinstance(entry, str):
            base = self.part(group, entry) if entry != "_self_" else None
            if base is not None:
                whole.extend(base)
        elif isinstance(entry, dict):
            for key, option in entry.items():
                place = re.fullmatch(r"(?:override )?/?network@networks\.(\w+)", str(key))
                if place:
                    whole.roles[place[1]] = option


def _own_part(group: str, content: dict, comments: dict[str, str], is_global: bool) -> Part:
    if not is_global:
        return Part({key: value for key, value in content.items() if key != "defaults"}, comments)
    own = content.get(group)
    cut = len(group) + 1
    inner = {key[cut:]: text for key, text in comments.items() if key.startswith(group + ".")}
    return Part(options=own if isinstance(own, dict) else {}, comments=inner)
