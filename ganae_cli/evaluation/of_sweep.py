"""Evaluation of a sweep: its jobs, one after another; then its table of results is written anew."""

from collections.abc import Mapping
from pathlib import Path

from omegaconf import DictConfig

from ganae_cli.errors import UserError
from ganae_cli.evaluation import of_run
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps import overview
from ganae_cli.terminal import tell


def evaluate(path: Path, configs: Mapping[Path, DictConfig], plugins: list[str], missing: bool = False) -> int:
    """Evaluate jobs of the sweep of a folder; return how many could not be.

    configs: of each job, by its folder. missing: leave out those that have been evaluated.
    """
    failed = 0
    try:
        for number, (job, config) in enumerate(configs.items(), start=1):
            if missing and RunFolder(job).evaluation.is_full(RunFolder(job).status().get("step")):
                continue
            failed += not _of_job(job, config, plugins, f"{job.name} ({number} of {len(configs)})")
    finally:  # also of jobs that were measured before the user stopped it
        overview.write_results(path)
    return failed


def _of_job(job: Path, config: DictConfig, plugins: list[str], told: str) -> bool:
    """Evaluate a job; return False, and say why, if it cannot be."""
    try:
        of_run.evaluate(job, config, plugins, "text")
        tell(f"job {told}: evaluated")
        return True
    except UserError as error:
        tell(f"job {told}: {error}")
        return False
    finally:
        of_run.forget_models()
