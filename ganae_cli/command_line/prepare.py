"""Prepare a run or a sweep without training: checked folders, which `ganae resume` begins, as often as it has to.

A scheduler that starts a job again then needs one command for the first time and for every later one.
"""

from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from ganae_cli.command_line.plan import Plan
from ganae_cli.config import budget, paths
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError
from ganae_cli.runtime import seal
from ganae_cli.storage.atomic import write_atomically
from ganae_cli.storage.find_run import find_run
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.storage.tracker_file import TrackerFile
from ganae_cli.terminal import command, tell

NOT_KEPT = ("plugins", "sweep")  # sections that are the user's choice of the moment


def prepare(planned: Plan, tree: ConfTree) -> Path:
    """Write the configs of a plan, and return the folder of the run or sweep. Its files are found from any folder.

    Raises UserError for a folder that holds one already, and for a sweep whose jobs are made up as it goes.
    """
    for job in planned.jobs:
        _settle(job.config, tree)
    _run(planned) if not planned.is_sweep else _sweep(planned)
    return planned.folder


def _settle(config: DictConfig, tree: ConfTree) -> None:
    """Name files and runs so that jobs find the same ones from another folder, and later."""
    for key in paths.given(config, tree):
        section, _, name = key.rpartition(".")
        if not OmegaConf.is_interpolation(OmegaConf.select(config, section), name):
            path = Path(str(OmegaConf.select(config, key))).expanduser().absolute()
            OmegaConf.update(config, key, str(path), force_add=False)
    if parent := config.train.get("init_from"):
        config.train.init_from = str(find_run(parent).absolute())  # the latest run will be another one


def _run(planned: Plan) -> None:
    folder, config = RunFolder(planned.folder), planned.jobs[0].config
    with folder.claim():
        folder.refuse_old()
        saved = OmegaConf.masked_copy(config, [str(key) for key in config if key not in NOT_KEPT])
        folder.write_status("pending", step=0, **budget.length(config.train))
        write_atomically(folder.config, OmegaConf.to_yaml(saved, resolve=False))
        if config.tracker.name != "none":
            TrackerFile(folder.path).settle(folder.path.parent, seal.of(folder.path))
    tell(f"prepared; begin, and go on, with: {command('resume', planned.folder)}")


def _sweep(planned: Plan) -> None:
    from ganae_cli.sweeps import jobs

    if not planned.jobs:
        raise UserError("--prepare: this sweeper makes up its jobs as it goes, so none can be prepared")
    with jobs.claim(planned.folder):
        jobs.prepare(planned.folder, [(job.overrides, job.config) for job in planned.jobs])
    one, all_left = command("resume", planned.folder / "0"), command("resume", planned.folder)
    tell(f"prepared jobs 0 to {len(planned.jobs) - 1}; train one with {one}, and all that are left with {all_left}")
