"""The command to type next."""

from collections.abc import Sequence
from pathlib import Path

from ganae_cli.datasets.splits import fitting_batch
from ganae_cli.doctor.checked import is_whole
from ganae_cli.doctor.data import b_sizes
from ganae_cli.doctor.survey import Survey
from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RESULTS, RunFolder
from ganae_cli.sweeps.overview import FINISHED, MEASURED, PRUNED, job_folders, state_of
from ganae_cli.sweeps.sweep_file import SweepFile
from ganae_cli.terminal import command


def of_data(survey: Survey, given: Sequence[str]) -> list[str]:
    """Return the words of `ganae train` for a dataset that was looked at; none for a fault that no setting mends.

    given: the settings with which it was looked at, which those that are suggested replace.
    """
    words = b_sizes.words(survey).split() if survey.kind == "images" and survey.count else []
    if survey.faults and not survey.skips:
        words.append("dataset.skip_unreadable=true")
    if survey.splits.get("train", 0) < survey.batch_size:
        words.append(f"train.batch_size={fitting_batch(survey.splits.get('train', 0))}")
    of_sizes = int(len(survey.sizes) > 1 and survey.image_size is None)
    if not survey.count or len(survey.refused) > of_sizes:
        return []
    settings = {word.partition("=")[0]: word for word in (*given, *words)}
    return list(settings.values())


def of_run(folder: RunFolder) -> str:
    """Return what to type to go on with a run."""
    found = folder.checkpoints.list()
    whole = [one.step for one in found if is_whole(one)]
    try:
        steps = int(folder.read_config().train.steps)
    except (UserError, AttributeError, TypeError, ValueError):
        return f"mend {folder.config}, then: {command('doctor', folder.path)}"
    if found and not whole:
        return f"nothing to go on from; put a checkpoint back, then: {command('doctor', folder.path)}"
    step = whole[0] if whole else 0
    if step >= steps and folder.status().get("state") == "done":
        return f"it is done: {command('sample', folder.path)}"
    where = "measure it" if step >= steps else f"go on from step {step}"
    return f"{where}: {command('resume', folder.path)}"


def of_sweep(path: Path) -> str:
    """Return what to type to go on with a sweep."""
    jobs = job_folders(path)
    try:
        is_whole = len(jobs) == SweepFile(path).count
    except UserError as error:
        return str(error)
    if is_whole and all(state_of(RunFolder(job).status()) in FINISHED for job in jobs):
        return f"every job is done: {path / RESULTS}"
    return f"run its missing and unfinished jobs: {command('resume', path)}"


def of_study(path: Path, trials: int) -> str:
    """Return what to type to go on with a study. trials: that it is to have; those that failed or were pruned count."""
    ended = (*MEASURED, PRUNED, "failed")
    count = sum(state_of(RunFolder(job).status()) in ended for job in job_folders(path))
    if count >= trials:
        return f"all {trials} trials have ended: {path / RESULTS}; for more: {command('resume', path, 'tune.trials=N')}"
    return f"{count} of {trials} trials have ended; train the others: {command('resume', path)}"
