"""Overfitting seen in logits, and the probability that follows it: by hand, from file to file, in every loss."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli import registry
from ganae_cli.augmentations.ada import ADA
from ganae_cli.builders import compatibility, from_config
from ganae_cli.engine.overfitting import Overfitting
from ganae_cli.errors import UserError
from ganae_cli.testing import models as contracts
from ganae_cli.testing.games import TinyModel, play_step

SHAPE = (8, 9, 1)
# 2 steps of 7 images: p moves by 1/10. Colours alone, as other transforms take long where nothing is compiled.
ONLY_COLOR = dict.fromkeys(("flip", "rotate90", "translation", "geometry"), False)
MLP = {role: {"name": "mlp", "width": 4, "depth": 1} for role in ("generator", "discriminator")}
ON = {"augmentation": {"name": "ada", "speed": 140, "every": 2} | ONLY_COLOR, "networks": MLP}


@pytest.fixture(scope="module")
def gan(parts):
    return TinyModel("gan")


@pytest.mark.parametrize(("loss", "r"), [("non_saturating", 0.5), ("hinge", 0.5), ("least_squares", -0.5)])
def test_r_is_the_mean_sign_of_the_logits_of_data(parts, loss, r):
    """Least squares has its boundary at 1/2, half way between the labels."""
    watched, overfitting = registry.build("adversarial", loss), Overfitting(ADA(), {"discriminator"})
    plain = watched.discriminator([[0.2], [3.0], [0.1], [-1.0]], [[0.0]] * 4)
    overfitting.watch("discriminator", watched)
    terms = watched.discriminator([[0.2], [3.0], [0.1], [-1.0]], [[0.0]] * 4)
    assert {name: float(term) for name, term in terms.items()} == {name: float(term) for name, term in plain.items()}
    assert {name: float(term) for name, term in overfitting.terms().items()} == {"overfitting": r, "augmentation_p": 0}
    assert overfitting.terms() == {}


def test_logits_of_codes_do_not_count(parts):
    loss, overfitting = registry.build("adversarial", "hinge"), Overfitting(ADA(), {"discriminator"})
    overfitting.watch("code_discriminator", loss)
    loss.discriminator([[1.0]], [[0.0]])
    assert overfitting.terms() == {}
    with pytest.raises(UserError, match="augmentation=ada follows the discriminator's overfitting, and model 'aae'"):
        overfitting.refuse_unseen("aae", "ada")


def test_p_moves_every_few_steps_and_is_logged_as_it_was(gan):
    game = gan.ready(SHAPE, **ON)
    p = []
    for bias in (50.0, 50.0, 50.0, 50.0, -50.0, -50.0, -50.0):
        game.discriminator.trainable_variables[-1].assign([bias])
        p.append(play_step(game, SHAPE)["discriminator.augmentation_p"])
    assert p == pytest.approx([0.0, 0.0, 0.1, 0.1, 0.2, 0.2, 0.1], abs=1e-6)
    assert float(game.state.variables["overfitting"].numpy()) == -1  # of the step since p moved


def test_p_moves_by_the_images_that_the_discriminator_has_seen(gan):
    """Of two batches of 7 the second is the generator's: so 14 of 140 in two steps, and not 28."""
    game = gan.ready(SHAPE, **ON | {"model.fresh_batches": True})
    assert game.batch_size == 14
    for _ in range(2):
        game.discriminator.trainable_variables[-1].assign([50.0])
        play_step(game, SHAPE)
    assert float(game.state.variables["augmentation_p"].numpy()) == pytest.approx(0.1)


def test_without_a_target_p_is_that_of_the_config_in_a_resumed_run_too(gan, tmp_path):
    def game(**changes):
        return gan.ready(SHAPE, **ON | {"augmentation": ON["augmentation"] | {"every": 1} | changes})

    moving, staying = game(p=0.5), game(p=0.25, target=None)
    play_step(moving, SHAPE)
    moving.save_weights(tmp_path / "moving.weights.h5")
    staying.read_weights(tmp_path / "moving.weights.h5")
    assert play_step(staying, SHAPE)["discriminator.augmentation_p"] == 0.25
    assert play_step(staying, SHAPE)["discriminator.augmentation_p"] == 0.25
    staying.save_weights(tmp_path / "staying.weights.h5")
    again = game(p=0.75)
    again.read_weights(tmp_path / "staying.weights.h5")
    assert play_step(again, SHAPE)["discriminator.augmentation_p"] == 0.75


def test_nobody_learns_from_what_is_measured(gan):
    game = gan.ready(SHAPE, **ON)
    logs = play_step(game, SHAPE)
    learned = logs["discriminator.real"] + logs["discriminator.fake"]
    assert logs["discriminator.loss"] == pytest.approx(learned, rel=1e-6)
    assert game.term_weights.of("discriminator", "overfitting") == game.term_weights.of("generator", "overfitting") == 0


def test_a_run_goes_on_with_its_p_bit_for_bit(gan, tmp_path):
    games = [
        gan.ready(SHAPE, **ON | {"augmentation": ON["augmentation"] | {"every": 1, "p": 0.5, "target": 0.99}})
        for _ in range(2)
    ]
    for game in games:
        game.run_eagerly = True  # compiling takes longer than the steps
    contracts.check_goes_on(*games, SHAPE, tmp_path / "at.weights.h5")
    assert float(games[0].state.variables["augmentation_p"].numpy()) == pytest.approx(
        0.4
    )  # down twice, 7 images of 140


def test_turned_on_or_off_is_another_run_and_other_augmentations_are_not(gan):
    def facts(**changes):
        config = gan.config(SHAPE, **changes)
        game, config = from_config.build_game(config, SHAPE)
        game.rehearse(tf.zeros((7, *SHAPE)))
        return compatibility.architecture(config, game)

    plain, ada, other = facts(networks=MLP), facts(**ON), facts(networks=MLP, augmentation={"name": "diffaugment"})
    compatibility.refuse_changes(plain, other)
    with pytest.raises(UserError, match=r"another architecture: augmentation: None -> ada; terms: "):
        compatibility.refuse_changes(plain, ada)
    assert "augmentation" not in plain


@pytest.mark.parametrize("loss", registry.names("adversarial"))
def test_every_loss_says_where_its_logits_change_sides(parts, loss):
    """Where data and samples are equally likely, it is the best logit, or the middle of the best."""
    made, overfitting = registry.build("adversarial", loss), Overfitting(ADA(), {"discriminator"})
    overfitting.watch("discriminator", made)
    if made.boundary is None:
        assert loss in ("wasserstein", "relativistic")
        with pytest.raises(UserError, match="the logits of this loss have no zero between data and samples"):
            overfitting.refuse_unseen("gan", "ada")
        return
    logits = np.linspace(-2, 2, 81, dtype=np.float32)
    both = np.array([float(sum(made.discriminator([[t]], [[t]]).values())) for t in logits])
    assert logits[both < both.min() + 1e-5].mean() == pytest.approx(made.boundary, abs=1e-5)
