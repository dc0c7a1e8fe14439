"""Jobs to be added to a sweep, by words such as `model.z_dim=64,128`: their overrides and configs.

A new job is a job of the sweep with another value. Where that is a setting, its config is that of the other job, as it
was saved. Where it is the choice of a part (`model=vae`), it is composed anew from the other job's words; these must
still give what they gave when the sweep began, so that the jobs stay comparable.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from hydra.core.override_parser.overrides_parser import OverridesParser
from omegaconf import DictConfig, OmegaConf

from ganae_cli.command_line import plan
from ganae_cli.command_line.hydra_app import HydraApp, environment
from ganae_cli.command_line.refusal import translated
from ganae_cli.command_line.request import Request
from ganae_cli.config.budget import BUDGET, STEPS
from ganae_cli.config.conf_tree import ConfTree, leaves
from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps import extend
from ganae_cli.sweeps.extend import Added
from ganae_cli.sweeps.jobs import Planned
from ganae_cli.sweeps.sweep_file import SweepFile
from ganae_cli.terminal import command, tell

Change = Callable[[DictConfig, list[str]], DictConfig]
OF_THE_MACHINE = ("hardware.threads", "plugins", "sweep.")  # in which a saved config may differ from its words
AUTO = "auto"  # a part that is chosen by the data, when a run is made
_NONE = object()


def added(sweep: Path, words: Sequence[str], plugins: Sequence[str], change: Change) -> Planned:
    """Return overrides and config of the jobs that a sweep lacks, and say how many there are.

    Raises UserError for what is not swept, and for a value that the config refuses. change: returns a saved config with
    KEY=VALUE words, checked.
    """
    tree = ConfTree()
    with translated(Request({}, list(words)), tree):
        new = values(words)
    extend.refuse_strange(sweep, list(new))
    if AUTO in new.get("model", ()):
        raise UserError(f"model={AUTO}: name the model of the jobs to be added; {command('list', 'models')} shows all")
    jobs = SweepFile(sweep).jobs
    found = extend.missing([SweepFile(sweep).differing(str(number)) for number in range(len(jobs))], new)
    named = [extend.words_with(jobs[one.like], one.changes) for one in found]
    if any(key in tree.groups() or "@" in key for key in new):
        configs = list(_composed(sweep, found, named, plugins, tree))
    else:
        configs = [_changed(sweep, one, change) for one in found]
    tell(extend.in_words(sweep, len(found), new))
    return list(zip(named, configs, strict=True))


def values(words: Sequence[str]) -> dict[str, list[str]]:
    """Return key -> values of the words.

    >>> values(["model.z_dim=64,128", "seed=range(3,5)", "model=vae"])
    {'model.z_dim': ['64', '128'], 'seed': ['3', '4'], 'model': ['vae']}
    """
    found: dict[str, list[str]] = {}
    for word in words:
        if "=" not in word:
            raise UserError(f"expected KEY=VALUE, got '{word}'")
        one = OverridesParser.create().parse_overrides([word])[0]
        if one.is_sweep_override() and not one.is_discrete_sweep():
            raise UserError(f"{word}: expected values, as in {one.key_or_group}=1,2")
        texts = list(one.sweep_string_iterator()) if one.is_sweep_override() else [one.get_value_element_as_str()]
        found[one.get_key_element().lstrip("+")] = texts
    return found


def _changed(sweep: Path, one: Added, change: Change) -> DictConfig:
    saved = RunFolder(sweep / str(one.like)).read_config()
    words = [f"{key}={text}" for key, text in one.changes.items()]
    budget = [word for word in SweepFile(sweep).jobs[one.like] if word.startswith(BUDGET)]
    has_own = any(word.startswith((BUDGET, STEPS)) for word in words)
    return change(saved, words if has_own else [*budget, *words])  # its own time, not the steps of the other


def _composed(
    sweep: Path, found: Sequence[Added], named: Sequence[list[str]], plugins: Sequence[str], tree: ConfTree
) -> Iterator[DictConfig]:
    """Yield the configs of jobs, composed from their words as those of a new sweep are."""
    jobs = SweepFile(sweep).jobs
    for one, words in zip(found, named, strict=True):
        saved = RunFolder(sweep / str(one.like)).read_config()
        changed = differences(_config(jobs[one.like], plugins, tree), saved)
        if changed:
            raise UserError(
                f"the words of job {one.like} of {sweep} give another config than when the sweep began "
                f"({', '.join(changed[:3])}): train a new sweep, and compare with {command('list', 'results')} A B"
            )
        config = _config(words, plugins, tree)
        threads = saved.hardware.threads if config.hardware.threads is None else config.hardware.threads
        OmegaConf.update(config, "hardware.threads", threads)
        yield config


def _config(words: Sequence[str], plugins: Sequence[str], tree: ConfTree) -> DictConfig:
    """Return the config of the one job that these words describe; a file of the group `sweep` sweeps nothing here."""
    named = [f"plugins=[{','.join(plugins)}]"] if plugins else []
    request = Request({"--multirun": True}, ["hydra.sweeper.params=null", *words, *named])
    with environment(GANAE_STAMP="none"), translated(request, tree):
        return plan.make(HydraApp("train", request, tree.folders[1:]), tree).jobs[0].config


def differences(composed: DictConfig, saved: DictConfig) -> list[str]:
    """Return the keys in which a saved config differs from its words, apart from what a run itself fills in.

    That is the machine's part, what is null or auto in the words, and a path, which becomes absolute.
    """
    given, found = leaves(_plain(composed)), leaves(_plain(saved))
    settled = ("train.budget", "train.steps") if given.get("train.budget") is not None else ()
    chosen = tuple(key.removesuffix("name") for key, value in given.items() if value == AUTO and key.endswith(".name"))
    keys = [key for key in dict.fromkeys([*given, *found]) if not key.startswith((*OF_THE_MACHINE, *chosen, *settled))]
    return [key for key in keys if not _is_same(given.get(key, _NONE), found.get(key, _NONE))]


def _is_same(given: object, saved: object) -> bool:
    if isinstance(given, str) and isinstance(saved, str) and Path(saved).is_absolute():
        return str(Path(given).expanduser().absolute()) == saved
    return given in (None, AUTO, saved)


def _plain(config: DictConfig) -> dict[str, Any]:
    return cast(dict[str, Any], OmegaConf.to_container(config, resolve=False))
