"""Look for the best settings: train trials with Optuna (extra `tune`)

The words are those of `ganae train`; a setting with several values, or an interval, is what the study varies.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from ganae_cli.command_line import request as requests
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError
from ganae_cli.terminal import command, tell

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from ganae_cli.tuning.objective import Objective
    from ganae_cli.tuning.settings import Settings

FLAGS = ("--help", "--config-dir")


def main(argv: list[str]) -> int:
    """Run `ganae tune [KEY=VALUE …]`; the last line of standard output is the study's folder."""
    request = requests.parse(argv)
    others = [flag for flag in request.flags if flag not in FLAGS]
    if others:
        raise UserError(f"ganae tune has no flag '{others[0]}' (flags: {', '.join(FLAGS)})")
    from ganae_cli.commands.train import config_dirs, stamp

    tree = ConfTree(config_dirs(request))
    if "--help" in request.flags:
        from ganae_cli.command_line import pages, tune_page

        return pages.show(tune_page.text(__doc__.splitlines()[0], tree, EXAMPLES))

    from ganae_cli.command_line import refusal, study_plan, suited_plan
    from ganae_cli.command_line.hydra_app import HydraApp, environment
    from ganae_cli.runtime import messages
    from ganae_cli.tuning import drive, samplers
    from ganae_cli.tuning.study_file import StudyFile

    at = stamp()
    with environment(GANAE_STAMP=at), refusal.translated(request, tree):
        app = HydraApp("train", request, tree.folders[1:])
        planned, line = suited_plan.study(app, tree, at)
        messages.choose(str(planned.first.log.format))
        samplers.check(planned.settings, planned.space)
        plugins = list(planned.first.get("plugins") or [])
        objectives = _objectives(planned.first, planned.settings, plugins, tree)
        if line:
            tell(line)
        folders = [str(folder.absolute()) for folder in config_dirs(request)]
        file = StudyFile(planned.words, planned.space, objectives, planned.settings, folders, int(planned.first.seed))
        composed = study_plan.compose(app, tree, [*file.words, *_named(plugins)])
        return drive.begin(planned.folder, file, composed, plugins)


def _objectives(
    first: "DictConfig", settings: "Settings", plugins: list[str], tree: ConfTree
) -> "tuple[Objective, ...]":
    """Return what the study improves. Raises UserError for what is missing to train the first trial."""
    from ganae_cli.command_line import plan
    from ganae_cli.config import paths
    from ganae_cli.config.declared import check_code
    from ganae_cli.runtime import preflight
    from ganae_cli.tuning import objective, probe

    check_code(plan.plain(first), "plugins=[PACKAGE]")
    preflight.check(first)
    paths.check(first, tree)
    tell("building the first trial, to see what can be measured …")
    found = objective.chosen(settings.metric, settings.direction, probe.measurable(first, plugins))
    objective.settle(first, found, settings.pruner != "none")  # a mistake is found before there is a folder
    return found


def _named(plugins: list[str]) -> list[str]:
    return [f"plugins=[{','.join(plugins)}]"] if plugins else []


def resume(path: Path, overrides: list[str]) -> int:
    """Go on with a study. overrides: tune.trials and tune.jobs may change; plugins and log.format are of the moment."""
    from omegaconf import OmegaConf

    from ganae_cli.command_line import plan, refusal, study_plan, sweep_words
    from ganae_cli.command_line.hydra_app import HydraApp, environment
    from ganae_cli.config.declared import check_code
    from ganae_cli.runtime import messages
    from ganae_cli.tuning import drive, study_file

    file = study_file.read(path)
    words, form = messages.taken(overrides)
    for key in (word.partition("=")[0] for word in words):
        if key not in ("plugins", "tune.trials", "tune.jobs"):
            instead = command("resume", path, "tune.trials=N")
            raise UserError(f"{key}: a study is resumed as it is; `{instead}` makes it longer, tune.jobs=N faster")
    plugins = sweep_words.plugins(words)
    for word in words:
        sweep_words.refuse_torn(word)
    given = OmegaConf.from_dotlist(words)
    changes = {str(key): value for key, value in (given.get("tune") or {}).items()}
    file = file.changed(**changes)
    request = requests.Request({}, [*file.words, *_named(plugins)])
    tree = ConfTree(tuple(Path(folder) for folder in file.folders))
    with environment(GANAE_STAMP=path.name), refusal.translated(request, tree):
        app = HydraApp("train", request, tree.folders[1:])
        composed = study_plan.compose(app, tree, request.overrides)
        first = composed([])
        messages.choose(form or str(first.log.format))
        check_code(plan.plain(first), "plugins=[PACKAGE]")
        return drive.again(path, file, composed, plugins)


def complete(words: list[str], last: str) -> list[str]:
    """Return candidates for the last word, by the words before it."""
    from ganae_cli.command_line import completion
    from ganae_cli.tuning import settings

    if last.startswith("-"):
        return list(FLAGS)
    key, has_value, _ = last.partition("=")
    own = settings.known()
    name = key.removeprefix("tune.")
    if has_value and key.startswith("tune.") and name in own:
        return [f"{key}={choice}" for choice in (*own[name][1].allowed(), *own[name][1].words)]
    if key.startswith("tune."):
        return [f"tune.{name}=" for name in own]
    found = [word for word in completion.config_words(words, last) if not word.startswith("sweep.")]
    return [*found, *(["tune."] if "tune.".startswith(last) else [])]


EXAMPLES = {
    "ganae tune sweep=z_dim": "which size of the latent code gives the best samples?",
    "ganae tune model.z_dim=8,16,32 'optimizer.learning_rate=tag(log,interval(1e-4,1e-2))' tune.jobs=2": (
        "choices and an interval, two trials at a time"
    ),
    "ganae tune sweep=z_dim 'tune.metric=[fid,parameters]'": "good samples of a small model: the Pareto front",
    "ganae resume latest tune.trials=40": "go on with a study, up to 40 trials",
}
