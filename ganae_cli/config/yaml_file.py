"""One YAML file of a config folder: its content, the comments behind its keys, its package."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ganae_cli.errors import UserError

if TYPE_CHECKING:
    from yaml import MappingNode


def read(path: Path) -> tuple[dict, dict[str, str], bool]:
    """Read a YAML file: its content, the comment behind each key (by dotted path), and if it is packaged globally."""
    import yaml  # a tenth of a second that a list of names can do without

    text = path.read_text(encoding="utf-8")
    _refuse_late_header(path, text)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    comments: dict[str, str] = {}
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
    """Raise UserError for `# @package` behind another line: Hydra reads it only at the top, and says nothing."""
    if re.search(r"^#\s*@package", text, re.M) and not re.match(r"\s*#\s*@", text):
        raise UserError(f"{path}: the line '# @package ...' must be the first")


def _collect(node: "MappingNode", prefix: str, lines: list[str], comments: dict[str, str]) -> None:
    """Fill in the comments. Keys are text here, also `on`, which YAML 1.1 reads as true."""
    for key, value in node.value:
        key.tag = "tag:yaml.org,2002:str"
        name = f"{prefix}{key.value}"
        end = value.end_mark if value.end_mark.line == key.start_mark.line else key.end_mark  # a text may hold a #
        comment = re.search(r"\s#\s+(.*)", lines[key.start_mark.line][end.column :])
        comments[name] = comment[1].strip() if comment else ""
        if value.id == "mapping":
            _collect(value, f"{name}.", lines, comments)


def defaults_of(content: dict) -> Iterator[object]:
    """Yield the entries of a file's defaults list: names of files that it extends, and choices `{group: option}`."""
    listed = content.get("defaults")
    yield from listed if isinstance(listed, list) else []
