"""What the YAML files under `conf/` say, read without Hydra: groups, options, defaults, comments, roles.

A file `conf/<group>/<option>.yaml` begins with `# help: one line` and lists every key of the part with its default and
a comment, which states its limits and explains it (`comments.py`). A variant names the file that it extends in its
`defaults`. Help, lists, completion and the check of names come from here.
"""

import os
import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from ganae_cli.errors import UserError

_PACKAGE = Path(__file__).parents[1]
_SKIPPED = ("hydra",)


def conf_dir() -> Path:
    """The folder of ganae's own configs: inside the installed package, or beside it in a checkout."""
    package = _PACKAGE
    for folder in (package / "conf", package.parent / "conf"):
        if (folder / "train.yaml").is_file():  # a stray site-packages/conf is not ours
            return folder
    raise FileNotFoundError(f"no conf/train.yaml in {package} or {package.parent}: the installation is incomplete")


def user_folders() -> list[Path]:
    """The folders named in GANAE_CONFIG_PATH."""
    folders = [Path(item).expanduser() for item in os.environ.get("GANAE_CONFIG_PATH", "").split(os.pathsep) if item]
    for folder in folders:
        if not folder.is_dir():
            raise UserError(f"GANAE_CONFIG_PATH: no folder {folder}")
    return folders


@dataclass
class Part:
    """One YAML file with what it extends. Options and comments are keyed by dotted path inside the part."""

    options: dict = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)  # network role -> default network

    def extend(self, other: "Part") -> None:
        """Lay another part over this one."""
        self.options = merged(self.options, other.options)
        self.comments |= {key: text for key, text in other.comments.items() if text or key not in self.comments}
        self.roles |= other.roles


def merged(below: dict, above: dict) -> dict:
    """Nested dicts laid over each other."""
    both = dict(below)
    for key, value in above.items():
        is_nested = isinstance(value, dict) and isinstance(both.get(key), dict)
        both[key] = merged(both[key], value) if is_nested else value
    return both


def leaves(tree: dict, prefix: str = "") -> dict:
    """Nested dicts as one, by dotted key."""
    found = {}
    for key, value in tree.items():
        found |= leaves(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


class ConfTree:
    """All config folders laid over each other; in case of two files of one name the first folder wins, as in Hydra."""

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
        """The user's files that a shipped file of the same name hides."""
        own, *others = self.folders
        files = [(folder, path) for folder in others for mask in ("*.yaml", "*/*.yaml") for path in folder.glob(mask)]
        return [path for folder, path in files if (own / path.relative_to(folder)).exists()]

    def groups(self) -> list[str]:
        """Every config group, one that holds no file yet included."""
        folders = (path for folder in self.folders for path in folder.glob("*/"))
        return sorted({path.name for path in folders} - set(_SKIPPED))

    def options(self, group: str) -> list[str]:
        """The names that `group=` accepts, sorted."""
        return list(self.files.get(group, {}))

    def help(self, group: str, option: str) -> str:
        """The line `# help: …` of a file."""
        with self.files[group][option].open(encoding="utf-8") as file:
            for line in file:
                if line.startswith("# help:"):
                    return line[7:].strip()
                if not line.startswith("#"):
                    break
        return ""

    def part(self, group: str, option: str) -> Part | None:
        """What a file lists, with what it extends laid below; None where there is no such file. Not to be changed."""
        if option not in self.files.get(group, {}):
            return None
        if (group, option) not in self._parts:
            self._parts[group, option] = self._read_part(group, option)
        return self._parts[group, option]

    def _read_part(self, group: str, option: str) -> Part:
        path = self.files[group][option]
        content, comments, is_global = read(path)
        whole = Part()
        defaults = content.pop("defaults", [])
        for entry in defaults if isinstance(defaults, list) else []:
            self._follow(group, entry, whole)
        whole.extend(_own_part(group, content, comments, is_global))
        return whole

    def _follow(self, group: str, entry, whole: Part) -> None:
        """One entry of a defaults list: the base of a variant, or the network of a role."""
        if isinstance(entry, str):
            base = self.part(group, entry) if entry != "_self_" else None
            if base is not None:
                whole.extend(base)
            return
        for key, option in (entry or {}).items():
            place = re.fullmatch(r"(?:override )?/?network@networks\.(\w+)", str(key))
            if place:
                whole.roles[place[1]] = option


def _own_part(group: str, content: dict, comments: dict, is_global: bool) -> Part:
    if not is_global:
        return Part(options=content, comments=comments)
    own = content.get(group)
    cut = len(group) + 1
    inner = {key[cut:]: text for key, text in comments.items() if key.startswith(group + ".")}
    return Part(options=own if isinstance(own, dict) else {}, comments=inner)


def read(path: Path) -> tuple[dict, dict[str, str], bool]:
    """A YAML file: its content, the comment behind each key (by dotted path), and whether it is packaged globally."""
    import yaml  # a tenth of a second that a list of names can do without

    text = path.read_text(encoding="utf-8")
    _refuse_late_header(path, text)
    loader, comments = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text), {}
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            return {}, {}, False
        _collect(node, "", text.splitlines(), comments)
        content = loader.construct_document(node)
    except yaml.YAMLError as error:
        raise UserError(f"{path} is not YAML: {' '.join(str(error).split())}") from error
    return content, comments, bool(re.match(r"\s*#\s*@package _global_", text))


def _refuse_late_header(path: Path, text: str) -> None:
    """Hydra reads `# @package` only before any other line, and says nothing about one that comes later."""
    if re.search(r"^#\s*@package", text, re.M) and not re.match(r"\s*#\s*@", text):
        raise UserError(f"{path}: the line '# @package ...' must be the first")


def _collect(node, prefix: str, lines: list[str], comments: dict[str, str]) -> None:
    """Fill in the comments. Keys are text here, also `on`, which YAML 1.1 reads as true."""
    for key, value in node.value:
        key.tag = "tag:yaml.org,2002:str"
        name = f"{prefix}{key.value}"
        comment = re.search(r"\s#\s+(.*)", lines[key.start_mark.line][key.end_mark.column :])
        comments[name] = comment[1].strip() if comment else ""
        if value.id == "mapping":
            _collect(value, f"{name}.", lines, comments)


@cache
def declared(kind: str) -> list[str]:
    """The names in `@register("<kind>", "<name>")` in the package's sources, read without importing them."""
    import ast

    found = set()
    for path in _PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if f'@register("{kind}"' not in text:
            continue
        for node in ast.parse(text).body:
            for call in getattr(node, "decorator_list", []):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "register":
                    given_kind, name = (argument.value for argument in call.args)
                    if given_kind == kind:
                        found.add(name)
    return sorted(found)
