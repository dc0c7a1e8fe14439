"""Early stopping: where a run ends, that a kill changes nothing of it, and how the run goes on."""

import signal

import pytest

from ganae_cli.cli import main
from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training
from ganae_cli.training.callbacks.stop import Stop
from tests.training.test_failure import POINTS, numbers

STEPS, MOST = 120, 4
BY = "generator.fool"
EARLY = (*POINTS, f"train.steps={STEPS}", f"train.stop_when={BY}", f"train.patience={MOST}")


def expected_end(rows):
    """Return the step of the first row with MOST rows in a row behind the best one so far."""
    values = [float(row[BY]) for row in rows]
    for last in range(len(values)):
        if last - values.index(min(values[: last + 1])) >= MOST:
            return int(rows[last]["step"])
    return None


@pytest.fixture(scope="module")
def whole(compose, tmp_path_factory):
    """A run that early stopping ends, and one of the same settings without it."""
    folders = []
    for name, words in (("early", EARLY), ("whole", (*POINTS, f"train.steps={STEPS}"))):
        code, path = training.train(compose(*words), tmp_path_factory.mktemp(name) / "run")
        assert code == 0
        folders.append(RunFolder(path))
    return folders


class Signalled(Stop):
    """Gets a signal after a step."""

    at = 0

    def on_train_batch_end(self, batch, logs=None):
        if self.model.state.steps_done == self.at:
            signal.raise_signal(signal.SIGTERM)
        super().on_train_batch_end(batch, logs)


def test_a_run_ends_once_its_term_gets_no_better(whole):
    early, full = whole
    end, status = expected_end(full.history.read()), early.status()
    assert end
    assert end < STEPS
    assert numbers(early)[1] == numbers(full)[1][: len(numbers(early)[1])]
    assert [int(row["step"]) for row in early.history.read()][-1] == end
    facts = (status["state"], status["stopped_by"], status["error"], status["step"])
    assert facts == ("interrupted", "stop_when", None, end)
    assert early.checkpoints.newest().step == end
    assert "modes" in status["metrics"]
    assert f"train.stop_when: no better {BY} than " in early.log.read_text()


def test_a_run_that_was_stopped_and_resumed_ends_at_the_same_step(compose, tmp_path, monkeypatch, whole):
    end = whole[0].status()["step"]
    monkeypatch.setattr(Signalled, "at", end - 1)
    with monkeypatch.context() as patched:
        patched.setattr(training, "Stop", Signalled)
        code, path = training.train(compose(*EARLY), tmp_path / "run")
    folder = RunFolder(path)
    assert (code, folder.status()["step"]) == (128 + signal.SIGTERM, Signalled.at)
    assert main(["resume", str(path)]) == 0
    assert numbers(folder) == numbers(whole[0])
    assert folder.status()["stopped_by"] == "stop_when"


def test_a_run_that_was_killed_while_it_was_closed_is_closed_without_another_step(compose, tmp_path, whole, capsys):
    _, path = training.train(compose(*EARLY), tmp_path / "run")
    folder = RunFolder(path)
    folder.write_status("running", metrics={}, stopped_by=None, pid=0)
    assert main(["resume", str(path)]) == 0
    status = folder.status()
    assert (status["state"], status["stopped_by"], status["step"]) == (
        "interrupted",
        "stop_when",
        whole[0].status()["step"],
    )
    assert "modes" in status["metrics"]
    assert numbers(folder) == numbers(whole[0])
    capsys.readouterr()
    changed = folder.config.stat().st_mtime_ns
    assert main(["resume", str(path)]) == 0
    said = capsys.readouterr().err
    assert f"nothing left to do: {path} ended at step {status['step']}, as {BY} got no better" in said
    assert folder.config.stat().st_mtime_ns == changed


def test_it_goes_on_without_the_limit_or_with_more_patience(compose, tmp_path, whole):
    _, path = training.train(compose(*EARLY), tmp_path / "run")
    folder, end = RunFolder(path), whole[0].status()["step"]
    assert main(["resume", str(path), f"train.patience={MOST + 2}"]) == 0
    assert folder.status()["step"] > end
    assert main(["resume", str(path), "train.stop_when=null"]) == 0
    status = folder.status()
    assert (status["state"], status["stopped_by"], status["step"]) == ("done", None, STEPS)
    assert numbers(folder) == numbers(whole[1])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train.stop_when=fid"], "train.stop_when=fid is a metric: say how often it is measured, as train.evaluate_"),
        (["train.stop_when=generator.fol"], "train.stop_when: no term or metric 'generator.fol'; did you mean"),
        (["train.stop_when=c_t", "train.evaluate_every=4"], "train.stop_when=c_t: neither its highest nor its lowest"),
    ],
)
def test_what_cannot_be_watched_is_refused(compose, tmp_path, words, message):
    with pytest.raises(UserError) as refused:
        training.train(compose(*POINTS, *words), tmp_path / "run")
    assert message in str(refused.value)
