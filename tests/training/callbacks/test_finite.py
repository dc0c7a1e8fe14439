"""The look at the weights before a checkpoint, and once more at the end."""

from types import SimpleNamespace

import pytest

from ganae_cli.engine import finite
from ganae_cli.training.callbacks.finite import Finite
from ganae_cli.training.callbacks.history import NotFinite


@pytest.mark.parametrize(("steps", "looked"), [((1, 5, 7, 10), [5, 10]), ((5, 7), [5, 7]), ((), [])])
def test_it_looks_at_the_steps_of_checkpoints_and_at_the_end(monkeypatch, steps, looked):
    seen, done = [], SimpleNamespace(steps_done=0)
    monkeypatch.setattr(finite, "fault", lambda game: seen.append(done.steps_done))
    callback = Finite(5, 0, SimpleNamespace(check_finite=lambda: None))
    callback.set_model(SimpleNamespace(state=done))
    for done.steps_done in steps:
        callback.on_train_batch_end(0)
    callback.on_train_end()
    assert seen == looked


def test_what_it_finds_ends_the_run(monkeypatch):
    monkeypatch.setattr(finite, "fault", lambda game: ("networks.encoder: kernel", "is not finite"))
    callback = Finite(5, 0, SimpleNamespace(check_finite=lambda: None))
    callback.set_model(SimpleNamespace(state=SimpleNamespace(steps_done=10)))
    with pytest.raises(NotFinite, match=r"^networks\.encoder: kernel is not finite after step 10$") as raised:
        callback.on_train_batch_end(0)
    assert (raised.value.step, raised.value.term) == (10, "networks.encoder: kernel")
