"""The trials of a study: those of Optuna, by number, and their run folders, `STUDY/<number>`, side by side.

A trial stays RUNNING in the journal until its run has ended, however often the study is stopped in between: it goes on
in its folder, under its number. So nothing is lost or repeated, and there are never more trials than were asked for.
"""

import math
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import JOURNAL, RunFolder
from ganae_cli.sweeps.overview import MEASURED, job_folders, state_of
from ganae_cli.tuning import journal, samplers
from ganae_cli.tuning import space as spaces
from ganae_cli.tuning.objective import DIRECTIONS, RUN
from ganae_cli.tuning.space import Choice
from ganae_cli.tuning.study_file import StudyFile

FIRST = 10  # trials that TPE draws at random before it learns
MOST = 100_000  # combinations that are listed
PRUNED = "pruner"  # `stopped_by` of a run whose trial was ended early


class Trials:
    """The trials of a study in its folder, for the process that holds it.

    path: of the study. file: its description. is_new: begin the journal.
    """

    def __init__(self, path: Path, file: StudyFile, is_new: bool = False):
        self.path, self.file = path, file
        directions = [next(word for word, one in DIRECTIONS.items() if one == aim.better) for aim in file.objectives]
        self.study = journal.opened(path / JOURNAL, directions, is_new)
        self.sampler = samplers.maker(file.settings)
        self.grid = _grid(file)  # settings of the first trials
        self.has_pruner, self.steps = False, 0
        self.live: dict[int, Any] = {}  # trials of Optuna that are RUNNING, by number

    # What there is --------------------------------------------------------------------------------------------------

    def all(self) -> list[Any]:
        """Return Optuna's record of every trial, by number."""
        return self.study.get_trials(deepcopy=False)

    def running(self) -> list[int]:
        """Return the numbers of the trials that have not ended."""
        return [trial.number for trial in self.all() if not trial.state.is_finished()]

    @property
    def ended(self) -> int:
        """How many trials have ended."""
        return sum(trial.state.is_finished() for trial in self.all())

    @property
    def wanted(self) -> int:
        """How many trials there are to be: no more than a grid has."""
        asked = self.file.settings.trials
        return min(asked, len(self.grid)) if self.file.settings.sampler == "grid" else asked

    def folder(self, number: int) -> RunFolder:
        """Return the run folder of a trial."""
        return RunFolder(self.path / str(number))

    def refuse_strangers(self) -> None:
        """Raise UserError for run folders that the journal does not know: it is not theirs, or was cut short."""
        strangers = [path for path in job_folders(self.path) if int(path.name) >= len(self.all())]
        if strangers:
            raise UserError(
                f"{self.path / JOURNAL} has {len(self.all())} trials, and does not know {strangers[0]}: put back the "
                "journal of this study, or move the folder away"
            )

    # A trial begins --------------------------------------------------------------------------------------------------

    def begin(self) -> int:
        """Begin a trial and return its number."""
        number = len(self.all())
        self.study.sampler = self.sampler(number)
        if number < len(self.grid):
            self.study.enqueue_trial(self.grid[number])
        trial = self.study.ask()
        self.live[trial.number] = trial
        return trial.number

    def words(self, number: int) -> list[str]:
        """Return the settings of a trial as KEY=VALUE; what the sampler has not chosen yet, it chooses now.

        Trials with the same settings differ in their seed.
        """
        trial = self._trial(number)
        try:
            chosen = {key: values.suggest(trial, key) for key, values in self.file.space.items()}
        except ValueError as error:  # of a journal that is not of this study
            raise UserError(f"cannot read {self.path / JOURNAL}: trial {number}: {error}") from error
        words = [f"{key}={word}" for key, word in chosen.items()]
        return words if "seed" in chosen else [*words, f"seed={self._seed(number)}"]

    def _seed(self, number: int) -> int:
        """Return the seed of a trial: that of the command, and one more for each trial before with its settings."""
        found = self.all()
        before = sum(trial.params == found[number].params for trial in found[:number])
        return self.file.seed + before

    def _trial(self, number: int) -> Any:
        """Return Optuna's trial that is RUNNING."""
        if number not in self.live:
            record = self.all()[number]
            if record.state.name == "WAITING":  # of a grid: the next that is asked for
                trial = self.study.ask()
                self.live[trial.number] = trial
            is_whole = set(self.file.space) <= set(record.params)
            # One whose settings are chosen must not be sampled again, which would leave traces in the journal.
            package = journal.optuna()
            self.study.sampler = package.samplers.RandomSampler() if is_whole else self.sampler(number)
            self.live.setdefault(number, package.trial.Trial(self.study, record._trial_id))
        return self.live[number]

    # A trial goes on, and ends ---------------------------------------------------------------------------------------

    def report(self, number: int) -> bool:
        """Tell Optuna the values of a trial so far, if there is one objective. Return True if it should be pruned."""
        (aim, *others), folder = self.file.objectives, self.folder(number)
        record = self.all()[number]
        if others or aim.kind == RUN or self.file.settings.pruner == "none" or record.state.is_finished():
            return False
        self._set_pruner(folder)
        trial, known = self._trial(number), dict(record.intermediate_values)
        for step, value in aim.values(folder):
            if step in known:
                continue
            trial.report(value, step)
            if step < self.steps and trial.should_prune():
                return True
        return False

    def _set_pruner(self, folder: RunFolder) -> None:
        """Let the study have its pruner, which must know how long a training is, and how often it has a value."""
        if not self.has_pruner:
            train = folder.read_config().train
            every = int(train.evaluate_every or train.log_every)
            self.steps = int(train.steps)
            self.study.pruner = samplers.pruner(self.file.settings.pruner, self.wanted, self.steps, every)
            self.has_pruner = True

    def prune(self, number: int) -> None:
        """End a trial early."""
        self._tell(number, "PRUNED")

    def settle(self, number: int) -> str:
        """End a trial as its run has ended, and return its state, as results.csv names it.

        A run that was interrupted has not ended: its trial goes on when the study is resumed.
        """
        folder, record = self.folder(number), self.all()[number]
        status = folder.status()
        if record.state.name == "PRUNED":
            if status.get("state") == "done":  # since, by the user
                return "done"
            if status.get("stopped_by") != PRUNED:
                folder.write_status("interrupted", error=None, stopped_by=PRUNED, objective=self._so_far(folder))
            return "pruned"
        state = state_of(status)
        if record.state.is_finished() or state not in (*MEASURED, "failed"):
            return state
        try:
            if state == "failed":
                raise UserError(str(status.get("error")))
            values = [aim.final(folder) for aim in self.file.objectives]
        except UserError as why:
            if state != "failed":
                folder.write_status("failed", error=str(why))
            self._tell(number, "FAIL")
            return "failed"
        folder.write_status(status["state"], objective=self._named(values))
        self._tell(number, "COMPLETE", values)
        return state

    def _tell(self, number: int, state: str, values: list[float] | None = None) -> None:
        states = journal.optuna().trial.TrialState
        self.study.sampler = self.sampler(number)
        self.study.tell(number, values, state=states[state])
        self.live.pop(number, None)

    def _named(self, values: list[float]) -> Mapping[str, float]:
        return {aim.name: value for aim, value in zip(self.file.objectives, values, strict=True)}

    def _so_far(self, folder: RunFolder) -> Mapping[str, float]:
        found = {aim.name: aim.values(folder) for aim in self.file.objectives}
        return {name: values[-1][1] for name, values in found.items() if values}


def _grid(file: StudyFile) -> list[dict[str, str]]:
    """Return the settings that come first: every combination, for a grid, and for TPE if there are trials enough.

    TPE begins with random settings, of which some would come twice, and then says which to repeat with other seeds. So
    of more combinations than trials, as many that differ come first as TPE draws before it learns.
    """
    if file.settings.sampler == "grid":
        return spaces.grid(file.space)
    if file.settings.sampler != "tpe" or not all(isinstance(values, Choice) for values in file.space.values()):
        return []
    size = math.prod(len(values.ends) for values in file.space.values())
    every = spaces.grid(file.space) if size <= MOST else []
    return (
        every
        if size <= file.settings.trials
        else random.Random(file.settings.seed).sample(every, min(FIRST, len(every)))
    )
