"""Choice of the steps that are traced for TensorBoard's profiler."""

from types import SimpleNamespace

import pytest

from ganae_cli.training.callbacks import profile
from ganae_cli.training.callbacks.profile import Profile


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
    callback = Profile(str(tmp_path), steps=3)
    callback.set_model(model)
    callback.on_train_begin()
    for step in range(100 + block, 200, block):
        model.state.steps_done = step
        callback.on_train_batch_end(0)
    callback.on_train_end()
    assert calls == list(zip(("start", "stop"), expected, strict=True))


def test_a_run_that_ends_while_it_is_traced(tracing, tmp_path):
    calls, model = tracing
    callback = Profile(str(tmp_path), steps=50)
    callback.set_model(model)
    callback.on_train_begin()
    model.state.steps_done = 112
    callback.on_train_batch_end(0)
    callback.on_train_end()
    assert [name for name, _ in calls] == ["start", "stop"]
