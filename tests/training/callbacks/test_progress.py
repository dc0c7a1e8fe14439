"""Lines about the progress of a training, printed if no terminal shows a bar."""

from types import SimpleNamespace

import pytest

from ganae_cli.training.callbacks import progress
from ganae_cli.training.callbacks.progress import ProgressBar


@pytest.fixture
def bar(monkeypatch):
    """Return a bar of 100 steps that began at step 20, 10 seconds ago."""
    made = ProgressBar(20, 100, "gan on digits")
    made.set_model(SimpleNamespace(state=SimpleNamespace(steps_done=20)))
    clock = iter([0.0, *[10.0] * 9])
    monkeypatch.setattr(progress.time, "perf_counter", lambda: next(clock))
    made.on_train_begin()
    made.on_train_batch_end(0)
    return made


def test_a_line_has_rate_losses_and_time_left(bar, capsys):
    """20 steps took 10 seconds, so 60 more take 30."""
    bar.show({"step": 40, "images_per_second": 1234.5, "generator.fool": 1.0, "generator.loss": 0.98765})
    assert capsys.readouterr().err.splitlines()[-1] == "step 40/100  1,234/s  loss: generator 0.988  0:30 left"


def test_the_last_line_has_no_time_left(bar, capsys):
    bar.show({"step": 100, "images_per_second": 1.0, "generator.loss": 1.0})
    assert capsys.readouterr().err.splitlines()[-1].rstrip() == "step 100/100  1/s  loss: generator 1"
