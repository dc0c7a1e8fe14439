"""The end of a run: what a kill between the last step and `done` leaves undone, a resume does."""

import signal

import pytest

from ganae_cli.cli import main
from ganae_cli.evaluation import collapse
from ganae_cli.evaluation import evaluate as evaluating
from ganae_cli.evaluation.scores import NEITHER, VARIETY, Evaluation, Metric, Score
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import finish
from ganae_cli.training import run as training
from ganae_cli.training.callbacks.stop import Stop
from tests.training.test_failure import POINTS, numbers


def test_a_run_that_was_killed_right_after_its_last_checkpoint_is_finished(compose, tmp_path):
    """The checkpoint of step 25 comes before the row of the interval that the end cut short, and before the picture."""
    _, path = training.train(compose(*POINTS), tmp_path / "run")
    folder = RunFolder(path)
    expected, picture = numbers(folder), folder.samples / "step-00000025.png"
    drawn = picture.read_bytes()
    text = folder.history.path.read_text()
    assert "\n25," in text
    folder.history.path.write_text(text[: text.index("\n25,") + 1])
    picture.unlink()
    folder.write_status("running", metrics={}, pid=0)
    assert main(["resume", str(folder.path)]) == 0
    assert numbers(folder) == expected
    assert picture.read_bytes() == drawn
    assert folder.status()["state"] == "done"
    assert float(folder.history.read()[-1]["images_per_second"]) > 0


@pytest.fixture
def stopped_while_measured(compose, tmp_path, monkeypatch):
    """Send a signal while the run is measured; return its folder and what was raised."""

    def measure(*_):
        signal.raise_signal(signal.SIGUSR1)

    with monkeypatch.context() as patched:
        patched.setattr(finish.summary, "measure", measure)
        with pytest.raises(SystemExit) as ended:
            training.train(compose(*POINTS), tmp_path / "run")
    return RunFolder(tmp_path / "run"), ended.value.code


def test_a_signal_while_a_run_is_measured_ends_it_at_once(stopped_while_measured):
    folder, code = stopped_while_measured
    status = folder.status()
    assert (code, status["state"], status["step"]) == (128 + signal.SIGUSR1, "interrupted", 25)
    assert main(["resume", str(folder.path)]) == 0
    assert folder.status()["state"] == "done"
    assert folder.status()["metrics"]["modes"] >= 0


class AtTheLast(Stop):
    """Gets a signal at the last step."""

    def on_train_batch_end(self, batch, logs=None):
        if self.model.state.steps_done == 25:
            signal.raise_signal(signal.SIGQUIT)
        super().on_train_batch_end(batch, logs)


def test_a_signal_at_the_last_step_does_not_wait_for_the_measures(compose, tmp_path, monkeypatch, capsys):
    whole = numbers(RunFolder(training.train(compose(*POINTS), tmp_path / "whole")[1]))
    monkeypatch.setattr(training, "Stop", AtTheLast)
    code, path = training.train(compose(*POINTS), tmp_path / "run")
    folder = RunFolder(path)
    assert (code, folder.status()["state"], folder.status()["metrics"]) == (131, "interrupted", {})
    said = capsys.readouterr().err
    assert "stopped by SIGQUIT at step 25 of 25; go on with:" in said
    assert "or finish" not in said
    monkeypatch.undo()
    assert main(["resume", str(folder.path)]) == 0
    assert numbers(folder) == whole


@pytest.mark.parametrize(("is_on", "reached"), [("true", 4), ("false", 6)])
def test_two_evaluations_in_a_row_that_see_a_mode_collapse_may_end_a_run(train, monkeypatch, capsys, is_on, reached):
    """What an evaluation sees is made by hand; pictures, which would see more, are of the last step only."""
    metrics = {"sample_variation": Metric(VARIETY, "variation", NEITHER)}
    made = Evaluation({"n": 50}, metrics, (Score("sample_variation", 0.1),), {})
    monkeypatch.setattr(evaluating, "evaluate", lambda subject, quick: made)
    monkeypatch.setattr(collapse, "FIRST_STEP", 1)
    words = ("train.steps=6", "train.log_every=1", "train.evaluate_every=2", f"train.stop_on_collapse={is_on}")
    code, folder = train(*words)
    status = folder.status()
    assert (code, status["step"], status["stopped_by"]) == (0, reached, "collapse" if reached < 6 else None)
    line = (
        "ganae: warning: mode collapse: samples hardly differ: 10.0% of the distance between real rows (since step 2)"
    )
    assert capsys.readouterr().err.splitlines().count(line) == 2  # when it is seen, and at the end
