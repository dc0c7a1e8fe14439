"""Each check fails for a part that breaks its promise, and says in one sentence which."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from ganae_cli import registry
from ganae_cli.augmentations.base import Augmentation
from ganae_cli.datasets.base import Data
from ganae_cli.engine import Game
from ganae_cli.networks.mlp import MLP
from ganae_cli.penalties.base import Penalty
from ganae_cli.testing import (
    check_adversarial,
    check_augmentation,
    check_dataset,
    check_network,
    check_penalty,
    check_reconstruction,
)
from ganae_cli.testing import check_model as check
from ganae_cli.testing import models as contracts
from ganae_cli.testing.games import TinyModel


@pytest.fixture
def declare(parts, monkeypatch):
    """Return a function: `declare(kind, name, part)` declares a part, which is removed after the test."""

    def declared(kind, name, part):
        monkeypatch.setitem(registry._PARTS[kind], name, part)

    return declared


@pytest.fixture
def model(tmp_path, declare):
    """`model(**attributes)` -> an autoencoder with other attributes or methods, as a TinyModel."""

    def made(**attributes):
        class Broken(Game):
            players = {"autoencoder": ("encoder", "decoder")}
            rounds = (("autoencoder",),)
            inference_networks = ("encoder", "decoder")

            def __init__(self, parts, z_dim, weights=None):
                super().__init__(parts, z_dim, weights)
                self.reconstruction = parts.loss("reconstruction")
                self.encoder = parts.down("encoder", parts.shape, z_dim)
                self.decoder = parts.up("decoder", z_dim, parts.shape)

            def autoencoder_loss(self, x):
                return {"reconstruction": self.reconstruction(x, self.decoder(self.encoder(x, training=True)))}

            def generate(self, z):
                return self.decoder(z, training=False)

            def encode(self, x):
                return self.encoder(x, training=False)

        for key, value in attributes.items():
            setattr(Broken, key, value)
        (tmp_path / "model").mkdir()
        lines = ["# @package _global_", "# help: broken on purpose", "defaults:"]
        lines += [f"  - /network@networks.{role}: auto" for role in ("encoder", "decoder")]
        lines += ["model:", "  name: broken", "  z_dim: null  # size", "  weights:  # of terms", "    autoencoder: {}"]
        (tmp_path / "model" / "broken.yaml").write_text("\n".join([*lines, "loss:", "  adversarial: null  # none", ""]))
        declare("model", "broken", Broken)
        return TinyModel("broken", config_folders=[tmp_path])

    return made


def test_a_sound_model_passes(model, tmp_path):
    model()
    check("broken", config_folders=[tmp_path])


def test_a_player_that_never_moves(model):
    made = model(players={"autoencoder": ("encoder", "decoder"), "idler": ("encoder",)})
    with pytest.raises(AssertionError, match=r"^model 'broken': players .*idler.*, but rounds move \{'autoencoder'\}$"):
        contracts.check_structure(made)


def test_networks_that_cannot_sample(model):
    with pytest.raises(AssertionError, match=r"inference_networks \{'generator'\} are not among"):
        contracts.check_structure(model(inference_networks=("generator",)))


def test_a_network_without_a_gradient(model):
    def loss(self, x):
        code = ops.stop_gradient(self.encoder(x, training=True))
        return {"reconstruction": self.reconstruction(x, self.decoder(code))}

    with pytest.raises(AssertionError, match=r"^no gradient of any player reaches .*"):
        contracts.check_step(model(autoencoder_loss=loss), (2,))


def test_a_term_that_is_not_finite(model):
    made = model(autoencoder_loss=lambda self, x: {"reconstruction": ops.log(ops.mean(self.encoder(x)) * 0.0 - 1.0)})
    with pytest.raises(AssertionError, match=r"^not finite on \(2,\): autoencoder.reconstruction"):
        contracts.check_step(made, (2,))


def test_images_out_of_range(model):
    made = model(generate=lambda self, z: 3.0 + self.decoder(z, training=False))
    with pytest.raises(AssertionError, match=r"^generate gives images outside \[-1, 1\]$"):
        contracts.check_step(made, (9, 13, 1))


def test_state_that_is_not_saved(model, tmp_path):
    """A number that Keras keeps for itself and the game does not save: the resumed run starts it again."""

    def after_move(self, player, terms):
        self.decoder.trainable_variables[0].assign_add(
            0.01 * ops.ones_like(self.decoder.trainable_variables[0]) * made.moves
        )
        made.moves += 1.0

    made = model(after_move=after_move)
    made.moves = 1.0
    with pytest.raises(AssertionError, match="differs after a resume"):
        contracts.check_resume(made, tmp_path / "at.weights.h5")


def test_a_weight_of_no_term(model):
    made = model()
    made.options["weights"]["autoencoder"]["rekonstruction"] = 1.0
    with pytest.raises(AssertionError, match=r"^model.weights.autoencoder.rekonstruction is of no term"):
        contracts.check_weights(made)


def test_a_network_that_does_not_learn(declare, monkeypatch):
    class Frozen(MLP):
        def down(self, shape, units):
            inner = super().down(shape, units)
            return keras.Sequential([keras.Input(shape), *inner.layers, keras.layers.Lambda(ops.stop_gradient)])

    declare("network", "mlp", Frozen)
    with pytest.raises(AssertionError, match=r"^the output does not depend on "):
        check_network("mlp")


def test_a_loss_with_the_wrong_sign(declare):
    class Reversed:
        def discriminator(self, real, fake):
            return {"real": ops.mean(real), "fake": ops.mean(fake)}

        def generator(self, fake, real=None):
            return {"fool": -ops.mean(fake)}

    declare("adversarial", "reversed", Reversed)
    with pytest.raises(AssertionError, match=r"^reversed: a higher real logit does not lower D's loss$"):
        check_adversarial("reversed")


def test_a_reconstruction_loss_that_is_smallest_elsewhere(declare):
    declare("reconstruction", "biased", lambda: lambda x, x_hat: ops.mean(ops.abs(x_hat)))
    with pytest.raises(AssertionError, match=r"^biased is not smallest at the data: "):
        check_reconstruction("biased")


def test_a_penalty_that_no_weight_feels(declare):
    class Numb(Penalty):
        def __call__(self, network, real, fake, noise):
            return ops.mean(ops.square(ops.stop_gradient(network(real))))

    declare("penalty", "r1", Numb)
    with pytest.raises((AssertionError, TypeError, ValueError)):
        check_penalty("r1")


def test_a_penalty_of_a_batch_that_does_not_say_so(declare):
    class Squared(Penalty):
        def __call__(self, network, real, fake, noise):
            return ops.square(ops.mean(network(real, training=True)))

    declare("penalty", "r1", Squared)
    with pytest.raises(AssertionError, match=r"r1 is no mean over samples: say of_batch = True"):
        check_penalty("r1")
    Squared.of_batch = True
    check_penalty("r1")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"test": slice(0, 5)}, "^5 test rows are training rows, too$"),
        ({"name": "other"}, "^dataset 'mine' calls itself 'other'$"),
    ],
)
def test_a_dataset_that_breaks_its_promise(declare, change, message):
    rows = np.random.default_rng(0).normal(size=(20, 2)).astype(np.float32)

    def made():
        test = rows[change["test"]] if "test" in change else rows[15:] + 1
        return Data(change.get("name", "mine"), rows, test)

    declare("dataset", "mine", made)
    with pytest.raises(AssertionError, match=message):
        check_dataset("mine")


def test_a_dataset_that_is_another_one_each_time(declare):
    random = np.random.default_rng(0)
    declare("dataset", "mine", lambda: Data("mine", *(random.normal(size=(9, 2)).astype(np.float32) for _ in range(2))))
    with pytest.raises(AssertionError, match=r"^dataset 'mine': train is another one each time$"):
        check_dataset("mine")


# Augmentations ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda x, u: u * tf.stop_gradient(x), "crooked has no finite gradient by the images"),
        (lambda x, u: x + u - tf.reduce_mean(u), "crooked: two halves of a batch are changed otherwise"),
        (lambda x, u: 0.5 * x, "crooked changes images alike in every step"),
        (lambda x, u: (u * x)[:, 1:], r"crooked makes <dtype: 'float32'> \(6, 7, 8, 1\) of "),
    ],
)
def test_an_augmentation_that_breaks_its_promise(declare, tmp_path, change, said):
    class Crooked(Augmentation):
        def __call__(self, images, noise):
            return change(images, noise.uniform(1, 1, 1))

    declare("augmentation", "crooked", Crooked)
    (tmp_path / "augmentation").mkdir()
    (tmp_path / "augmentation" / "crooked.yaml").write_text("# help: broken on purpose\nname: crooked\n")
    with pytest.raises(AssertionError, match=said):
        check_augmentation("crooked", config_folders=[tmp_path])
