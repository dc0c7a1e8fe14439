"""Settings that a saved config lacks because they came after it was written.

The default of a new setting has to be what ganae did without it, so that the run goes on as it began.
"""

from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.schema import Reference, may_lack


def missing(config: dict, tree: ConfTree | None = None) -> dict:
    """Return the settings that a config lacks, nested as in it, with their defaults. config: without `hydra`."""
    return _missing(config, Reference(config, tree or ConfTree()).known(), "")


def _missing(given: dict, known: dict, prefix: str) -> dict:
    found = {}
    for key, default in known.items():
        if key not in given:
            if not may_lack(known, f"{prefix}{key}", default):
                found[key] = default
        elif isinstance(default, dict) and isinstance(given[key], dict):
            inner = _missing(given[key], default, f"{prefix}{key}.")
            found |= {key: inner} if inner else {}
    return found
