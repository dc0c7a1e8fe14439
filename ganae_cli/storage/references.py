"""References `${…}` in a config from a run folder: which are followed, and how much may come of them.

A run's own config holds plain references, as `${train.batch_size}`, and `${oc.env:NAME}` or `${oc.env:NAME,default}`,
which stay unresolved so that a secret does not reach the file. All other resolvers are refused: some read YAML out of a
text, some look into the process that reads the file, and plugins add their own.
"""

import re
from typing import Any

from ganae_cli.errors import UserError

MOST = 2**20  # letters and values, all references followed: each may double what it refers to
_START = re.compile(r"(?<!\\)(?:\\\\)*\$\{")
_WHOLE = re.compile(r"\$\{\s*(?:(?P<path>\.*[\w.\[\]-]+)|oc\.env:\s*[A-Za-z_]\w*\s*(?:,[^${}]*)?)\s*\}")

Path = tuple[str, ...]


def refuse_strange(config: dict[str, Any]) -> None:
    """Raise UserError for a reference of another form, one in a circle, or references that grow beyond all bounds.

    >>> refuse_strange({"a": "${oc.decode:'[1]'}"})
    Traceback (most recent call last):
    ganae_cli.errors.UserError: a: '${oc.decode:'[1]'}' is not allowed here, only ${key} and ${oc.env:NAME}
    """
    _Sizes(config).of(())


class _Sizes:
    """The size of each node of a config with all references followed, each worked out once."""

    def __init__(self, config: dict[str, Any]):
        self.config = config
        self.known: dict[Path, int] = {}
        self.open: list[Path] = []

    def of(self, path: Path) -> int:
        """Return the size of a node. Raises UserError as `refuse_strange`."""
        if path not in self.known:
            if path in self.open or len(self.open) > 100:
                raise UserError(f"{'.'.join(path)}: a reference leads in a circle, or over more than 100 others")
            self.open.append(path)
            self.known[path] = self._measure(path, _node(self.config, path))
            self.open.pop()
        if self.known[path] > MOST:
            raise UserError(f"{'.'.join(path) or 'the file'}: its references give more than {MOST:,} letters")
        return self.known[path]

    def _measure(self, path: Path, node: Any) -> int:
        if isinstance(node, dict):
            return 1 + sum(self.of((*path, key)) for key in node)
        if isinstance(node, list):
            return 1 + sum(self.of((*path, str(place))) for place in range(len(node)))
        if not isinstance(node, str):
            return 1
        return 1 + len(node) + sum(self.of(target) for target in _targets(path, node))


def _targets(path: Path, text: str) -> list[Path]:
    """Return the paths to which the references in a text lead. Raises UserError for other forms of references."""
    found = []
    for start in _START.finditer(text):
        whole = _WHOLE.match(text, start.end() - 2)
        if not whole:
            shown = text[start.end() - 2 :][:60]
            raise UserError(f"{'.'.join(path)}: '{shown}' is not allowed here, only ${{key}} and ${{oc.env:NAME}}")
        if whole["path"]:
            found.append(_target(path, whole["path"]))
    return found


def _target(path: Path, words: str) -> Path:
    """Return the path of a reference, from the root or, behind dots, from the section that it stands in."""
    name = words.lstrip(".")
    up = len(words) - len(name)
    base = path[: max(0, len(path) - up)] if up else ()
    return (*base, *re.findall(r"[^.\[\]]+", name))


def _node(config: Any, path: Path) -> Any:
    """Return a node; None for one that is not there. Raises UserError for a path that leads through a reference."""
    node = config
    for word in path:
        if isinstance(node, str) and "${" in node:
            raise UserError(f"{'.'.join(path)}: a reference leads through another one, which is not allowed here")
        if isinstance(node, dict):
            node = node.get(word)
        elif isinstance(node, list) and word.isdecimal() and int(word) < len(node):
            node = node[int(word)]
        else:
            return None
    return node
