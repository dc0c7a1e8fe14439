"""Rows of the history: means over each interval, also one that is cut short, and the stop at a loss that is NaN."""

import pytest

from ganae_cli.training.callbacks.history import History, NotFinite


@pytest.fixture
def played(toy):
    """`played(losses, every, first_step)` -> (game, history, rows so far); a step is `game.train_step(x)`."""

    def made(losses, every=2, last_row=0):
        game, x = toy(losses, (("a", "b"),), rate=0.0)
        history, rows = History(every, 0, 4, seconds=5.0, last_row=last_row), []
        history.listeners.append(rows.append)
        history.set_model(game)
        history.on_train_begin()

        def step():
            game.train_step(x)
            history.on_train_batch_end(0)

        return game, history, rows, step

    return made


def counting(game, outputs):
    """Return 1, 2, 3, … at successive steps."""
    import tensorflow as tf

    return tf.cast(game.state.step.value, tf.float32) + 1.0


def constant(game, outputs):
    return 4.0 * game.second.value / game.second.value


def test_rows_are_means_of_their_own_interval(played):
    _, history, rows, step = played((counting, constant))
    for _ in range(5):
        step()
    assert [row["step"] for row in rows] == [2, 4]
    assert [row["a.term"] for row in rows] == [1.5, 3.5]
    assert {row["b.term"] for row in rows} == {4.0}
    history.on_train_end()
    assert (rows[-1]["step"], rows[-1]["a.term"]) == (5, 5.0)
    assert rows[-1]["seconds"] >= 5.0


def test_an_interrupted_run_keeps_its_sums_for_the_next_process(played):
    game, history, rows, step = played((counting, constant))
    for _ in range(3):
        step()
    game.interrupted = "SIGTERM"
    history.on_train_end()
    assert [row["step"] for row in rows] == [2]
    assert game.state.term_sums.numpy()[0] == 3.0


def test_a_term_that_is_not_finite_is_named_with_its_step(played):
    """Its player's loss is not finite either, and comes before the term."""

    def nan_at_third(game, outputs):
        import tensorflow as tf

        return tf.where(game.state.step.value == 2, float("nan"), 1.0)

    *_, step = played((counting, nan_at_third), every=3)
    step()
    step()
    with pytest.raises(NotFinite, match=r"^b\.term is not finite at step 3$"):
        step()
