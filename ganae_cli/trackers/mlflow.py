"""MLflow. Without a server of the user's: into the database `mlflow.db` of the outputs folder (SQLite)."""

import contextlib
import fcntl
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit

from ganae_cli.registry import register
from ganae_cli.trackers.base import About, Opened, Tracker, without_login

VARIABLE = "MLFLOW_TRACKING_URI"
MOST_PARAMS, MOST_TEXT, MOST_NAME = 100, 6000, 250  # of one call; characters of a value; of a name
IN_EVERY_ROW = "seconds"  # name of a value by which the last step is found again
DEFAULTS = {  # variables of MLflow, unless the user has set them; its own patience is longer than `tracker.timeout`
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
}
STATES = {"done": "FINISHED", "failed": "FAILED"}  # of others: KILLED
SWEEP = "ganae.sweep"


@register("tracker", "mlflow")
class MLflow(Tracker):
    """Runs in an experiment of MLflow; the jobs of a sweep below one run of the sweep's name."""

    extra, modules = "mlflow", ("mlflow",)

    def __init__(self, experiment: str = "ganae", checkpoints: bool = False, timeout: float = 60):
        super().__init__(checkpoints, timeout)
        self.experiment = experiment
        self.client: Any = None
        self.run = ""
        self.takes_files = True

    def needed(self) -> tuple[str, ...]:
        """A server needs the client alone; a database of one's own what reads and writes it."""
        return (
            self.modules
            if os.environ.get(VARIABLE, "").startswith("http")
            else (*self.modules, "sqlalchemy", "alembic")
        )

    def open(self, about: About) -> Opened:
        os.environ |= DEFAULTS | {name: os.environ[name] for name in DEFAULTS if name in os.environ}
        from mlflow import tracking

        own, given = about.outputs.absolute() / "mlflow.db", os.environ.get(VARIABLE)
        uri = given or f"sqlite:///{own}"
        if given:
            is_server = uri.startswith(("http:", "https:"))  # else its files would lie in the current folder
            self._connect(tracking, uri, about, None if is_server else own.with_name("mlflow"))
        else:
            own.parent.mkdir(parents=True, exist_ok=True)
            os.environ.setdefault("_MLFLOW_SERVER_ARTIFACT_ROOT", str(own.with_name("mlflow")))  # not in this folder
            with _locked(own.parent):  # MLflow makes its tables wrong if two jobs of a sweep do so at once
                self._connect(tracking, uri, about, own.with_name("mlflow"))
        self.takes_files = bool(given) or self._is_below(own.parent)
        self._write_params(about.params)
        last = max((point.step for point in self.client.get_metric_history(self.run, IN_EVERY_ROW)), default=0)
        return Opened(self.run, without_login(uri), last)

    def _connect(self, tracking: ModuleType, uri: str, about: About, files: Path | None) -> None:
        """Open the store, and the run that is to be continued, or a new one. files: where those of a new store lie."""
        self.client = tracking.MlflowClient(uri)
        found = self._found(about.run)
        self.run = found.info.run_id if found else self._begun(about, files)

    def _found(self, run: str | None) -> Any:
        """Return the run to continue, which counts as running again; None if this store has it no more."""
        from mlflow.exceptions import MlflowException

        if run is None:
            return None
        try:
            found = self.client.get_run(run)
            if found.info.lifecycle_stage != "active":
                return None
            self.client.update_run(run, status="RUNNING")
            return found
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
            return None

    def _begun(self, about: About, files: Path | None) -> str:
        """Begin a run; return its id. files: where the files of a new experiment lie; None: as the server has it."""
        experiment = self.client.get_experiment_by_name(self.experiment)
        number = experiment.experiment_id if experiment else self._new_experiment(files)
        tags = {"ganae.folder": str(about.folder)}
        tags |= {"ganae.continues": about.continues} if about.continues else {}
        if about.group and about.group_folder:
            tags |= {SWEEP: about.group, "mlflow.parentRunId": self._sweep(number, about.group, about.group_folder)}
        return self.client.create_run(number, run_name=about.name, tags=tags).info.run_id

    def _new_experiment(self, files: Path | None) -> str:
        from mlflow.exceptions import MlflowException

        try:
            return self.client.create_experiment(self.experiment, files.as_uri() if files else None)
        except MlflowException:  # another run was faster
            found = self.client.get_experiment_by_name(self.experiment)
            if found is None:
                raise
            return found.experiment_id

    def _sweep(self, experiment: str, group: str, folder: Path) -> str:
        """Return the id of the run that stands for a sweep; whichever job comes first makes it."""
        with _locked(folder):
            quoted = group.replace("'", "")
            found = self.client.search_runs(
                [experiment], f"tags.\"{SWEEP}\" = '{quoted}' and tags.\"ganae.of\" = 'sweep'"
            )
            if found:
                return found[0].info.run_id
            made = self.client.create_run(
                experiment, run_name=f"sweep {group}", tags={SWEEP: quoted, "ganae.of": "sweep"}
            )
            self.client.set_terminated(made.info.run_id)
            return made.info.run_id

    def _is_below(self, outputs: Path) -> bool:
        """Return True if the files of the run lie in the outputs folder: a moved one must not be made again."""
        place = urlsplit(self.client.get_run(self.run).info.artifact_uri)
        if place.scheme not in ("", "file") or place.netloc:  # of a server's, whose path may look the same
            return False
        return Path(unquote(place.path)).resolve().is_relative_to(outputs.resolve())

    def _write_params(self, params: dict[str, str]) -> None:
        """Write the settings. MLflow lets none be changed later: one that a resume changed becomes a tag."""
        from mlflow.entities import Param

        known = self.client.get_run(self.run).data.params
        own = {re.sub(r"[^\w\-. /]", "_", key)[:MOST_NAME]: value[:MOST_TEXT] for key, value in params.items()}
        new = [Param(key, value) for key, value in own.items() if key not in known]
        for start in range(0, len(new), MOST_PARAMS):
            self.client.log_batch(self.run, params=new[start : start + MOST_PARAMS])
        for key, value in own.items():
            if known.get(key, value) != value:
                self.client.set_tag(self.run, f"changed.{key}"[:MOST_NAME], value)

    def row(self, step: int, values: dict[str, float], when: float) -> None:
        from mlflow.entities import Metric

        self.client.log_batch(self.run, [Metric(name, value, int(1000 * when), step) for name, value in values.items()])

    def picture(self, step: int, name: str, path: Path) -> None:
        if self.takes_files:
            self.client.log_artifact(self.run, str(path), "samples")

    def file(self, path: Path, folder: str) -> None:
        if self.takes_files:
            self.client.log_artifact(self.run, str(path), folder)

    def close(self, state: str, metrics: dict[str, float], words: dict[str, str], step: int) -> None:
        if metrics:
            self.row(step, {f"end/{name}": value for name, value in metrics.items()}, time.time())
        for name, text in words.items():
            self.client.set_tag(self.run, name, text)
        self.client.set_terminated(self.run, STATES.get(state, "KILLED"))


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process at a time into a block: the lock is on the folder itself, and leaves no file."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)
