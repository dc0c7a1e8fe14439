"""Choice of the steps that are traced for TensorBoard's profiler."""

import errno
from types import SimpleNamespace

import pytest

from ganae_cli.training.callbacks import profile
from ganae_cli.training.callbacks.profile import Profile
from ganae_cli.training.writing import Writing


@pytest.fixture
def tracing(monkeypatch):
    """Record the steps at which the profiler starts and stops; TensorFlow's profiler itself is not tested here."""
    calls, model = [], SimpleNamespace(state=SimpleNamespace(steps_done=100))
    profiler = profile.tf.profiler.experimental
    monkeypatch.setattr(profiler, "start", lambda folder: calls.append(("start", model.state.steps_done)))
    monkeypatch.setattr(profiler, "stop", lambda: calls.append(("stop", model.state.steps_done)))
    return calls, model


@pytest.mark.parametrize(("block", "expected"), [(1, [110, 113]), (25, [125, 150])])
def test_steps_after_the_tenth_of_this_process(tracing, tmp_path, block, expected):
    calls, model = tracing
    callback = Profile(tmp_path, 3, Writing(False, print))
    callback.set_model(model)
    callback.on_train_begin()
    for step in range(100 + block, 200, block):
        model.state.steps_done = step
        callback.on_train_batch_end(0)
    callback.on_train_end()
    assert calls == list(zip(("start", "stop"), expected, strict=True))


def test_a_run_that_ends_while_it_is_traced(tracing, tmp_path):
    calls, model = tracing
    callback = Profile(tmp_path, 50, Writing(False, print))
    callback.set_model(model)
    callback.on_train_begin()
    model.state.steps_done = 112
    callback.on_train_batch_end(0)
    callback.on_train_end()
    assert [name for name, _ in calls] == ["start", "stop"]


def test_after_a_training_that_failed_another_can_be_traced(tmp_path):
    """TensorFlow's own profiler, of which one can be open in a process."""
    model, made = SimpleNamespace(state=SimpleNamespace(steps_done=0)), []
    for steps_done in (10, 30):
        callback = Profile(tmp_path / "traces", 5, Writing(False, print))
        callback.set_model(model)
        callback.on_train_begin()
        model.state.steps_done = steps_done
        callback.on_train_batch_end(0)
        made.append(callback.tracing)
        callback.drop()
    assert made == [True, True]
    assert not (tmp_path / "traces").exists()


def test_a_trace_that_cannot_be_written_does_not_end_a_run_that_goes_on(tracing, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    (_, model), said = tracing, []
    callback = Profile(tmp_path, 5, Writing(True, said.append))
    callback.set_model(model)
    callback.on_train_begin()
    model.state.steps_done = 110
    callback.on_train_batch_end(0)
    monkeypatch.setattr(profile.tf.profiler.experimental, "stop", full)
    callback.on_train_end()
    assert len(said) == 1
