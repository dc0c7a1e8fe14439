"""Events that end a training in good order."""

import signal
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from ganae_cli.runtime.process import STOPPING, default_signals
from ganae_cli.runtime.workers.watch import Lost, WorkerLost
from ganae_cli.training.callbacks.stop import Stop


@pytest.mark.parametrize("number", STOPPING)
def test_a_signal_ends_training_after_the_step(number):
    with Stop() as stop:
        stop.set_model(SimpleNamespace())
        stop.on_train_begin()
        signal.raise_signal(number)
        assert stop.reason == number.name
        stop.on_train_batch_end(0)
        assert stop.model.stop_training
        assert stop.model.interrupted == number.name
        if number == signal.SIGHUP:  # which comes twice
            signal.raise_signal(number)
            return
        with pytest.raises((KeyboardInterrupt, SystemExit)) as ended:  # a second one does not wait
            signal.raise_signal(number)
        assert (ended.type is KeyboardInterrupt) is (number == signal.SIGINT)
        assert ended.type is KeyboardInterrupt or ended.value.code == 128 + number


@pytest.mark.parametrize(("number", "expected"), [(signal.SIGHUP, SystemExit), (signal.SIGINT, KeyboardInterrupt)])
def test_before_training_nothing_waits(number, expected):
    with Stop(), pytest.raises(expected):
        signal.raise_signal(number)


def test_a_signal_that_is_ignored_stays_so():
    """`nohup ganae train` asks for this."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Stop() as stop:
            signal.raise_signal(signal.SIGHUP)
            assert stop.reason is None
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_training_in_another_thread_leaves_signals_to_the_program():
    """Python lets only the main thread handle them."""
    before = [signal.getsignal(number) for number in STOPPING]

    def train() -> list:
        with Stop() as stop:
            stop.set_model(SimpleNamespace())
            stop.on_train_begin()
            stop.on_train_batch_end(0)
            return [stop.reason, *(signal.getsignal(number) for number in STOPPING)]

    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(train).result() == [None, *before]


def test_workers_stop_at_the_same_step_for_the_same_reason():
    """They ask each other at every third step of the run, which goes on from its second; any reason is enough."""
    asked = []

    def agree(reason):
        asked.append(reason)
        return "SIGUSR1" if len(asked) == 2 else ""

    with Stop() as stop:
        stop.agree_with(agree, every=3)
        stop.set_model(SimpleNamespace(stop_training=False, state=SimpleNamespace(steps_done=2)))
        stop.on_train_begin()
        for step in range(3, 7):
            assert not stop.model.stop_training
            stop.model.state.steps_done = step
            stop.on_train_batch_end(step)
    assert asked == ["", ""]
    assert (stop.reason, stop.model.stop_training, stop.model.interrupted) == ("SIGUSR1", True, "SIGUSR1")


@pytest.mark.parametrize("is_known", [True, False])
def test_a_worker_that_is_gone_ends_training_between_two_steps(is_known):
    """It is known at once, or found out when the workers ask each other."""
    gone = WorkerLost(Lost(1, "worker 1 (a:1)", "was lost"))

    def agree(reason):
        raise gone

    with Stop() as stop:
        stop.agree_with(agree, every=3, lost=lambda seconds: gone if is_known else None)
        stop.set_model(SimpleNamespace(stop_training=False, state=SimpleNamespace(steps_done=0)))
        stop.on_train_begin()
        for step in range(1 if is_known else 3):
            assert not stop.model.stop_training
            stop.model.state.steps_done = step + 1
            stop.on_train_batch_end(step)
    assert (stop.model.stop_training, stop.model.interrupted) == (True, "lost worker")


def test_time_is_over():
    with Stop(max_minutes=1e-9) as stop:
        stop.set_model(SimpleNamespace())
        stop.on_train_begin()
        stop.on_train_batch_end(0)
    assert stop.model.interrupted == "max_minutes"


def test_a_callback_may_have_a_reason():
    """The first reason stays, as that of the end of the time."""
    for first, expected in ((None, "collapse"), ("max_minutes", "max_minutes")):
        with Stop() as stop:
            stop.set_model(SimpleNamespace(stop_training=False))
            stop.on_train_begin()
            stop.on_train_batch_end(0)
            assert not stop.model.stop_training
            stop.reason = first
            stop.because("collapse")
            stop.on_train_batch_end(1)
        assert (stop.model.stop_training, stop.model.interrupted) == (True, expected)


def test_the_first_signal_after_the_time_is_over_waits_for_the_last_checkpoint():
    """A scheduler may send it just after `train.max_minutes`."""
    with Stop(max_minutes=1e-9) as stop:
        stop.set_model(SimpleNamespace())
        stop.on_train_begin()
        stop.on_train_batch_end(0)
        assert stop.reason == "max_minutes"
        signal.raise_signal(signal.SIGTERM)
        assert stop.reason == "SIGTERM"
        with pytest.raises(SystemExit):
            signal.raise_signal(signal.SIGTERM)


def test_a_block_in_which_signals_end_the_process_knows_the_handlers_of_ganae():
    with Stop():
        handler = signal.getsignal(signal.SIGUSR1)
        with default_signals():
            assert signal.getsignal(signal.SIGUSR1) == signal.SIG_DFL
        assert signal.getsignal(signal.SIGUSR1) is handler


def test_a_handler_of_the_users_program_stays():
    before = signal.signal(signal.SIGUSR1, lambda number, frame: None)
    mine = signal.getsignal(signal.SIGUSR1)
    try:
        with Stop(), default_signals():
            assert signal.getsignal(signal.SIGUSR1) is mine
    finally:
        signal.signal(signal.SIGUSR1, before)
