"""Settings that a saved config lacks because they came after it was written.

The default of a new setting has to be what ganae did without it, so that the run goes on as it began. Where new runs
are to have another default, `FORMER` says what ganae did before.
"""

from fnmatch import fnmatch
from typing import Any

from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.schema import Reference, may_lack

# Dotted keys, those of a model within another too.
FORMER = {"*networks.*.grids": "corner", "*networks.*.smooth": False, "*model.components": 10}


def former(key: str, default: Any = None) -> Any:
    """Return what ganae did before it had the setting of a dotted key; the default, if that is the same.

    >>> former("networks.generator.grids"), former("train.keep", 2)
    ('corner', 2)
    """
    return next((value for pattern, value in FORMER.items() if fnmatch(key, pattern)), default)


def missing(config: dict, tree: ConfTree | None = None) -> dict:
    """Return the settings that a config lacks, nested as in it, with their defaults. config: without `hydra`."""
    return _missing(config, Reference(config, tree or ConfTree()).known(), "")


def _missing(given: dict, known: dict, prefix: str) -> dict:
    found = {}
    for key, default in known.items():
        if key not in given:
            if not may_lack(known, f"{prefix}{key}", default):
                found[key] = former(f"{prefix}{key}", default)
        elif isinstance(default, dict) and isinstance(given[key], dict):
            inner = _missing(given[key], default, f"{prefix}{key}.")
            found |= {key: inner} if inner else {}
    return found
