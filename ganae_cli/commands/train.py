"""Train a model, or with --multirun a sweep of them.

The words are parsed and every job is composed and checked before Hydra, which makes the folders, is started.
"""

import os
import secrets
import sys
import time
from pathlib import Path

from ganae_cli.command_line import request as requests
from ganae_cli.conf_tree import ConfTree
from ganae_cli.errors import UserError


def main(argv: list[str]) -> int:
    """`ganae train [KEY=VALUE …] [FLAG …]`."""
    request = requests.parse(argv)
    tree = ConfTree(_config_dirs(request))
    from ganae_cli.command_line import plan
    from ganae_cli.command_line.hydra_app import HydraApp, environment

    with environment(GANAE_STAMP=stamp()):
        app = HydraApp("train", request, tree.folders[1:])
        planned = plan.make(app, tree)
        if request.only_shows:
            app.run(planned.overrides, lambda config: None)
            return 0
        return _sweep(app, planned) if planned.is_sweep else _train(app, planned)


def stamp() -> str:
    """`<date>/<time>-<4 hex>`, the name of a run folder; the hex keeps runs of one second apart."""
    return f"{time.strftime('%Y-%m-%d/%H-%M-%S')}-{secrets.token_hex(2)}"


def _config_dirs(request) -> tuple[Path, ...]:
    folder = request.flags.get("--config-dir")
    if folder and not Path(folder).is_dir():
        raise UserError(f"--config-dir {folder}: no such folder")
    return (Path(folder),) if folder else ()


def _train(app, planned) -> int:
    """Hydra makes the folder and calls the job; a folder that stays empty is taken away again."""
    from omegaconf import open_dict

    made = [path for path in (planned.folder, *planned.folder.parents) if not path.exists()]
    codes = []

    def job(config) -> None:
        from ganae_cli import runs

        with open_dict(config):
            plugins = config.pop("plugins")  # the user's choice of the moment: a run folder must not name code
        codes.append(runs.train(config, planned.folder, plugins))

    try:
        app.run(planned.overrides, job)
    except Exception as error:
        log = planned.folder / "train.log"
        if log.exists():
            error.add_note(f"the traceback is in {log}")
        raise
    finally:
        _remove_empty(made)
    print(planned.folder)
    return codes[0]


def _sweep(app, planned) -> int:
    """Hydra's sweeper and launcher start the jobs; each is a process of its own."""
    from hydra.core.hydra_config import HydraConfig

    from ganae_cli import sweeps

    def job(config) -> None:
        hydra = HydraConfig.get()
        words = [word.lstrip("+") for word in hydra.overrides.task]
        sweeps.run_job(planned.folder / str(hydra.sweep.subdir), config, words)

    if planned.jobs:
        sweeps.prepare(planned.folder, [(job.overrides, job.config) for job in planned.jobs])
    try:
        app.run([*planned.overrides, f"hydra.sweep.dir='{planned.folder}'"], job)
    finally:
        code = sweeps.finish(planned.folder)
        print(planned.folder)
        sys.stdout.flush()
    return code


def _remove_empty(folders: list[Path]) -> None:
    """Innermost first; stops at the first that holds something."""
    for folder in folders:
        try:
            os.rmdir(folder)
        except OSError:
            return
