"""Drive a study: ask for trials, let the pool train them, look at them meanwhile, tell Optuna how they ended."""

from collections.abc import Callable, Sequence
from pathlib import Path

from omegaconf import DictConfig

from ganae_cli.errors import UserError
from ganae_cli.runtime.streams import announce
from ganae_cli.storage.run_folder import CONFIG, JOURNAL, STUDY, SWEEP, RunFolder
from ganae_cli.sweeps import at_once, jobs
from ganae_cli.sweeps.overview import write_results
from ganae_cli.sweeps.pool import Pool
from ganae_cli.terminal import command, tell
from ganae_cli.tuning import summary
from ganae_cli.tuning.objective import RUN, settle
from ganae_cli.tuning.shown import Shown
from ganae_cli.tuning.study_file import StudyFile
from ganae_cli.tuning.trials import Trials

Compose = Callable[[Sequence[str]], DictConfig]  # from the words of a trial to its checked config
LOOK_SECONDS = 1.0  # between two looks at trials in training


class Drive:
    """Trains the trials of a study until there are as many as were asked for.

    compose: gives the config of a trial; raises UserError for settings that do not go together.
    """

    def __init__(self, trials: Trials, compose: Compose):
        self.trials, self.compose = trials, compose
        self.file, aim = trials.file, trials.file.objectives[0]
        self.shown = Shown(trials.path, aim.name if aim.kind != RUN else None, trials.wanted, trials.ended)
        self.waiting: list[int] = []  # trials of an earlier process that go on
        self.sizes: dict[Path, int] = {}  # of histories, as they were looked at last

    def recover(self) -> None:
        """Tell Optuna of runs that ended while nobody looked, and find the trials that go on."""
        for number, record in enumerate(self.trials.all()):
            if record.state.name == "PRUNED" or not record.state.is_finished():
                self.trials.settle(number)
        self.waiting = self.trials.running()
        self.shown.update(self.trials.ended, summary.best_so_far(self.trials))
        self.shown.before = self.trials.ended

    def run(self, pool: Pool) -> None:
        """Train until all trials have ended, or this process is told to stop."""
        while not pool.is_stopping:
            while not pool.is_full and not pool.is_stopping and (number := self._next()) is not None:
                self._start(pool, number)
            if not pool.running:
                break
            for path in pool.wait(LOOK_SECONDS):
                self.end(path)
            for path in pool.running:
                self._look(pool, path)

    def _next(self) -> int | None:
        """Return the trial to start; None if there are to be no more."""
        if self.waiting:
            return self.waiting.pop(0)
        return self.trials.begin() if len(self.trials.all()) < self.trials.wanted else None

    def _start(self, pool: Pool, number: int) -> None:
        folder, words = self.trials.folder(number), self.trials.words(number)
        if not (folder.path / CONFIG).exists() and not self._make(folder, words):
            self.end(folder.path)
            return
        try:
            pool.start(folder.path)
        except UserError as error:
            tell(f"trial {number}: {error}", level="warning")

    def _make(self, folder: RunFolder, words: Sequence[str]) -> bool:
        """Make the folder of a trial. Return False for settings that do not go together: the trial has failed."""
        try:
            config = self.compose(words)
            settle(config, self.file.objectives, self.file.settings.pruner != "none")
        except UserError as error:
            jobs.make(folder.path, self.compose([]), words)
            folder.write_status("failed", error=str(error))
            return False
        jobs.make(folder.path, config, words)
        return True

    def _look(self, pool: Pool, path: Path) -> None:
        """Look at a trial that trains, and end it early if it does worse than others."""
        number, size = int(path.name), _size(path)
        if self.sizes.get(path) == size:
            return
        self.sizes[path] = size
        if self.trials.report(number):
            self.trials.prune(number)
            pool.stop(path)

    def end(self, path: Path) -> None:
        """Tell Optuna how the run of a trial has ended."""
        self.trials.report(int(path.name))  # what came after the last look
        state = self.trials.settle(int(path.name))
        line = summary.line_of(self.trials, int(path.name), state)
        tell(line, level="error" if state == "failed" else "info")
        self.shown.update(self.trials.ended, summary.best_so_far(self.trials))
        write_results(self.trials.path)


def _size(path: Path) -> int:
    """Return the size of a run's history; 0 if there is none."""
    try:
        return RunFolder(path).history.path.stat().st_size
    except OSError:
        return 0


def _at_once(file: StudyFile, compose: Compose) -> int:
    """Return how many trials train at the same time."""
    asked = file.settings.jobs
    if asked != at_once.AUTO:
        return int(asked)
    found = at_once.fitting([compose([]).hardware], at_once.NEEDED)
    tell(f"tune.jobs=auto: {found} at a time")
    return found


def begin(path: Path, file: StudyFile, compose: Compose, plugins: Sequence[str] = ()) -> int:
    """Make the folder of a study, and train its trials. Return the exit code of `run`.

    Raises UserError, before anything is written, for a folder that holds a sweep, a study or a run.
    """
    with jobs.claim(path):
        found = [name for name in (STUDY, JOURNAL, CONFIG) if (path / name).exists()]
        if found:
            raise UserError(f"{path} already holds {found[0]}: `{command('resume', path)}` continues it")
        jobs.refuse_old(path)
        file.write(path)  # first: with it alone the study can be gone on with, with sweep.json alone it cannot
        jobs.prepare(path, [], file.keys)
        return run(path, file, compose, plugins, is_new=True)


def again(path: Path, file: StudyFile, compose: Compose, plugins: Sequence[str] = ()) -> int:
    """Train the trials of a study that are missing or unfinished. Return the exit code of `run`."""
    with jobs.claim(path):
        if not (path / SWEEP).exists():  # it was killed between the two files
            jobs.prepare(path, [], file.keys)
        file.write(path)  # with settings that have changed
        return run(path, file, compose, plugins, is_new=not (path / JOURNAL).exists())


def run(path: Path, file: StudyFile, compose: Compose, plugins: Sequence[str] = (), is_new: bool = False) -> int:
    """Train trials until there are as many as were asked for; for the process that holds the study's folder.

    Return the exit code: 0 if all trials have ended, and one has values; otherwise 1. is_new: it has no journal.
    """
    trials = Trials(path, file, is_new)
    trials.refuse_strangers()
    drive = Drive(trials, compose)
    drive.recover()
    if not drive.waiting and len(trials.all()) >= trials.wanted:
        tell(f"nothing left to do: {path} has {trials.wanted} trials; tune.trials=N makes it longer")
    try:
        with drive.shown.live(), Pool(_at_once(file, compose), plugins, lambda job: f"trial {job.name}") as pool:
            drive.run(pool)
    finally:
        for number in trials.running():  # jobs that ended as the pool was left
            trials.settle(number)
        code = summary.finish(trials)
        announce(path)
    return code
