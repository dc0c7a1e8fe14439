"""Where a config may name a variable of the environment, `${oc.env:NAME}`, and where not."""

import contextlib
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from ganae_cli.config.chosen import CHOSEN
from ganae_cli.config.conf_tree import leaves
from ganae_cli.errors import UserError
from ganae_cli.secrets import hide_variables, variables_asked

# What a run notes of these sections, in checkpoints, status.json and its settled config, has no references any more.
WITHOUT = ("model", "networks", "loss", "augmentation", "optimizer", "hardware", "tracker", CHOSEN)


def refuse_where_noted(config: DictConfig) -> None:
    """Raise UserError for a variable in a section that a run notes with its values, also by way of other references.

    A config from a stranger could otherwise bring the value of any variable into a file that goes back. A variable is
    text, which is of use for paths as `dataset.path`.
    """
    hide_variables()
    for section in WITHOUT:
        names = _asked_by(config, section)
        if names:
            node = config._get_node(section)
            own: Any = OmegaConf.to_container(config[section]) if OmegaConf.is_dict(node) else {}
            places = [f"{section}.{key}" for key in leaves(own) if _asked_by(config, f"{section}.{key}")]
            raise UserError(
                f"{(places or [section])[0]}: the variable {names[0]} is not allowed here, as the value would get into "
                "files of the run: write the value itself (${oc.env:NAME} is for paths, as dataset.path)"
            )


def _asked_by(config: DictConfig, key: str) -> list[str]:
    """Return the variables that a setting or section is made of."""
    with variables_asked() as names, contextlib.suppress(OmegaConfBaseException):  # said by whoever uses the setting
        value = OmegaConf.select(config, key)
        if OmegaConf.is_config(value):
            OmegaConf.to_container(value, resolve=True)
    return names
