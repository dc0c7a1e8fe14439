"""Names for parts: a config names a part, the registry turns the name into an object.

Only what is declared with @register can be built, so no config file can reach other code. Dropping a file into
`models/`, `networks/`, `losses/` or `datasets/` declares its parts; other packages are joined with the config key
`plugins` or with an entry point in the group `ganae`, by the user's own choice.
"""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from ganae_cli.errors import UserError, did_you_mean

_PARTS: dict[str, dict[str, Callable]] = {}


def register(kind: str, name: str) -> Callable[[Callable], Callable]:
    """Decorator of a class or function: `@register("model", "gan")`."""

    def add(part: Callable) -> Callable:
        known = _PARTS.setdefault(kind, {})
        if name in known and known[name].__module__ != part.__module__:
            raise ValueError(f"{kind} '{name}' is declared twice: {known[name].__module__} and {part.__module__}")
        known[name] = part
        return part

    return add


def names(kind: str) -> list[str]:
    """Every declared name of a kind, sorted."""
    return sorted(_PARTS.get(kind, {}))


def find(kind: str, name: str) -> Callable:
    """The part itself. Raises UserError, naming what is known, for an unknown name."""
    known = _PARTS.get(kind, {})
    if name not in known:
        raise UserError(f"no {kind} named '{name}'{did_you_mean(name, known)} (choices: {', '.join(names(kind))})")
    return known[name]


def options(kind: str, name: str) -> dict[str, Any]:
    """Option -> default, read off the part's signature; `inspect.Parameter.empty` where there is none."""
    return {key: parameter.default for key, parameter in inspect.signature(find(kind, name)).parameters.items()}


def build(kind: str, name: str, /, **given):
    """Build a part. Raises UserError for an unknown name or an option that the signature does not have."""
    allowed = options(kind, name)
    for option in given:
        if option not in allowed:
            near = did_you_mean(option, allowed)
            raise UserError(f"{kind} '{name}' has no option '{option}'{near} (options: {', '.join(allowed)})")
    return find(kind, name)(**given)


def import_parts(package: str) -> None:
    """Import every module of a package: that is what declares its parts."""
    folder = importlib.import_module(package)
    for module in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{package}.{module.name}")


def import_plugins(packages=()) -> None:
    """Import the user's own parts: installed entry points of the group `ganae`, then the packages named.

    Packages are looked for in the current folder too, last: there they must not stand in for installed ones.
    """
    for entry in entry_points(group="ganae"):
        entry.load()
    if packages and not {"", str(Path.cwd())} & set(sys.path):
        sys.path.append(str(Path.cwd()))
    for package in packages:
        try:
            importlib.import_module(package)
        except ModuleNotFoundError as error:
            raise UserError(f"plugins: cannot import '{package}': {error}") from error
