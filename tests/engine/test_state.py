"""Numbers kept from step to step: sums of loss terms, the first non-finite step, and saving by name."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.engine.state import State
from ganae_cli.errors import UserError
from ganae_cli.training.callbacks.history import History, NotFinite


@pytest.fixture
def state():
    return State(keras.Model())


def test_sums_and_means_of_two_terms_by_hand(state):
    """(1, 10) and (2, 30): sums 3 and 40, means over two steps 1.5 and 20; after clearing, those of the third step."""
    state.follow_terms(2)
    for values in ([1.0, 10.0], [2.0, 30.0]):
        state.record(tf.constant(values))
    assert state.term_sums.numpy().tolist() == [3.0, 40.0]
    assert state.term_means(2).tolist() == [1.5, 20.0]
    assert state.steps_done == 2
    state.clear_sums()
    state.record(tf.constant([5.0, 7.0]))
    assert state.term_means(1).tolist() == [5.0, 7.0]
    assert state.steps_done == 3


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_the_first_step_at_which_a_term_is_not_finite_stays(state, bad):
    """Steps are counted from 0; -1 stands for a term that has always been finite."""
    state.follow_terms(3)
    for values in ([1.0, 1.0, 1.0], [1.0, bad, 1.0], [bad, bad, 1.0], [1.0, 1.0, 1.0]):
        state.record(tf.constant(values, tf.float32))
    assert state.first_bad_step.numpy().tolist() == [2, 1, -1]


def test_the_state_is_saved_and_loaded_by_name(state):
    state.keep("k", 0.25)
    state.step.assign(7)
    store = {}
    state.save(store)
    assert {name: float(value) for name, value in store.items()} == {"step": 7, "k": 0.25}
    other = State(keras.Model())
    other.keep("k", 0.0)
    other.load(store | {"more": np.zeros(3)})  # a file may have more than the game
    assert (other.steps_done, float(other.variables["k"]), other.missing) == (7, 0.25, [])


def test_loading_names_all_that_a_file_lacks(state):
    state.keep("k", 0.0)
    state.keep("mean", 0.0, (2,))
    with pytest.raises(KeyError):
        state.load({"step": np.array(3), "mean": np.zeros(2)})
    assert state.missing == ["k"]
    with pytest.raises(KeyError):
        state.load({"step": np.array(3)})
    assert state.missing == ["k", "mean"]


def test_a_kept_variable_starts_with_a_number_or_an_initializer_and_is_not_trained(state):
    found = state.keep("two", 2.0, (3,)), state.keep("ones", keras.initializers.Ones(), (2,), "int64")
    assert [v.numpy().tolist() for v in found] == [[2.0, 2.0, 2.0], [1, 1]]
    assert [v.dtype for v in found] == ["float32", "int64"]
    assert state.owner.trainable_variables == []
    assert [v.name for v in state.owner.variables] == ["step", "two", "ones"]


def test_what_a_file_may_lack_keeps_its_value(state):
    state.keep("k", 0.5, is_optional=True)
    state.load({"step": np.array(3)})
    assert (state.steps_done, float(state.variables["k"]), state.missing, state.defaulted) == (3, 0.5, [], ["k"])
    state.load({"step": np.array(4), "k": np.array(0.25)})
    assert (state.steps_done, float(state.variables["k"]), state.missing, state.defaulted) == (4, 0.25, [], [])


def test_a_file_of_another_version_is_refused_in_one_line(tiny, tmp_path):
    path = tmp_path / "at.weights.h5"
    tiny.ready(tiny.build("gan")).save_weights(path)
    game = tiny.ready(tiny.build("gan"), ema=0.9)
    game.state.keep("k", 0.0)
    with pytest.raises(UserError, match=r"at\.weights\.h5 is of another version of ganae: it has no k$"):
        game.read_weights(path)


def test_a_file_with_some_of_the_averages_is_refused_in_one_line(tiny, tmp_path):
    path = tmp_path / "at.weights.h5"
    game = tiny.ready(tiny.build("gan"), ema=0.9)
    del game.state.variables["average_1"]
    game.save_weights(path)
    with pytest.raises(UserError, match=r"at\.weights\.h5 is of another version of ganae: it has no average_1$"):
        tiny.ready(tiny.build("gan"), ema=0.9).read_weights(path)


# Reported by the history --------------------------------------------------------------------------------------------


def fit(game, batches, batch_size, every, callbacks=()):
    """Train as a run does, with a row of the history every `every` steps; return the rows."""
    history, rows = History(every, 0, batch_size, seconds=0.0, last_row=0), []
    history.listeners.append(rows.append)
    game.interrupted = None  # `Stop` sets it
    game.fit(batches, verbose=0, shuffle=False, callbacks=[history, *callbacks])
    return rows


def test_history_holds_means_over_its_interval(tiny):
    """There is a row every two steps, and one for the last step alone."""
    game, values = tiny.ready(tiny.build("gan"), 0.1), []
    record = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: values.append(float(logs["generator.fool"][0]))
    )
    rows = fit(game, tiny.stream(5), tiny.count, 2, [record])
    assert [row["step"] for row in rows] == [2, 4, 5]
    means = [(values[0] + values[1]) / 2, (values[2] + values[3]) / 2, values[4]]
    assert [row["generator.fool"] for row in rows] == pytest.approx(means, rel=1e-6)
    assert len(set(values)) == 5


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_stops_the_run_and_is_named(tiny, bad):
    """The third batch holds one bad number; asked after the fourth step, the history still names the third."""
    batches = [tiny.data(step).numpy() for step in range(4)]
    batches[2][5, 1] = bad
    game = tiny.ready(tiny.build("gan"), 0.1)
    with pytest.raises(NotFinite, match=r"^discriminator.real.* is not finite at step 3$"):
        fit(game, tf.data.Dataset.from_tensor_slices(np.concatenate(batches)).batch(tiny.count), tiny.count, 2)


def test_a_bad_step_is_reported_even_if_later_steps_are_finite(toy):
    """Therefore a checkpoint is refused even if the terms have become finite again."""
    losses = (
        lambda game, outputs: outputs.a + tf.where(game.state.step.value == 1, np.inf, 0.0),
        lambda game, outputs: 1.0 * game.second.value,
    )
    game, x = toy(losses, (("a",), ("b",)), rate=0.0)
    history = History(10, 0, 4, seconds=0.0, last_row=0)
    history.set_model(game)
    game.train_step(x)
    history.check_finite()
    for _ in range(3):
        game.train_step(x)
    with pytest.raises(NotFinite, match=r"^a.term is not finite at step 2$"):
        history.check_finite()
