"""What discriminators see: T(x), drawn once a part of the step; what the rest of the game sees: what it saw before."""

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.augmentations.base import Augmentation
from ganae_cli.augmentations.diffaugment import DiffAugment
from ganae_cli.engine import Parts, step
from ganae_cli.engine.augment import Augment, AugmentInput
from ganae_cli.errors import UserError
from ganae_cli.models.shared.features import with_features
from ganae_cli.models.shared.packing import packed
from ganae_cli.runtime.rng import Noise
from ganae_cli.testing.games import TinyModel, first_batch, play_step

SHAPE = (8, 9, 1)
ON = {"augmentation": {"name": "diffaugment"}}


class Weighted(Augmentation):
    """T(x) = u x, u uniform, one number for each image."""

    def __call__(self, images, noise):
        return noise.uniform(1, 1, 1) * images


@pytest.fixture(scope="module")
def gan(parts):
    return TinyModel("gan")


def serving(augment, rows=4, replica=0, label="round 0"):
    """Let an augmentation take its numbers from the noise of a part of a step."""
    augment.part = lambda: Noise(5, 2, rows, replica, label)
    return augment


def test_a_discriminator_of_images_sees_the_changed_images_in_training_only():
    linear = keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten(), keras.layers.Dense(1)], name="discriminator")
    augment = serving(Augment(DiffAugment(), SHAPE))
    network = augment.before("discriminator", linear)
    x = tf.random.normal((4, *SHAPE), seed=1)
    changed = DiffAugment()(x, Noise(5, 2, 4, label="round 0/augmentation"))
    assert np.array_equal(network(x, training=True), linear(changed))
    assert np.array_equal(network(x, training=False), linear(x))
    assert np.array_equal(network.get_weights()[0], linear.get_weights()[0])
    assert augment.before("encoder", linear) is linear
    assert Augment().before("discriminator", linear) is linear


def test_a_gradient_penalty_is_by_the_input_of_the_augmentation():
    """D(T(x)) = u w x, so its gradient by x is u w, and not w."""
    scale = keras.layers.Dense(1, use_bias=False)
    linear = keras.Sequential([keras.Input((1, 1, 1)), keras.layers.Flatten(), scale], name="discriminator")
    scale.kernel.assign([[3.0]])
    network = serving(Augment(Weighted(), (1, 1, 1))).before("discriminator", linear)
    from ganae_cli.penalties.gradient import R1

    u = Noise(5, 2, 4, label="round 0/augmentation").uniform(1, 1, 1).numpy()
    found = R1()(network, tf.ones((4, 1, 1, 1)), None, Noise(0, 0, 4))
    assert float(found) == pytest.approx(np.mean((3 * u) ** 2) / 2, rel=1e-5)


def test_samples_of_a_pack_are_changed_each_as_its_own_row():
    x = tf.random.normal((4, *SHAPE), seed=1)
    augment = serving(Augment(DiffAugment(), SHAPE))
    assert np.array_equal(augment._changed(packed(x, 2)), packed(augment._changed(x), 2))


def test_empty_images_stay_empty_and_learn_all_the_same():
    """As the channels of the other domain in CoGAN; but a generator may begin with empty images."""
    x = tf.concat([tf.zeros((4, 1, 1, 1)), tf.ones((4, 1, 1, 1))], axis=-1)
    augment = serving(Augment(DiffAugment(translation=0.0, cutout=0.0), (1, 1, 1)), rows=8)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = augment._changed(x)
    assert (y[..., 0].numpy() == 0).all()
    assert (y[..., 1].numpy() != 1).all()
    assert (tape.gradient(y, x).numpy() != 0).all()


def test_two_replicas_change_their_rows_as_one_does():
    x = tf.random.normal((4, *SHAPE), seed=1)
    whole = serving(Augment(DiffAugment(), SHAPE))._changed(x)
    halves = [serving(Augment(DiffAugment(), SHAPE), 2, i)._changed(x[2 * i : 2 * i + 2]) for i in (0, 1)]
    np.testing.assert_allclose(tf.concat(halves, axis=0), whole, atol=1e-6)


def test_within_a_part_data_and_samples_are_changed_alike_and_other_draws_stay(gan):
    game, plain = gan.ready(SHAPE, **ON), gan.ready(SHAPE)
    drawn, taken = [], game.augment.augmentation
    game.augment.augmentation = lambda images, noise: (
        drawn.append((noise.label, int(noise.step))) or taken(images, noise)
    )
    x = first_batch(SHAPE)
    assert np.array_equal(step.forward(game, x).z, step.forward(plain, x).z)
    play_step(game, SHAPE)
    labels = [label for label, _ in drawn]
    assert labels == ["round 0/augmentation"] * 2 + ["round 1/augmentation"]
    assert {when for _, when in drawn} == {0}


def test_without_augmentation_nothing_is_added_to_a_game_or_its_file(gan, tmp_path):
    """With one that is not adaptive, the file has the same arrays."""
    names = {}
    for key, changes in {"none": {}, "on": ON}.items():
        game = gan.ready(SHAPE, **changes)
        game.save_weights(tmp_path / f"{key}.weights.h5")
        with h5py.File(tmp_path / f"{key}.weights.h5") as file:
            names[key] = []
            file.visititems(lambda name, item, kept=names[key]: kept.append(name) if hasattr(item, "shape") else None)
        kinds = [type(layer) for layer in game.discriminator.layers]
        assert (AugmentInput in kinds) == (key == "on")
    assert names["none"] == names["on"]


def test_hidden_layers_are_counted_without_the_augmentation(gan):
    plain, other = gan.built(SHAPE).discriminator, gan.built(SHAPE, **ON).discriminator
    x = first_batch(SHAPE)
    for layer in (0, -2):
        one, two = (with_features(network, layer)(x, training=False)[0] for network in (plain, other))
        assert np.array_equal(one, two)
    with pytest.raises(UserError, match=rf"no hidden layer {len(plain.layers)}: choose from -{len(plain.layers)} to"):
        with_features(other, len(plain.layers))


def test_points_are_refused():
    with pytest.raises(UserError, match=r"^augmentation=diffaugment changes images, but the data are points: leave "):
        Parts.of_config((2,), {}, {}, 0, augmentation={"name": "diffaugment"})
