"""Registry of parts: a config names a part, the registry gives the class or function of that name.

Only what was declared with @register can be built, so no config file can reach other code. A file in `models/`,
`networks/`, `losses/` or `datasets/` declares its parts; other packages join, by the user's choice, with the config key
`plugins` or with an entry point in the group `ganae`.
"""

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from ganae_cli.errors import UserError, did_you_mean

_PARTS: dict[str, dict[str, Callable]] = {}


def register(kind: str, name: str) -> Callable[[Callable], Callable]:
    """Return the decorator that declares a class or function as a part: `@register("model", "gan")`.

    It raises ValueError if another module has declared a part of that kind and name.
    """

    def add(part: Callable) -> Callable:
        known = _PARTS.setdefault(kind, {})
        if name in known and known[name].__module__ != part.__module__:
            raise ValueError(f"{kind} '{name}' is declared twice: {known[name].__module__} and {part.__module__}")
        known[name] = part
        return part

    return add


def names(kind: str) -> list[str]:
    """Return the declared names of a kind, sorted."""
    return sorted(_PARTS.get(kind, {}))


def find(kind: str, name: str) -> Callable:
    """Return a part. Raises UserError, naming the known parts, for an unknown name."""
    known = _PARTS.get(kind, {})
    if name not in known:
        raise UserError(f"no {kind} named '{name}'{did_you_mean(name, known)} (choices: {', '.join(names(kind))})")
    return known[name]


def options(kind: str, name: str) -> dict[str, Any]:
    """Return option -> default of a part, from its signature; `inspect.Parameter.empty` where there is no default."""
    return {key: parameter.default for key, parameter in inspect.signature(find(kind, name)).parameters.items()}


def build(kind: str, name: str, /, **given: Any) -> Any:
    """Build a part with the given options. Raises UserError for an unknown name, or for an option it does not have."""
    allowed = options(kind, name)
    for option in given:
        if option not in allowed:
            near = did_you_mean(option, allowed)
            raise UserError(f"{kind} '{name}' has no option '{option}'{near} (options: {', '.join(allowed)})")
    return find(kind, name)(**given)


def import_parts(package: str) -> None:
    """Import every module of a package, which declares its parts."""
    folder = importlib.import_module(package)
    for module in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{package}.{module.name}")


def import_plugins(packages: Iterable[str] = ()) -> None:
    """Import the user's own parts: installed entry points of the group `ganae`, then the packages named.

    Packages are also searched in the current folder, last, so that it does not hide installed ones. Raises UserError
    for what cannot be imported; for a module of ganae that has moved, it says where to.
    """
    for entry in entry_points(group="ganae"):
        with _imported(f"the installed plugin '{entry.name}'"):
            entry.load()
    names = list(packages)
    if names and not {"", str(Path.cwd())} & set(sys.path):
        sys.path.append(str(Path.cwd()))
    for name in names:
        with _imported(f"plugins: cannot import '{name}'"):
            importlib.import_module(name)


@contextmanager
def _imported(what: str) -> Iterator[None]:
    """Turn an ImportError into UserError, for the time of a block."""
    try:
        yield
    except ImportError as error:
        missing = re.match(r"cannot import name '(\w+)' from '([\w.]+)'", str(error))
        asked = (error.name, f"{missing[2]}.{missing[1]}" if missing else "")
        moved = next((f" (since 0.2: {_MOVED[name]})" for name in asked if name in _MOVED), "")
        raise UserError(f"{what}: {error}{moved}") from error


_ENGINE = "from ganae_cli.engine import Game, Parts"
_MOVED = {  # module before 0.2 that a plugin may import -> the line or the module that takes its place
    "ganae_cli.models.base": _ENGINE,
    "ganae_cli.models.parts": _ENGINE,
    "ganae_cli.models.features": "ganae_cli.models.shared.features",
    "ganae_cli.models.gaussian": "ganae_cli.models.shared.gaussian_codes",
    "ganae_cli.models.packing": "ganae_cli.models.shared.packing",
    "ganae_cli.models.pairs": "ganae_cli.models.shared.pair_discriminator",
    "ganae_cli.models.verdicts": "ganae_cli.models.shared.adversarial_terms",
    "ganae_cli.networks.layers": "ganae_cli.networks.layers.common",
    "ganae_cli.networks.grouped": "ganae_cli.networks.layers.grouped_conv",
    "ganae_cli.networks.halving": "ganae_cli.networks.layers.strided_conv",
    "ganae_cli.networks.resampling": "ganae_cli.networks.layers.resampling",
    "ganae_cli.networks.sizes": "ganae_cli.networks.layers.image_sizes",
    "ganae_cli.networks.spectral": "ganae_cli.networks.layers.spectral_norm",
    "ganae_cli.losses.codes": "ganae_cli.losses.code_statistics",
    "ganae_cli.losses.code_penalties": "ganae_cli.penalties.codes",
    "ganae_cli.losses.jacobian_penalties": "ganae_cli.penalties.jacobian",
    "ganae_cli.losses.penalties": "ganae_cli.penalties.gradient",
    "ganae_cli.losses.roles": "ganae_cli.penalties.base",
    "ganae_cli.losses.slopes": "ganae_cli.penalties.input_gradient",
    "ganae_cli.randomness": "ganae_cli.runtime.rng",
}
