"""Train a model, or with --multirun a sweep of them

Every job is composed and checked before Hydra, which makes the folders, is started: a mistake leaves nothing behind.
"""

import os
import sys
import time
from pathlib import Path

from ganae_cli.command_line import request as requests
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError


def main(argv: list[str]) -> int:
    """`ganae train [KEY=VALUE …] [FLAG …]`; the last line of standard output is the run or sweep folder."""
    request = requests.parse(argv)
    tree = ConfTree(_config_dirs(request))
    if "--help" in request.flags:
        from ganae_cli.command_line import pages

        return pages.show(pages.train_page(__doc__.splitlines()[0], tree, request.overrides))
    for path in tree.shadowed():
        print(f"ganae: warning: {path} is not used: ganae has a file of that name, which comes first", file=sys.stderr)

    from ganae_cli.command_line import plan, refusal
    from ganae_cli.command_line.hydra_app import HydraApp, environment
    from ganae_cli.runtime import preflight

    with environment(GANAE_STAMP=stamp()), refusal.translated(request, tree):
        app = HydraApp("train", request, tree.folders[1:])
        if "--info" in request.flags or "--hydra-help" in request.flags:
            return app.show(request.overrides)
        planned = plan.make(app, tree)
        if "--cfg" in request.flags:
            return app.show(planned.overrides)
        _find_parents(planned)
        for job in planned.jobs:
            preflight.check(job.config)
        _warn_of_losses(planned)
        if "--dry-run" in request.flags:
            return _dry_run(planned)
        return _sweep(app, planned) if planned.is_sweep else _train(app, planned)


def stamp() -> str:
    """`<date>/<time>-<4 hex>`, the name of a run folder; the hex keeps runs of one second apart."""
    return f"{time.strftime('%Y-%m-%d/%H-%M-%S')}-{os.urandom(2).hex()}"


def _config_dirs(request: requests.Request) -> tuple[Path, ...]:
    folder = request.flags.get("--config-dir")
    if folder and not Path(folder).is_dir():
        raise UserError(f"--config-dir {folder}: no such folder")
    return (Path(folder),) if folder else ()


def _find_parents(planned) -> None:
    """Raises UserError for a run to begin with that is not there: before anything is made, and without TensorFlow."""
    from ganae_cli.storage.find_run import find_run

    for parent in {job.config.train.get("init_from") for job in planned.jobs} - {None}:
        try:
            find_run(parent)
        except UserError as error:
            raise UserError(f"train.init_from: {error}") from error


def _warn_of_losses(planned) -> None:
    """A loss that the words choose, of a model in which nobody judges."""
    for job in planned.jobs:
        chosen = [word for word in job.overrides if word.startswith("loss=")]
        if chosen and job.config.loss.adversarial is None:
            model = job.config.model.name
            print(f"ganae: warning: nobody judges in '{model}': {chosen[-1]} is not used", file=sys.stderr)


def _dry_run(planned) -> int:
    """What the run, or every job of the sweep, would cost."""
    from ganae_cli.costs import dry_run

    if not planned.is_sweep:
        return dry_run.show_run(planned.jobs[0].config)
    if not planned.jobs:
        raise UserError("--dry-run: this sweeper makes up its jobs as it goes, so what they cost is not known before")
    return dry_run.show_sweep([(job.overrides, job.config) for job in planned.jobs])


def _train(app, planned) -> int:
    """Hydra makes the folder and calls the job; a folder that stays empty is taken away again."""
    from ganae_cli.storage.run_folder import RunFolder

    RunFolder(planned.folder).refuse_old()
    made = [path for path in (planned.folder, *planned.folder.parents) if not path.exists()]
    results = []

    def job(config) -> None:
        from omegaconf import OmegaConf

        from ganae_cli.runtime.import_tensorflow import import_tensorflow
        from ganae_cli.runtime.xla_cache import keep_programs

        keep_programs(config.hardware.threads)
        import_tensorflow()
        from ganae_cli.training import run

        OmegaConf.set_struct(config, False)
        plugins = config.pop("plugins")  # the user's choice of the moment: a run folder must not name code
        results.append(run.train(config, planned.folder, plugins))

    try:
        _make(planned.folder)
        app.run([*planned.overrides, planned.pinned("hydra.run.dir")], job)
    except Exception as error:
        log = planned.folder / "train.log"
        if log.exists():
            error.add_note(f"the traceback is in {log}")
        raise
    finally:
        _remove_empty(made)
    code, folder = results[0]
    print(folder)
    return code


def _sweep(app, planned) -> int:
    """Hydra's sweeper and launcher start the jobs; each trains in a process of its own."""
    from hydra.core.hydra_config import HydraConfig

    from ganae_cli.sweeps import jobs, overview

    sweep = planned.folder

    def job(config) -> None:
        hydra = HydraConfig.get()
        words = [word.lstrip("+") for word in hydra.overrides.task]
        jobs.run_job(sweep / str(hydra.job.num), config, words)

    _make(sweep)
    if planned.jobs:
        jobs.prepare(sweep, [(job.overrides, job.config) for job in planned.jobs])
    pinned = [planned.pinned("hydra.sweep.dir"), "hydra.sweep.subdir='${hydra:job.num}'"]
    with jobs.claim(sweep):
        try:
            app.run([*planned.overrides, *pinned], job)
        finally:
            (sweep / "multirun.yaml").unlink(missing_ok=True)  # Hydra's; it names folders of this machine
            code = overview.finish(sweep)
            print(sweep, flush=True)
    return code


def _make(folder: Path) -> None:
    """The folder that Hydra would make, but with an error in one line."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot make the folder {folder}: {error.strerror}") from error


def _remove_empty(folders: list[Path]) -> None:
    """Innermost first; stops at the first that holds something."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return
