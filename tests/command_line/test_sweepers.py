"""Sweepers that look for the best job: the number that they get, and what they are refused for."""

import csv
import subprocess
import sys
import time
from importlib import metadata
from types import ModuleType

import pytest
from hydra.core.plugins import Plugins
from hydra.plugins.sweeper import Sweeper
from omegaconf import OmegaConf

from ganae_cli import cli
from ganae_cli.command_line import plan
from ganae_cli.command_line.sweepers import swept_keys
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps.queue import JobQueue

SETTINGS = [
    *("model=gan", "dataset=ring", "dataset.count=200", "hardware=cpu", "hardware.jit=false", "hardware.threads=1"),
    *("train.batch_size=16", "train.steps=20", "train.log_every=5", "train.checkpoint_every=5", "train.keep=1"),
]


class OneAfterAnother(Sweeper):
    """Tries two seeds, and keeps what the jobs return."""

    __module__ = "hydra_plugins.of_a_test"  # Hydra takes plugins from no other package
    returned = []

    def __init__(self, **options):
        assert options["direction"] == "minimize"

    def setup(self, *, hydra_context, task_function, config):
        given = {"config": config, "hydra_context": hydra_context, "task_function": task_function}
        self.launcher = Plugins.instance().instantiate_launcher(**given)

    def sweep(self, arguments):
        fixed = [word for word in arguments if not word.startswith("++seed=")]
        for number, seed in enumerate((5, 6)):
            done = self.launcher.launch([[*fixed, f"++seed={seed}"]], initial_job_idx=number)
            self.returned.append(done[0])


@pytest.fixture
def sweeper(monkeypatch):
    """Return the words that choose the sweeper, whose list of results is empty."""
    Plugins.instance().register(OneAfterAnother)
    package, module = sys.modules.get("hydra_plugins", ModuleType("hydra_plugins")), ModuleType("of_a_test")
    module.OneAfterAnother = OneAfterAnother
    monkeypatch.setattr(package, "of_a_test", module, raising=False)
    monkeypatch.setitem(sys.modules, "hydra_plugins", package)
    monkeypatch.setitem(sys.modules, "hydra_plugins.of_a_test", module)
    monkeypatch.setattr(OneAfterAnother, "returned", [])
    monkeypatch.setattr(sys, "argv", ["ganae"])
    name = f"{OneAfterAnother.__module__}.{OneAfterAnother.__qualname__}"
    return ["--multirun", f"hydra.sweeper._target_={name}", "+hydra.sweeper.direction=minimize", "seed=choice(5,6)"]


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_a_job_returns_the_best_value_of_the_named_term(sweeper, tmp_path, capsys):
    """The best checkpoint is at the row of history.csv with the smallest value, as there is one for each row."""
    sweep = tmp_path / "sweep"
    words = [*sweeper, *SETTINGS, "train.best_by=generator.fool", f"hydra.sweep.dir={sweep}"]
    assert cli.main(["train", *words]) == 0
    histories = [[float(row["generator.fool"]) for row in rows(sweep / str(n) / "history.csv")] for n in (0, 1)]
    assert [len(history) for history in histories] == [4, 4]
    assert [job.return_value for job in OneAfterAnother.returned] == [min(history) for history in histories]
    assert len({min(history) for history in histories}) == 2
    assert [(row["job"], row["state"], row["seed"]) for row in rows(sweep / "results.csv")] == [
        ("0", "done", "5"),
        ("1", "done", "6"),
    ]
    assert OmegaConf.load(sweep / "1" / "config.yaml").chosen.model == "gan"
    said = capsys.readouterr()
    assert "job 1  seed=6  done at step 20" in said.err
    assert said.out.splitlines() == [str(sweep)]


def test_a_job_that_fails_has_failed_for_the_sweeper_too(sweeper, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(JobQueue, "start", lambda queue, path: False)
    words = [*sweeper, *SETTINGS, "train.best_by=generator.fool", f"hydra.sweep.dir={tmp_path / 'sweep'}"]
    assert cli.main(["train", *words]) == 1
    assert len(OneAfterAnother.returned) == 2
    for job in OneAfterAnother.returned:
        with pytest.raises(RuntimeError, match=r"job [01] gives no value of generator\.fool: see .*sweep/[01]$"):
            _ = job.return_value
    capsys.readouterr()


def test_a_sweeper_that_compares_jobs_is_told_by_what(sweeper, tmp_path, capsys):
    assert cli.main(["train", *sweeper, *SETTINGS, f"hydra.sweep.dir={tmp_path / 'sweep'}"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("ganae: error: hydra/sweeper=basic compares jobs by a number: name it with train.best_by=")
    assert not (tmp_path / "sweep").exists()


def test_a_job_has_one_number(sweeper, app):
    words = [word.replace("=minimize", "=[minimize,maximize]") for word in sweeper]
    with pytest.raises(UserError, match=r"^hydra\.sweeper\.direction: expected one, as a job returns one number"):
        plan.make(app(*words, "train.best_by=generator.fool"), ConfTree())


def test_the_keys_that_are_varied():
    config = OmegaConf.create({"hydra": {"sweeper": {"params": {"model.z_dim": "range(1,9)"}}}})
    words = ["model=gan,vae", "++seed=interval(1,9)", "++train.steps=7", "++optimizer.learning_rate=choice(1,2)"]
    assert swept_keys(words, config) == ["model.z_dim", "model", "seed", "optimizer.learning_rate"]


def is_installed(package):
    return any(one.name.lower() == package for one in metadata.distributions() if one.name)


def ganae(*words):
    command = [sys.executable, "-m", "ganae_cli", "train", "--multirun", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


@pytest.mark.skipif(not is_installed("hydra-optuna-sweeper"), reason="needs Optuna's sweeper")
def test_optuna_finds_the_best_job(tmp_path):
    sweep = tmp_path / "sweep"
    chosen = ["hydra/sweeper=optuna", "hydra.sweeper.n_trials=2", "hydra.sweeper.n_jobs=1", "model.z_dim=choice(2,4)"]
    done = ganae(*chosen, *SETTINGS, "train.best_by=generator.fool", f"hydra.sweep.dir={sweep}")
    assert done.returncode == 0, done.stderr
    best = min(float(row["generator.fool"]) for n in (0, 1) for row in rows(sweep / str(n) / "history.csv"))
    assert OmegaConf.load(sweep / "optimization_results.yaml").best_value == best


@pytest.mark.skipif(not is_installed("hydra-joblib-launcher"), reason="needs the extra parallel")
def test_joblib_runs_jobs_at_once_and_divides_the_threads(tmp_path):
    sweep = tmp_path / "sweep"
    settings = [word for word in SETTINGS if "threads" not in word]
    done = ganae("hydra/launcher=joblib", "hydra.launcher.n_jobs=2", "seed=1,2", *settings, f"hydra.sweep.dir={sweep}")
    assert done.returncode == 0, done.stderr
    from ganae_cli.runtime import process

    for number in ("0", "1"):
        assert OmegaConf.load(sweep / number / "config.yaml").hardware.threads == max(1, process.processors() // 2)
    assert sorted(line[:14] for line in done.stderr.splitlines() if line.startswith("job ")) == [
        "job 0 (1 of 2)",
        "job 1 (2 of 2)",
    ]
    assert "2 of 2 jobs done" in done.stderr


@pytest.mark.parametrize(
    ("direction", "metric", "other"),
    [("minimize", "clipped_coverage", "maximize"), ("maximize", "fid", "minimize"), ("maximize", "recall", None)],
)
def test_the_direction_is_that_of_the_metric(sweeper, app, direction, metric, other):
    words = [word.replace("=minimize", f"={direction}") for word in sweeper]
    words += [f"train.best_by={metric}", "train.evaluate_every=100"]
    if other is None:
        assert plan.make(app(*words), ConfTree()).jobs == []
        return
    with pytest.raises(UserError, match=rf"looks for the worst job: .* type hydra\.sweeper\.direction={other}$"):
        plan.make(app(*words), ConfTree())


@pytest.mark.slow
@pytest.mark.skipif(not is_installed("hydra-joblib-launcher"), reason="needs the extra parallel")
def test_workers_of_joblib_do_not_outlive_the_sweep(tmp_path):
    """They would train all jobs that are left, with nobody to tell them to stop."""
    jobs_of_it = [RunFolder(tmp_path / "sweep" / number) for number in "012"]
    words = ["hydra/launcher=joblib", "hydra.launcher.n_jobs=2", "seed=1,2,3", *SETTINGS, "train.steps=90000000"]
    command = [
        sys.executable,
        "-m",
        "ganae_cli",
        "train",
        "--multirun",
        *words,
        f"hydra.sweep.dir={tmp_path / 'sweep'}",
    ]
    sweep = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 300
    while not all(job.status().get("step", 0) > 0 for job in jobs_of_it[:2]):
        assert time.monotonic() < deadline
        assert sweep.poll() is None
        time.sleep(0.1)
    sweep.kill()
    sweep.wait()
    while [job.status()["state"] for job in jobs_of_it] != ["interrupted", "interrupted", "pending"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
