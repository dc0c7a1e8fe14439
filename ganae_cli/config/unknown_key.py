"""The message about a key that the config at hand cannot have: which part has it, or which key was meant."""

from collections.abc import Iterable
from typing import NamedTuple

from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.synonyms import find_synonym, is_synonym
from ganae_cli.errors import nearest


class Chosen(NamedTuple):
    """The part whose options stand in a section: `Chosen("network", "auto", "network@networks.encoder")`."""

    kind: str
    name: str
    group: str  # what stands before the = where it is chosen


def message(
    name: str, value: object, siblings: Iterable[str], keys: list[str], chosen: Chosen | None, tree: ConfTree
) -> str:
    """Return one sentence about the unknown key `name`.

    value: what was given for it. siblings: keys that its section has. keys: all keys of the config at hand. chosen: the
    part whose options the section holds; None where it holds no part's.
    """
    prefix, _, key = name.rpartition(".")
    prefix += "." if prefix else ""
    if chosen:
        others = owners(key, chosen.kind, tree)
        if others:
            only = len(others) == 1
            choose = f"{chosen.group}={others[0]}" if only else f"one of them with {chosen.group}=NAME"
            return (
                f"{chosen.kind} '{chosen.name}' has no use for {name}: "
                f"only {', '.join(others)} {'has' if only else 'have'} it; choose {choose}, or leave it out"
            )
    meant, note = find_synonym(key, keys, prefix, value)
    if not is_synonym(key):
        meant = _nearest(key, prefix, siblings, keys)
    if meant:
        is_elsewhere = chosen and not meant.startswith(prefix)
        lacks = f": {chosen.kind} '{chosen.name}' has none of that name" if chosen and is_elsewhere else ""
        return f"unknown setting '{name}'{lacks}; did you mean '{meant}'?{f' ({note})' if note else ''}"
    section = f"{prefix.rstrip('.')} '{chosen.name}'" if chosen else prefix.rstrip(".") or "a config"
    return f"unknown setting '{name}' ({section} has: {', '.join(sorted(set(siblings) - {'name'}))})"


def owners(option: str, kind: str, tree: ConfTree) -> list[str]:
    """Return the parts of a kind that have an option; not the variants, which have those of the part they extend.

    >>> owners("critic_steps", "model", ConfTree())
    ['gan']
    """
    parts = {name: tree.part(kind, name) for name in tree.options(kind)}
    return [
        name for name, part in parts.items() if part and option in part.options and part.options.get("name") == name
    ]


def _nearest(key: str, prefix: str, siblings: Iterable[str], keys: list[str]) -> str:
    """Return the key with the nearest name, of the same section rather than of another; "" if none is near."""
    near = nearest(key, siblings, cutoff=0.7)
    if near:
        return f"{prefix}{near}"
    if prefix.startswith("networks."):
        return ""
    places = {place.rpartition(".")[2]: place for place in reversed(keys)}
    return places.get(nearest(key, places, cutoff=0.75), "")
