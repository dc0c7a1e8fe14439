"""The time until the first step is taken once."""

from ganae_cli.training.callbacks import start
from ganae_cli.training.callbacks.start import Start


def test_the_first_step_is_timed_and_no_other(monkeypatch):
    clock = iter([100.0, 102.5, 200.0])
    monkeypatch.setattr(start.time, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(start.process, "age", lambda: 7.25)
    callback = Start()
    callback.on_train_begin()
    assert callback.facts == {}
    for batch in range(3):
        callback.on_train_batch_end(batch)
    assert callback.facts == {"compile_seconds": 2.5, "seconds_to_first_step": 7.25}


def test_where_the_system_does_not_say_when_the_process_began(monkeypatch):
    monkeypatch.setattr(start.process, "age", lambda: None)
    callback = Start()
    callback.on_train_begin()
    callback.on_train_batch_end(0)
    assert list(callback.facts) == ["compile_seconds"]


def test_what_a_rollback_compiles_is_vouched_for_too(monkeypatch):
    vouched = []
    monkeypatch.setattr(start.xla_cache, "vouch", lambda: vouched.append(len(vouched)))
    callback = Start()
    for _ in range(2):
        callback.on_train_begin()
        for batch in range(3):
            callback.on_train_batch_end(batch)
    assert vouched == [0, 1]
    assert callback.facts["compile_seconds"] >= 0
