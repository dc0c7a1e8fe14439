"""What the config of a run leaves open, and what data and model make of it."""

from collections.abc import Mapping
from typing import Any

from ganae_cli.config.conf_tree import leaves

AUTO = "auto"  # the name of a network that the data choose


def settled(given: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return key and value of each setting that was null or `auto` and is a number or a word now.

    given, after: the config before and after it was settled, plain. Networks that are alike in a value share a line, as
    the shell would write it: `networks.{encoder,generator}.norm`.

    >>> settled({"model": {"z_dim": None}, "seed": 0}, {"model": {"z_dim": 14}, "seed": 0})
    [('model.z_dim', '14')]
    """
    before, found = leaves(dict(given)), dict[tuple[str, str], list[str]]()
    for key, value in leaves(dict(after)).items():
        is_open = key in before and before[key] in (None, AUTO)
        if is_open and value not in (None, AUTO, False):
            section, _, rest = key.partition(".")
            role, _, option = rest.partition(".")
            place = (f"networks.*.{option}", str(value)) if section == "networks" else (key, str(value))
            found.setdefault(place, []).append(role)
    return [(_place(key, roles), value) for (key, value), roles in found.items()]


def _place(key: str, roles: list[str]) -> str:
    return key.replace("*", roles[0] if len(roles) == 1 else f"{{{','.join(roles)}}}")
