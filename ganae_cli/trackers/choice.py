"""The tracker that a config chooses."""

from collections.abc import Iterable, Mapping
from typing import Any

from ganae_cli import registry
from ganae_cli.config.declared import declared
from ganae_cli.trackers.base import Tracker
from ganae_cli.trackers.none import NONE


def made(name: str, options: Mapping[str, Any], plugins: Iterable[str] = ()) -> Tracker:
    """Return a tracker that is not open yet. Raises UserError for an unknown name or option."""
    registry.import_parts("ganae_cli.trackers")
    registry.import_plugins(plugins)
    return registry.build("tracker", name, **options)


def chosen(section: Mapping[str, Any] | None) -> Tracker | None:
    """Return the tracker of a config's section; None for none. Raises UserError, naming the extra, if that is missing.

    section: plain values.
    """
    options = dict(section or {"name": NONE})
    name = options.pop("name")
    if name == NONE:
        return None
    tracker = made(name, options)
    tracker.check(name)
    return tracker


def check(section: Mapping[str, Any] | None) -> None:
    """Raise UserError if the library of one of ganae's own trackers is missing; a plugin's is not known yet."""
    if section and section["name"] in declared("tracker"):
        chosen(section)
