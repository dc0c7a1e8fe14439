"""The plan of a request that chooses no model: with the one that suits the data, and the line that says so."""

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob, Override
from omegaconf import DictConfig, OmegaConf, open_dict, read_write

from ganae_cli.builders import suited_model
from ganae_cli.builders.suited_model import DEFAULT, Suited
from ganae_cli.command_line import catalogue, plan, refusal, study_plan, suited_words
from ganae_cli.command_line.hydra_app import HydraApp
from ganae_cli.command_line.plan import Plan
from ganae_cli.command_line.study_plan import StudyPlan
from ganae_cli.config import chosen
from ganae_cli.config.chosen import AUTO
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError
from ganae_cli.terminal import command

GROUP = "model"
SAME = "since all jobs get the same, and their data suit different ones"
REFUSED = (UserError, *refusal.TRANSLATED)


class Made(NamedTuple):
    """A plan. model: that ganae chose, "" where the user did. line: what is told of it; "" for the default dataset."""

    plan: Plan
    model: str = ""
    line: str = ""


def make(app: HydraApp, tree: ConfTree) -> Made:
    """Return the plan of a request, with a model that suits the data for those jobs that have none.

    What the default model would refuse is refused in its words. Settings that only the chosen model has no use for keep
    the default one: no command fails because of a choice that nobody made. All jobs of a sweep get the same model, so
    that they differ in what is swept, and in nothing else.
    """
    planned = plan.make(_without_pattern(app, tree), tree)
    configs = [job.config for job in planned.jobs if job.is_free]
    if not planned.jobs and chosen.is_free(planned.composed.hydra.runtime.choices):
        configs = [planned.composed]
    if not configs:
        return Made(planned)
    found, is_named = of_configs(configs, tree), _names(planned.overrides)
    if found and not is_named and len(configs) < len(planned.jobs):
        found = Suited(DEFAULT, "since other jobs have models of their own")
    if is_named or (found and found.model != DEFAULT):
        words = app.request.overrides if _names(app.request.overrides) == is_named else planned.overrides
        try:
            planned = plan.make(_with(app, tree, words, found.model if found else DEFAULT), tree)
        except REFUSED:
            found = unsuited(found)
    _name(planned.composed)
    is_taken = not planned.jobs or (found and found.model in {chosen.name(job.config, GROUP) for job in planned.jobs})
    return Made(planned, found.model if found else DEFAULT, line(found, configs, tree) if is_taken else "")


def name_model(app: HydraApp, tree: ConfTree) -> None:
    """Add the model that is chosen, if it is another than the default, to a request that Hydra answers itself."""
    with contextlib.suppress(*REFUSED):  # Hydra shows how a config is composed that nothing has checked
        made = make(app, tree)
        if made.model not in ("", DEFAULT) and not made.plan.is_sweep:
            app.request.overrides[:] = made.plan.overrides


def study(app: HydraApp, tree: ConfTree, stamp: str) -> tuple[StudyPlan, str]:
    """Return the plan of a study, likewise, and the line that is told: all its trials have the model of the first."""
    planned = study_plan.make(app, tree, stamp)
    if not planned.is_free:
        return planned, ""
    words, found = app.request.overrides, of_configs([planned.first], tree)
    if GROUP in planned.space:  # of which `auto` is one
        ends = ",".join(planned.space[GROUP].ends)
        words = [*(word for word in words if _key(word) != GROUP), f"{GROUP}={ends}"]
    if GROUP in planned.space or (found and found.model != DEFAULT):
        try:
            again = _with(app, tree, words, found.model if found else DEFAULT)
            planned = study_plan.make(again, tree, stamp)
        except REFUSED:
            found = unsuited(found)
    return planned, line(found, [planned.first], tree)


def of_configs(configs: Sequence[DictConfig], tree: ConfTree) -> Suited | None:
    """Return the model that suits the data of all configs; None where that is not to be decided.

    It is not where a run begins from another (`train.init_from`), whose networks the default model takes by their
    roles, and where data cannot be looked at: they are refused when they are read.
    """
    known: dict[str, Suited | None] = {}
    for config in configs:
        parent, examples = config.train.get("init_from"), config.train.get("examples")
        facts = str((config.dataset, examples, parent))
        if facts not in known:
            options: Any = OmegaConf.to_container(config.dataset, resolve=True)
            stated = suited_words.holds(tree, chosen.name(config, "dataset"), options["name"])
            known[facts] = None if parent else suited_model.of_dataset(options, stated, examples)
    found = [one for one in known.values() if one]
    if len(found) < len(known):
        return None
    return found[0] if len({one.model for one in found}) == 1 else Suited(DEFAULT, SAME)


def unsuited(found: Suited | None) -> Suited | None:
    """Return the default model in the place of one that has no use for what the user set."""
    return found and Suited(DEFAULT, f"as {found.model}, the choice {found.reason}, has no use for these settings")


def line(found: Suited | None, configs: Sequence[DictConfig], tree: ConfTree) -> str:
    """Return what is told of a choice; "" for the dataset that ganae takes if none is chosen either."""
    default = catalogue.default_choices(tree)["dataset"]
    if found is None or all(chosen.name(config, "dataset") == default for config in configs):
        return ""
    return f"model {found.model}, {found.reason} (model=NAME chooses another; {command('list', 'models')})"


def _with(app: HydraApp, tree: ConfTree, words: Sequence[str], name: str) -> HydraApp:
    """Return an application of the same request, with a model by name."""
    with app.composing() as loader:
        request = replace(app.request, overrides=with_model(words, name, loader))
    return HydraApp(app.name, request, tree.folders[1:])


def with_model(words: Sequence[str], name: str, loader: ConfigLoader) -> list[str]:
    """Return the words of a request with a model's name for `auto`, or one more if no word is about the model."""
    parsed = OverridesParser.create(config_loader=loader).parse_overrides(list(words))
    named = [_named(one, name) if one.key_or_group == GROUP else str(one.input_line) for one in parsed]
    return named if _names(words) else [*named, f"{GROUP}={name}"]


def _named(override: Override, name: str) -> str:
    """Return a word `model=…`, with each model once. `glob(*)` stands for the models, and `auto` is none of its own."""
    if not override.is_discrete_sweep():
        return f"{GROUP}={name}" if override.value() == AUTO else str(override.input_line)
    models = list(override.sweep_string_iterator())
    if AUTO not in models:
        return str(override.input_line)
    named = [name if model == AUTO else model for model in models if model != AUTO or not _is_pattern(override)]
    return f"{GROUP}={','.join(dict.fromkeys(named))}"


def _without_pattern(app: HydraApp, tree: ConfTree) -> HydraApp:
    """Return the application with the names that a word `model=glob(*)` stands for, in its place."""
    if not any(_key(word) == GROUP and "glob(" in word for word in app.request.overrides):
        return app
    with contextlib.suppress(*REFUSED):  # words that cannot be read, which the plan refuses
        return _with(app, tree, app.request.overrides, AUTO)
    return app


def _is_pattern(override: Override) -> bool:
    return isinstance(override.value(), Glob)


def _names(words: Sequence[str]) -> bool:
    """Return True if a word is about the model."""
    return any(_key(word) == GROUP for word in words)


def _key(word: str) -> str:
    return word.partition("=")[0].lstrip("+")


def _name(config: DictConfig) -> None:
    """Let Hydra's own record of the choices, if it says `auto`, name the default model, which that is."""
    choices = config.hydra.runtime.choices
    if chosen.is_free(choices):
        with read_write(choices), open_dict(choices):
            choices.model = DEFAULT
