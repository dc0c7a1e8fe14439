"""The plan of a request that chooses no model: with the one that suits the data, and the line that says so."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf, open_dict, read_write

from ganae_cli.builders import suited_model
from ganae_cli.builders.suited_model import DEFAULT, Suited
from ganae_cli.command_line import catalogue, plan, refusal
from ganae_cli.command_line.hydra_app import HydraApp
from ganae_cli.command_line.plan import Plan
from ganae_cli.config import chosen
from ganae_cli.config.chosen import AUTO
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.datasets import outline
from ganae_cli.errors import UserError
from ganae_cli.terminal import command

GROUP = "model"
REFUSED = (UserError, *refusal.TRANSLATED)


def make(app: HydraApp, tree: ConfTree) -> tuple[Plan, str]:
    """Return the plan of a request, and the line on the model that ganae chose; "" where there is nothing to say.

    What the default model would refuse is refused in its words. Settings that only the chosen model has no use for keep
    the default one: no command fails because of a choice that nobody made. All jobs of a sweep get the same model, so
    that they differ in what is swept, and in nothing else.
    """
    planned = plan.make(app, tree)
    configs = [job.config for job in planned.jobs if job.is_free]
    if not planned.jobs and chosen.is_free(planned.composed.hydra.runtime.choices):
        configs = [planned.composed]
    found = of_configs(configs, tree)
    if configs and replaces(found, planned.overrides):
        with app.composing() as loader:
            words = with_model(planned.overrides, found.model if found else DEFAULT, loader)
        try:
            planned = plan.make(HydraApp(app.name, replace(app.request, overrides=words), tree.folders[1:]), tree)
        except REFUSED:
            found = unsuited(found)
    _name(planned.composed)
    return planned, line(found, configs, tree)


def of_configs(configs: Sequence[DictConfig], tree: ConfTree) -> Suited | None:
    """Return the model that suits the data of all configs; None without one, and where that is not to be decided.

    It is not where a run is to begin from another (`train.init_from`), whose networks the default model takes by their
    roles, and where data cannot be looked at: they are refused when they are read.
    """
    known: dict[str, Suited | None] = {}
    for config in configs:
        facts = str((config.dataset, config.train.get("examples"), config.train.get("init_from")))
        if facts not in known:
            known[facts] = None if config.train.get("init_from") else _of_data(config, tree)
    found = set(known.values())
    if None in found or not found:
        return None
    if len({one.model for one in found if one}) > 1:
        return Suited(DEFAULT, "the same for all jobs")
    return found.pop()


def _of_data(config: DictConfig, tree: ConfTree) -> Suited | None:
    """Return the model that suits the dataset of a config; None if that cannot be looked at."""
    options: Any = OmegaConf.to_container(config.dataset, resolve=True)
    stated = tree.head("dataset", chosen.name(config, "dataset"), "holds")
    stated = stated or tree.head("dataset", options["name"], "holds")
    try:
        held = outline.of(options, stated, config.train.get("examples"))
    except (UserError, OSError):
        return None
    return suited_model.suited(options["name"], held)


def unsuited(found: Suited | None) -> Suited | None:
    """Return the default model in the place of one that has no use for what the user set."""
    return found and Suited(DEFAULT, f"as {found.model}, the choice {found.reason}, has no use for these settings")


def line(found: Suited | None, configs: Sequence[DictConfig], tree: ConfTree) -> str:
    """Return what is told of a choice; "" for the dataset that ganae takes if none is chosen either."""
    default = catalogue.default_choices(tree)["dataset"]
    if found is None or all(chosen.name(config, "dataset") == default for config in configs):
        return ""
    return f"model {found.model}, {found.reason} (model=NAME chooses another; {command('list', 'models')})"


def replaces(found: Suited | None, words: Sequence[str]) -> bool:
    """Return True if a request that chooses no model is to be planned anew, with one by name.

    That is so for another than the default one, and where words say `auto`: in a sweep over models, also as one of
    those that `glob(*)` stands for, it would be the name of a job.
    """
    return bool(found and found.model != DEFAULT) or any(_key(word) == GROUP for word in words)


def with_model(words: Sequence[str], name: str, loader: ConfigLoader) -> list[str]:
    """Return the words of a request with a model's name for `auto`, or with a word for it if none is about the model."""
    parsed = OverridesParser.create(config_loader=loader).parse_overrides(list(words))
    named = [_named(one, name) if one.key_or_group == GROUP else str(one.input_line) for one in parsed]
    return named if any(one.key_or_group == GROUP for one in parsed) else [*named, f"{GROUP}={name}"]


def _named(override: Override, name: str) -> str:
    """Return a word `model=…`, with each model once."""
    if not override.is_discrete_sweep():
        return f"{GROUP}={name}" if override.value() == AUTO else str(override.input_line)
    models = list(override.sweep_string_iterator())
    if AUTO not in models:
        return str(override.input_line)
    return f"{GROUP}={','.join(dict.fromkeys(name if model == AUTO else model for model in models))}"


def _key(word: str) -> str:
    return word.partition("=")[0].lstrip("+")


def _name(config: DictConfig) -> None:
    """Let Hydra's own record of the choices, if it says `auto`, name the default model, which that is."""
    choices = config.hydra.runtime.choices
    if chosen.is_free(choices):
        with read_write(choices), open_dict(choices):
            choices.model = DEFAULT
