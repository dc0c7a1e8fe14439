"""A config that was saved, made ready for use: completed by settings that came later, and checked like a new one."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from ganae_cli.config.chosen import CHOSEN
from ganae_cli.config.completed import missing
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.declared import check_code
from ganae_cli.config.schema import check
from ganae_cli.config.variables import refuse_where_noted
from ganae_cli.errors import UserError

INNER = ("model", "networks", "loss")  # sections of a trained model that another one builds upon


def ready(config: DictConfig, option: str, plugins: Iterable[str] = (), is_for_use: bool = False) -> DictConfig:
    """Return a saved config, completed and checked. Raises UserError for the first fault.

    option: how the command at hand names packages, for the message about a part that no code declares. plugins: the
    packages that the user named. is_for_use: the model is to be used, not trained on; then what the environment lacks
    (`${oc.env:DATA}` on another machine) stops nothing that does without it.
    """
    refuse_where_noted(config)
    known = _without_unknown_variables(config) if is_for_use else config
    named, tree = {"plugins": list(plugins)} if plugins else {}, ConfTree()
    try:
        lacking = missing(_plain(known) | named, tree)
        plain = _plain(cast(DictConfig, OmegaConf.merge(known, lacking))) | named
        check_code(plain, option)
        check(plain, tree)
        of_inner: dict[str, Any] = {}
        for key, inner in _inner(plain):
            gaps = missing(inner, tree)
            check(cast(dict[str, Any], OmegaConf.to_container(OmegaConf.merge(inner, gaps))), tree)
            of_inner[key] = {"networks": gaps.get("networks", {})}
        return cast(
            DictConfig, OmegaConf.merge(config, lacking, {"model": of_inner}, config)
        )  # again: references stay, and their order
    except OmegaConfBaseException as error:
        raise UserError(f"{error.full_key}: {str(error.msg).splitlines()[0]}") from error


def _plain(config: DictConfig) -> dict[str, Any]:
    return cast(dict[str, Any], OmegaConf.to_container(config, resolve=True))


def _inner(plain: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield key and config of each model that the model builds upon, as if it were the run's own."""
    for key, value in plain["model"].items():
        if isinstance(value, dict) and set(value) == set(INNER):
            shared = {key: one for key, one in plain["optimizer"].items() if not isinstance(one, dict)}
            yield key, plain | value | {"optimizer": shared, CHOSEN: {}}


def _without_unknown_variables(config: DictConfig) -> DictConfig:
    """Return a copy without the settings whose environment variables are not set; their defaults stand for them."""
    copied = config.copy()
    OmegaConf.set_struct(copied, False)
    for section, key in list(_leaves(copied)):
        try:
            section.get(key)
        except OmegaConfBaseException:
            del section[key]
    return copied


def _leaves(section: DictConfig) -> Iterator[tuple[DictConfig, str]]:
    """Yield the settings that are references, with the sections that they stand in."""
    for key in list(section):
        if OmegaConf.is_interpolation(section, str(key)):
            yield section, str(key)
        elif isinstance(section._get_node(key), DictConfig):
            yield from _leaves(section[key])
