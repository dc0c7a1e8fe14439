"""The names that the user chose: `model=dcgan`, a YAML over the page `gan`, is reported as dcgan.

The config states the registered part (`model.name: gan`) and, in its section `chosen`, the YAML that it came from. The
section only reports: no part is built from it. Configs of version 0.1.0 lack it, and the part's own name is shown.
"""

from collections.abc import Mapping, MutableMapping
from typing import Any

from ganae_cli.terminal import one_line

CHOSEN = "chosen"
AUTO = "auto"  # of the group model: none is chosen; composed, it is the part that it extends
GROUPS = ("model", "dataset", "optimizer", "augmentation", "tracker")  # whose section states the name of a part


def section(choices: Mapping[str, Any]) -> dict[str, str]:
    """Return the content of `chosen`. choices: group -> option, as Hydra has composed them.

    >>> section({"model": "dcgan", "dataset": "mnist", "debug": None})
    {'model': 'dcgan', 'dataset': 'mnist'}
    """
    return {group: str(choices[group]) for group in GROUPS if choices.get(group)}


def note(config: MutableMapping[str, Any], choices: Mapping[str, Any]) -> None:
    """Write the choices into the section `chosen`; what a user wrote into it stays, for the schema to refuse."""
    given = config.get(CHOSEN)
    if given is None or isinstance(given, Mapping):
        config[CHOSEN] = {**(given or {}), **section(choices)}
        if config[CHOSEN].get("model") == AUTO:
            config[CHOSEN]["model"] = config["model"]["name"]


def is_free(choices: Mapping[str, Any]) -> bool:
    """Return True if no model was chosen, so that one that suits the data is to be taken."""
    return choices.get("model") == AUTO


def name(config: Mapping[str, Any], group: str) -> str:
    """Return the name that was chosen for a group of GROUPS, or that of its part if the config does not say.

    >>> name({"model": {"name": "gan"}, "chosen": {"model": "dcgan"}}, "model")
    'dcgan'
    """
    return str((config.get(CHOSEN) or {}).get(group) or config[group]["name"])


def title(config: Mapping[str, Any]) -> str:
    """Return what a run is about, as it is shown everywhere: "dcgan on mnist"."""
    return one_line(f"{name(config, 'model')} on {name(config, 'dataset')}")
