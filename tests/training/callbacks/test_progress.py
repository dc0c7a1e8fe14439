"""Lines about the progress of a training, printed if no terminal shows a bar."""

import json
from types import SimpleNamespace

import pytest

from ganae_cli.runtime import messages
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


def test_a_limit_of_time_that_ends_the_run_first_is_the_time_left(bar, monkeypatch, capsys):
    """60 more steps take 30 seconds, but the time is over in 12; where it is over in 31, it does not matter."""
    monkeypatch.setattr(progress.time, "monotonic", lambda: 1000.0)
    for deadline, expected in (
        (1012.0, "0:12 (train.max_minutes) left"),
        (1031.0, "0:30 left"),
        (999.0, "0:00 (train"),
    ):
        bar.deadline = deadline
        bar.show({"step": 40, "images_per_second": 1.0, "generator.loss": 1.0})
        assert f"generator 1  {expected}" in capsys.readouterr().err


def test_the_bar_shows_the_same_time_left(monkeypatch):
    monkeypatch.setattr(progress.time, "monotonic", lambda: 1000.0)
    column = ProgressBar(0, 100, "gan on digits", deadline=1012.0).bar.columns[-1]
    shown = [str(column.render(SimpleNamespace(time_remaining=left))) for left in (None, 30.0, 11.0)]
    assert shown == ["0:12 (train.max_minutes)", "0:12 (train.max_minutes)", "0:11"]
    without = ProgressBar(0, 100, "gan on digits").bar.columns[-1]
    assert [str(without.render(SimpleNamespace(time_remaining=left))) for left in (None, 30.0)] == ["-:--", "0:30"]


def test_a_line_for_programs_has_the_numbers(bar, capsys):
    messages.choose("json")
    bar.show({"step": 40, "seconds": 12.5, "images_per_second": 1234.5, "generator.fool": 1.0, "generator.loss": 0.9})
    messages.end()
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    facts = {"event": "progress", "level": "info", "step": 40, "steps": 100, "seconds": 12.5, "seconds_left": 30.0}
    assert {key: line[key] for key in facts} == facts
    assert line["values"] == {"generator.fool": 1.0, "generator.loss": 0.9}
