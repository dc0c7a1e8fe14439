"""Conditional games: which networks get labels, what class terms are, and that a step uses the labels of its rows."""

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.engine import Parts, step
from ganae_cli.engine.condition import Condition
from ganae_cli.errors import UserError
from ganae_cli.networks.layers.label_layers import ClassHead, JoinEmbedding, JoinLabel, LabelProjection, NoteInput
from tests.games import LOSSES, ROLES

CLASSES = ("cat", "dog", "owl")


@pytest.fixture
def conditional(parts, tiny):
    """`conditional("gan", "concat")` -> the game on points, its networks perceptrons."""

    def made(name, mode, options=None, **losses):
        networks = {role: {"name": "mlp", "width": 8, "depth": 1} for role in ROLES[name]}
        given = Parts((2,), networks, condition=Condition(mode, CLASSES, tuple(networks)), **(LOSSES[name] | losses))
        return parts.build("model", name, parts=given, z_dim=tiny.z_dim, **(options or {}))

    return made


@pytest.fixture
def batch(tiny):
    return tiny.data(), tf.constant(np.arange(tiny.count) % 3, tf.int32)


def kinds(network):
    return [type(layer) for layer in (network.layers[0], network.layers[-1])]


def test_each_mode_gives_labels_to_generator_and_discriminator_in_its_way(conditional):
    found = {mode: conditional("gan", mode) for mode in ("concat", "embedding", "projection", "auxiliary")}
    assert {mode: kinds(game.generator)[0] for mode, game in found.items()} == {
        "concat": JoinLabel,
        "embedding": JoinEmbedding,
        "projection": JoinEmbedding,
        "auxiliary": JoinEmbedding,
    }
    assert kinds(found["concat"].discriminator)[0] is JoinLabel
    assert kinds(found["embedding"].discriminator)[0] is JoinEmbedding
    assert kinds(found["projection"].discriminator)[1] is LabelProjection
    assert kinds(found["auxiliary"].discriminator) == [NoteInput, ClassHead]
    assert {game.generator.input_shape for game in found.values()} == {(None, 3)}  # codes alone, as without labels


def test_encoders_and_discriminators_of_codes_get_no_label(conditional):
    game = conditional("aegan", "concat")
    knows = {role: kinds(game.network(role))[0] is JoinLabel for role in game.roles}
    assert knows == {"encoder": False, "generator": True, "discriminator": True, "code_discriminator": False}


def test_of_a_discriminator_of_pairs_the_last_network_judges_the_class(conditional):
    body, head = (conditional("bigan", "projection").network(role) for role in ("discriminator", "pair_discriminator"))
    assert kinds(head)[1] is LabelProjection
    assert not {LabelProjection, JoinEmbedding} & set(kinds(body))
    body, head = (conditional("bigan", "concat").network(role) for role in ("discriminator", "pair_discriminator"))
    assert kinds(body)[0] is JoinLabel
    assert kinds(head)[0] is not JoinLabel


def test_without_a_condition_networks_are_what_they_were(tiny, conditional):
    plain, none = tiny.build("gan"), conditional("gan", "none")
    for one, other in zip(tiny.networks_of(plain), tiny.networks_of(none), strict=True):
        assert [type(layer) for layer in one.layers] == [type(layer) for layer in other.layers]
        assert all((v.numpy() == w.numpy()).all() for v, w in zip(one.weights, other.weights, strict=True))


def cross_entropy(logits, labels):
    """Return the mean of log sum_k exp(t_k) - t_y, by NumPy."""
    logits = np.asarray(logits, np.float64)
    return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(logits)), np.asarray(labels)])


def class_logits(game, x):
    features = x
    for layer in game.discriminator.layers[:-1]:
        features = layer(features)
    return game.discriminator.layers[-1].head(features).numpy()


def test_class_terms_are_cross_entropies_of_data_and_of_samples(conditional, tiny, batch):
    game, (x, labels) = conditional("gan", "auxiliary"), batch
    game.rehearse(batch)
    assert [name for name in game.terms if "class" in name] == [
        "discriminator.class_real",
        "discriminator.class_fake",
        "generator.class",
    ]
    with game.condition.given(labels):
        x_hat = game.generator(tiny.codes(), training=True)
    terms = {}
    outputs = step.forward(game, batch)
    for i in range(2):
        step.losses_of_round(game, i, batch, outputs, terms)
    assert float(terms["discriminator.class_real"]) == pytest.approx(cross_entropy(class_logits(game, x), labels), 1e-5)
    fake = cross_entropy(class_logits(game, x_hat), labels)
    assert float(terms["discriminator.class_fake"]) == pytest.approx(fake, 1e-5)
    assert float(terms["generator.class"]) == pytest.approx(fake, 1e-5)
    own = sum(float(terms[f"discriminator.{name}"]) for name in ("real", "fake", "class_real", "class_fake"))
    assert float(terms["discriminator.loss"]) == pytest.approx(own, 1e-5)


@pytest.mark.parametrize("name", ["vaegan", "veegan", "alpha_gan", "hybrid", "aegan", "bigan"])
def test_class_terms_are_of_the_players_that_own_discriminator_or_generator(conditional, batch, name):
    """Also where logits are computed in `forward`; of each player once, however often it asks the discriminator."""
    game = conditional(name, "auxiliary")
    game.rehearse(batch)
    found = {term for term in game.terms if "class" in term}
    maker = "autoencoder" if "autoencoder" in game.players else "generator"
    assert found == {"discriminator.class_real", "discriminator.class_fake", f"{maker}.class"}


def test_penalties_say_nothing_of_classes(conditional, batch):
    """A gradient penalty calls the discriminator between data and samples, which are of no class."""
    values = []
    for penalties in ({}, {"gradient_penalty": {"weight": 1.0}}):
        game, terms = conditional("gan", "auxiliary", penalties=penalties), {}
        step.losses_of_round(game, 0, batch, step.forward(game, batch), terms)
        values.append(float(terms["discriminator.class_fake"]))
    assert values[0] == values[1]


def test_a_relativistic_generator_learns_the_class_of_its_samples_alone(conditional, batch):
    values = []
    for loss in ("relativistic", "non_saturating"):  # the first asks the discriminator about data, too
        game, terms = conditional("gan", "auxiliary", adversarial=loss), {}
        step.losses_of_round(game, 1, batch, step.forward(game, batch), terms)
        values.append(float(terms["generator.class"]))
    assert values[0] == values[1]


def test_a_round_has_the_labels_of_its_own_rows(conditional, tiny):
    """Two discriminator steps: the second plays with every other row from the second on, and so with their labels."""
    game = conditional("gan", "concat", {"critic_steps": 2})
    x, labels = tf.concat([tiny.data(0), tiny.data(1)], 0), tf.constant([0, 1] * tiny.count, tf.int32)
    outputs, seen = [step.forward(game, (x, labels), i) for i in range(2)], []
    for i in range(3):
        step.losses_of_round(game, i, (x, labels), outputs[min(i, 1)], {})
        seen.append(game.condition.labels.now.numpy().tolist())
    assert seen == [[0] * tiny.count, [1] * tiny.count, [1] * tiny.count]


def test_labels_are_forgotten_after_a_step(conditional, batch):
    game = conditional("vaegan", "auxiliary")
    game.rehearse(batch)
    assert game.condition.labels.now is None
    assert game.condition.of_forward == []
    message = r"^this model is conditional \(model.condition=auxiliary\): give the class of each row, labels=…$"
    with pytest.raises(UserError, match=message), game.condition.given(None):
        pass


def test_labels_that_no_network_could_use_are_refused(conditional):
    plain, message = conditional("gan", "none"), r"^this model was trained without labels .* it cannot draw a class$"
    with pytest.raises(UserError, match=message), plain.condition.given([1]):
        pass
    with pytest.raises(UserError, match=r"^model.condition must be one of none, concat, .*, got 'onehot'$"):
        Condition("onehot", CLASSES)
    with pytest.raises(UserError, match=r"^model.condition=concat needs two classes or more, got 1$"):
        Condition("concat", ("cat",))
    with pytest.raises(
        UserError, match=r"^model.condition=concat: model.packing=2 shows .*; set model.condition=none$"
    ):
        conditional("gan", "concat", {"packing": 2})
