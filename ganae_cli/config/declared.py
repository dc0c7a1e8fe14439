"""The names of the parts that the package declares, read from its sources without importing them."""

import ast
from functools import cache
from pathlib import Path
from typing import Any

from ganae_cli.errors import UserError

_PACKAGE = Path(__file__).parents[1]


@cache
def declared(kind: str) -> list[str]:
    """Return the sorted names in `@register("<kind>", "<name>")` of all modules of the package.

    >>> declared("sampler")
    ['gaussian', 'gmm', 'kde', 'prior', 'walk']
    """
    found: set[str] = set()
    for path in _PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if f'@register("{kind}"' not in text:
            continue
        for node in ast.parse(text).body:
            for call in getattr(node, "decorator_list", []):
                found |= _name_of(call, kind)
    return sorted(found)


@cache
def module_of(kind: str, name: str) -> str | None:
    """Return the module of the package in which a part is declared; None if it is in none.

    >>> module_of("dataset", "fashion_mnist"), module_of("dataset", "mine")
    ('ganae_cli.datasets.mnist', None)
    """
    for path in sorted(_PACKAGE.rglob("*.py")):
        if f'@register("{kind}", "{name}")' in path.read_text(encoding="utf-8"):
            return ".".join(path.relative_to(_PACKAGE.parent).with_suffix("").parts)
    return None


def check_code(config: dict[str, Any], option: str) -> None:
    """Raise UserError for a part of a config that no code declares: the user has forgotten to name its package.

    Without it, TensorFlow would be imported before that is found. config: as in a run folder; its sections need not all
    be there. option: how the command at hand names packages. Nothing is said where a plugin may declare the part: one
    that `plugins` names, or one that is installed.
    """
    from importlib.metadata import entry_points  # of help pages and lists, which have no time for it

    if config.get("plugins") or entry_points(group="ganae"):
        return
    chosen = [(kind, config.get(kind)) for kind in ("model", "dataset", "optimizer", "augmentation", "tracker")]
    chosen += [("network", network) for network in (config.get("networks") or {}).values()]
    named = [(kind, str(part["name"])) for kind, part in chosen if isinstance(part, dict) and part.get("name")]
    named += [("penalty", str(name)) for name in (config.get("loss") or {}).get("penalties") or {}]
    for kind, name in named:
        if name not in declared(kind) and (kind, name) != ("network", "auto"):  # which gives way to another
            raise UserError(f"no code declares the {kind} '{name}': name the package that does with {option}")


def _name_of(decorator: ast.expr, kind: str) -> set[str]:
    """Return the name that a decorator `@register("<kind>", "<name>")` declares; empty for another decorator."""
    if not isinstance(decorator, ast.Call) or getattr(decorator.func, "id", "") != "register":
        return set()
    given = [argument.value for argument in decorator.args if isinstance(argument, ast.Constant)]
    return {str(given[1])} if len(given) == 2 and given[0] == kind else set()
