"""What a game does beside learning: rehearsal, averages, means over intervals, the stop at what is not finite."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.training.callbacks.history import History, NotFinite


@pytest.mark.parametrize("name", ["gan", "autoencoder", "aegan"])
def test_rehearsing_changes_nothing(tiny, name):
    """Not even the running statistics of BatchNorm."""
    game = tiny.build(name, norm="batch")
    before = tiny.values(game.variables)
    assert any("moving" in v.path for v in game.variables)
    game.rehearse(tiny.data())
    tiny.assert_near(tiny.values(game.variables), before, within=0)


def test_averages_follow_the_recursion(tiny):
    """a_0 = w_0, a_t = 0.9 a_(t-1) + 0.1 w_t, of the generator alone."""
    game = tiny.ready(tiny.build("gan"), 0.5, ema=0.9)
    expected = tiny.values(game.generator.variables)
    judge = tiny.values(game.discriminator.variables)
    for step in range(3):
        game.train_step(tiny.data(step))
        expected = [0.9 * a + 0.1 * w for a, w in zip(expected, tiny.values(game.generator.variables), strict=True)]
    live, live_judge = tiny.values(game.generator.variables), tiny.values(game.discriminator.variables)
    with game.averaged():
        tiny.assert_near(tiny.values(game.generator.variables), expected, within=1e-6)
        tiny.assert_near(tiny.values(game.discriminator.variables), live_judge, within=0)
    tiny.assert_near(tiny.values(game.generator.variables), live, within=0)
    assert np.abs(live[0] - expected[0]).max() > 1e-3
    assert np.abs(live_judge[0] - judge[0]).max() > 1e-3
    game.averages.take()
    tiny.assert_near(tiny.values(game.generator.variables), expected, within=1e-6)


def test_moments_of_batch_normalisation_are_averaged_too(tiny):
    """Kernels that are averages go with moments that are: those of the newest kernels are of other activations."""
    game = tiny.ready(tiny.build("gan", norm="batch"), rates={"generator": 0.1}, ema=0.75)
    norm = next(one for one in game.generator._flatten_layers() if isinstance(one, keras.layers.BatchNormalization))
    expected = [keras.ops.convert_to_numpy(v) for v in (norm.moving_mean, norm.moving_variance)]
    for _ in range(3):
        game.train_step(tiny.data())
        live = [v.numpy() for v in (norm.moving_mean, norm.moving_variance)]
        expected = [0.75 * old + 0.25 * new for old, new in zip(expected, live, strict=True)]
    with game.averaged():
        assert np.allclose(norm.moving_mean.numpy(), expected[0], atol=1e-6)
        assert np.allclose(norm.moving_variance.numpy(), expected[1], atol=1e-6)
    assert np.allclose(norm.moving_mean.numpy(), live[0])
    assert not np.allclose(expected[0], live[0])


def test_a_file_of_another_version_is_told_in_one_line(tiny, tmp_path):
    path = tmp_path / "at.weights.h5"
    tiny.ready(tiny.build("gan"), ema=0.0).save_weights(path)
    with pytest.raises(UserError, match=r"at\.weights\.h5 is of another version of ganae: it has no average_0, "):
        tiny.ready(tiny.build("gan"), ema=0.9).read_weights(path)


def test_without_averages_samples_come_from_the_weights_as_they_are(tiny):
    game = tiny.ready(tiny.build("gan"), 0.5)
    game.train_step(tiny.data())
    live = game.generate(tiny.codes()).numpy()
    with game.averaged():
        assert (game.generate(tiny.codes()).numpy() == live).all()


def fit(game, batches, batch_size, every, callbacks=()):
    """Train as `runs` does, with a row of the history every so many steps; returns the rows."""
    history, rows = History(every, 0, batch_size, seconds=0.0, last_row=0), []
    history.listeners.append(rows.append)
    game.interrupted = False  # `Stop` sets it
    game.fit(batches, verbose=0, shuffle=False, callbacks=[history, *callbacks])
    return rows


def test_history_holds_means_over_its_interval(tiny):
    """Every two steps, and the last one alone."""
    game, seen = tiny.ready(tiny.build("gan"), 0.1), []
    record = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: seen.append(float(logs["generator.fool"][0]))
    )
    rows = fit(game, tiny.stream(5), tiny.count, 2, [record])
    assert [row["step"] for row in rows] == [2, 4, 5]
    means = [(seen[0] + seen[1]) / 2, (seen[2] + seen[3]) / 2, seen[4]]
    assert [row["generator.fool"] for row in rows] == pytest.approx(means, rel=1e-6)
    assert len(set(seen)) == 5


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_stops_the_run_and_is_named(tiny, bad):
    """The third batch holds one bad number; asked after the fourth step, the history still names the third."""
    batches = [tiny.data(step).numpy() for step in range(4)]
    batches[2][5, 1] = bad
    game = tiny.ready(tiny.build("gan"), 0.1)
    with pytest.raises(NotFinite, match=r"^discriminator.real.* is not finite at step 3$"):
        fit(game, tf.data.Dataset.from_tensor_slices(np.concatenate(batches)).batch(tiny.count), tiny.count, 2)


def test_the_first_bad_step_is_remembered_until_somebody_asks(toy):
    """A checkpoint is refused even if the terms have become finite again."""
    losses = (
        lambda game, seen: seen.a + tf.where(game.state.step.value == 1, np.inf, 0.0),
        lambda game, seen: 1.0 * game.second.value,
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
