"""Train a model, or with --multirun a sweep of them

Every job is composed and checked before Hydra makes its folder: a mistake leaves nothing behind. A single run is
composed once, and what was checked is what is trained.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ganae_cli.command_line import request as requests
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import StartAgain, UserError
from ganae_cli.runtime.streams import announce
from ganae_cli.terminal import tell

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from ganae_cli.command_line.hydra_app import HydraApp
    from ganae_cli.command_line.plan import Plan

_NO_RUN = {"--dry-run", "--prepare"}  # flags with which no training begins, in whose log the note would stand


def main(argv: list[str]) -> int:
    """Run `ganae train [KEY=VALUE …] [FLAG …]`; the last line of standard output is the run or sweep folder."""
    began = time.monotonic()
    request = requests.parse(argv)
    tree = ConfTree(config_dirs(request))
    if "--help" in request.flags:
        from ganae_cli.command_line import pages

        is_whole = request.flags["--help"] == "all"
        return pages.show(pages.train_page(__doc__.splitlines()[0], tree, request.overrides, is_whole))
    for path in tree.shadowed():
        tell(f"ganae: warning: {path} is not used: ganae has a file of that name, which comes first")

    from ganae_cli.command_line import refusal, suited_plan
    from ganae_cli.command_line.hydra_app import HydraApp, environment

    with environment(GANAE_STAMP=stamp()), refusal.translated(request, tree):
        app = HydraApp("train", request, tree.folders[1:])
        if "--info" in request.flags or "--hydra-help" in request.flags:
            suited_plan.name_model(app, tree)
            app.print_info()
            return 0
        planned, _, note = suited_plan.make(app, tree)
        if "--cfg" in request.flags:
            _tell(note)
            return _print_config(app, planned)
        _check(planned, tree, is_here="--prepare" not in request.flags)
        if planned.is_sweep or _NO_RUN & request.flags.keys():
            _tell(note)
        if "--dry-run" in request.flags:
            return _dry_run(planned, began)
        if "--prepare" in request.flags:
            from ganae_cli.command_line.prepare import prepare

            announce(prepare(planned, tree))
            return 0
        if planned.is_sweep:
            from ganae_cli.command_line import multirun

            return multirun.start(app, planned)
        code, folder = _train_or_start_again(app, planned, note, began)
        announce(folder)
        return code


def _train_or_start_again(app: "HydraApp", planned: "Plan", note: str, began: float) -> tuple[int, Path]:
    """Train the only job. Raises StartAgain where a cached program is at fault, without which the command goes on."""
    from ganae_cli.runtime.xla_cache import CacheFault, without_programs

    plugins = list(planned.jobs[0].config.get("plugins") or [])
    try:
        return _train(app, planned, note, began)
    except CacheFault as fault:
        if not (planned.folder / "config.yaml").exists():  # before there was a run
            raise StartAgain([], without_programs(fault)) from fault
        named = [f"plugins=[{','.join(plugins)}]"] if plugins else []
        raise StartAgain(["resume", str(planned.folder.absolute()), *named], without_programs(fault)) from fault


def train_here(words: list[str]) -> tuple[int, Path]:
    """Train a run within this process, from the words of `ganae train`: (exit code, folder).

    Raises UserError for flags, except those of config folders, and for a sweep, whose jobs need processes of their own.
    """
    from ganae_cli.command_line import refusal, suited_plan
    from ganae_cli.command_line.hydra_app import HydraApp, environment, state_kept

    request = requests.parse(words)
    others = [flag for flag in request.flags if not flag.startswith("--config-")]
    if others:
        raise UserError(f"{others[0]} is for the command line; within Python: one run, for a sweep one after another")
    tree = ConfTree(config_dirs(request))
    with environment(GANAE_STAMP=stamp()), state_kept(), refusal.translated(request, tree):
        app = HydraApp("train", request, tree.folders[1:])
        planned, _, note = suited_plan.make(app, tree)
        if planned.is_sweep:
            raise UserError("this is a sweep (hydra.mode), which is for the command line: ganae train --multirun")
        _check(planned, tree)
        return _train(app, planned, note)


def checked(words: list[str]) -> "DictConfig":
    """Return the config of the only run of `ganae train`, checked like one that is trained."""
    from ganae_cli.command_line import refusal, suited_plan
    from ganae_cli.command_line.hydra_app import HydraApp, environment

    request = requests.parse(words)
    tree = ConfTree(config_dirs(request))
    with environment(GANAE_STAMP=stamp()), refusal.translated(request, tree):
        planned = suited_plan.make(HydraApp("train", request, tree.folders[1:]), tree).plan
        _check(planned, tree)
        return planned.jobs[0].config


def _check(planned: "Plan", tree: ConfTree, is_here: bool = True) -> None:
    """Raise UserError for what is missing to train the jobs, as far as that is known without TensorFlow.

    is_here: they are to be trained now, on this machine.
    """
    from ganae_cli.command_line import plan
    from ganae_cli.config import paths
    from ganae_cli.config.declared import check_code
    from ganae_cli.runtime import preflight
    from ganae_cli.trackers import choice

    _check_init_from(planned)
    for job in planned.jobs:
        check_code(plan.plain(job.config), "plugins=[PACKAGE]")
        if is_here:
            preflight.check(job.config)
        paths.check(job.config, tree)
        choice.check(plan.plain(job.config)["tracker"])


def complete(words: list[str], last: str) -> list[str]:
    """Return candidates for the last word, by the words before it."""
    from ganae_cli.command_line import completion

    return completion.config_words(words, last)


def stamp() -> str:
    """Return `<date>/<time>-<4 hex>`, the name of a run folder; the hex tells apart runs of the same second."""
    return f"{time.strftime('%Y-%m-%d/%H-%M-%S')}-{os.urandom(2).hex()}"


def config_dirs(request: requests.Request) -> tuple[Path, ...]:
    """Return the folders that --config-dir adds. Raises UserError for one that does not exist."""
    given = request.flags.get("--config-dir")
    if given is None:
        return ()
    folder = Path(str(given)).expanduser()
    if not folder.is_dir():
        raise UserError(f"--config-dir {given}: no such folder")
    return (folder,)


def _print_config(app: "HydraApp", planned: "Plan") -> int:
    """Print the config of a run; of a sweep of one job, the config that Hydra composes from the job's overrides."""
    config = planned.composed
    if len(planned.jobs) > 1:
        raise UserError(f"--cfg prints the config of one run, and this is a sweep of {len(planned.jobs)} jobs")
    if planned.is_sweep:
        with app.composing():
            config = app.compose(planned.overrides)
    app.print_config(config)
    return 0


def _check_init_from(planned: "Plan") -> None:
    """Raise UserError if a run that `train.init_from` names does not exist. Needs no TensorFlow."""
    from ganae_cli.storage.find_run import find_run

    for parent in {job.config.train.get("init_from") for job in planned.jobs} - {None}:
        try:
            find_run(parent)
        except UserError as error:
            raise UserError(f"train.init_from: {error}") from error


def _dry_run(planned: "Plan", began: float | None = None) -> int:
    """Print what the run, or every job of the sweep, would cost."""
    from ganae_cli.costs import dry_run

    if not planned.is_sweep:
        return dry_run.show_run(planned.jobs[0].config, began)
    if not planned.jobs:
        raise UserError("--dry-run: this sweeper makes up its jobs as it goes, so what they cost is not known before")
    return dry_run.show_sweep([(job.overrides, job.config) for job in planned.jobs])


def _tell(note: str) -> None:
    if note:
        tell(note)


def _train(app: "HydraApp", planned: "Plan", note: str, began: float | None = None) -> tuple[int, Path]:
    """Train the only job, in the folder that Hydra makes: (exit code, folder). An empty folder is removed again.

    note: on the model; it is said when the data have been read, so that data at fault are one line. began: when the
    command did, by `time.monotonic`; None: now.
    """
    from ganae_cli.storage.run_folder import RunFolder

    config, folder = planned.jobs[0].config, planned.folder
    RunFolder(folder).refuse_old()

    def task() -> tuple[int, Path]:
        from ganae_cli.runtime.import_tensorflow import import_tensorflow
        from ganae_cli.runtime.xla_cache import keep_programs

        with keep_programs(config.hardware.threads):
            import_tensorflow()
        from ganae_cli.training import run

        plugins = config.pop("plugins")  # the user's choice of the moment: a run folder must not name code
        config.pop("sweep")
        return run.train(config, folder, plugins, [note] if note else [], began)

    with _made(folder):
        return app.run(planned.composed, folder, task)


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make a folder for the time of a block. At its end remove what is still empty of all that was made.

    Raises UserError for a folder that cannot be made.
    """
    from ganae_cli.storage.atomic import make_folder
    from ganae_cli.storage.claim import cannot_make, remove_empty

    try:
        made = make_folder(folder, parents=True)
    except OSError as error:  # for which Hydra would show a traceback
        raise cannot_make(folder, error) from error
    try:
        yield
    finally:
        remove_empty(made)
