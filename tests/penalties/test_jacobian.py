"""The contractive penalty's estimators against the closed form in NumPy, and its independence of the codes' scale."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.networks.layers.code_layers import with_code_layers
from ganae_cli.networks.mlp import MLP
from ganae_cli.penalties.jacobian import ESTIMATORS, Contractive, DecoderGradient
from ganae_cli.runtime.rng import Noise

COUNT, SHAPE, UNITS = 5, (2, 3, 1), 4
PLAIN = {"scale_free": False}


def noise_of(step=0, count=COUNT):
    return Noise(seed=0, step=step, count=count)


@pytest.fixture
def x():
    return tf.constant(np.random.default_rng(0).normal(size=(COUNT, *SHAPE)), tf.float32)


@pytest.fixture
def encoder():
    """An encoder of one sigmoid layer."""
    keras.utils.set_random_seed(1)
    return with_code_layers(MLP(depth=0).down(SHAPE, UNITS), 0, "sigmoid")


@pytest.fixture
def deep():
    keras.utils.set_random_seed(1)
    return MLP(width=8, depth=2, activation="tanh").down(SHAPE, UNITS)


def jacobians(encoder, x):
    """Return diag(h (1 - h)) W^T of each sample, (count, units, inputs), in float64."""
    kernel, bias = (v.numpy().astype(float) for v in encoder.variables)
    h = 1 / (1 + np.exp(-(np.asarray(x, float).reshape(len(x), -1) @ kernel + bias)))
    return (h * (1 - h))[:, :, None] * kernel.T[None]


def squares(jacobian):
    return (jacobian**2).sum(axis=(1, 2)).mean()


def value(encoder, x, step=0, **options):
    return float(Contractive(**options)(encoder, x, None, noise_of(step, len(x))))


@pytest.mark.parametrize("estimator", ["exact", "closed_form"])
def test_exact_estimators_are_the_closed_form(encoder, x, estimator):
    found = value(encoder, x, estimator=estimator, **PLAIN)
    assert found == pytest.approx(squares(jacobians(encoder, x)), rel=1e-5)


@pytest.mark.slow
def test_hutchinson_is_the_closed_form_in_the_mean(encoder, x):
    found = [value(encoder, x, step, estimator="hutchinson", **PLAIN) for step in range(300)]
    expected, error = squares(jacobians(encoder, x)), np.std(found) / np.sqrt(len(found))
    assert abs(np.mean(found) - expected) < 3 * error
    assert error < 0.02 * expected
    assert np.std(found) > 0.01 * expected


def test_hutchinson_is_v_J_with_v_of_plus_and_minus_one(encoder, x):
    v = np.where(noise_of().uniform(UNITS).numpy() < 0.5, -1.0, 1.0)
    expected = (np.einsum("bu,bui->bi", v, jacobians(encoder, x)) ** 2).sum(axis=1).mean()
    assert value(encoder, x, estimator="hutchinson", **PLAIN) == pytest.approx(expected, rel=1e-5)


class Given:
    """Noise with given numbers."""

    def __init__(self, u):
        self.u = u

    def normal(self, *shape):
        return self.u


def test_finite_difference_errs_by_the_square_of_its_step(encoder, x):
    """Mean over u and -u, which cancels the odd orders; for an infinitely small step it is ||J u||^2."""
    u = noise_of().normal(*SHAPE)
    exact = (np.einsum("bui,bi->bu", jacobians(encoder, x), u.numpy().reshape(COUNT, -1)) ** 2).sum(axis=1).mean()
    errors = []
    for sigma in (0.02, 0.2, 0.4):
        penalty = Contractive(estimator="finite_difference", sigma=sigma, scale_free=False)
        errors.append(np.mean([float(penalty(encoder, x, None, Given(way * u))) for way in (1, -1)]) - exact)
    assert abs(errors[0]) < 2e-3 * exact
    assert errors[2] / errors[1] == pytest.approx(4, rel=0.2)


@pytest.mark.parametrize("estimator", ["exact", "hutchinson"])
def test_a_deep_encoder_against_the_batch_jacobian(deep, x, estimator):
    with tf.GradientTape() as tape:
        tape.watch(x)
        z = deep(x)
    jacobian = tape.batch_jacobian(z, x).numpy().reshape(COUNT, UNITS, -1)
    v = np.where(noise_of().uniform(UNITS).numpy() < 0.5, -1.0, 1.0)
    expected = jacobian if estimator == "exact" else np.einsum("bu,bui->bi", v, jacobian)[:, None]
    assert value(deep, x, estimator=estimator, **PLAIN) == pytest.approx(squares(expected), rel=1e-4)


@pytest.mark.parametrize("estimator", ["exact", "closed_form"])
def test_the_second_order_term_compares_jacobians_at_two_points(encoder, x, estimator):
    given = {"estimator": estimator, "hessian": 3.0, "hessian_sigma": 0.5}
    moved = x + 0.5 * noise_of().normal(*SHAPE)
    here, there = jacobians(encoder, x), jacobians(encoder, moved)
    assert value(encoder, x, **given, **PLAIN) == pytest.approx(squares(here) + 3 * squares(here - there), rel=1e-4)


def test_the_second_order_term_has_one_probe_for_both_points(encoder, x):
    """A linear encoder has the same Jacobian everywhere, so the term is 0; two probes would differ."""
    linear = MLP(depth=0).down(SHAPE, UNITS)
    for estimator in ("hutchinson", "exact"):
        found = [value(linear, x, estimator=estimator, hessian=h, **PLAIN) for h in (0.0, 100.0)]
        assert found[0] == pytest.approx(found[1], rel=1e-4)


def rescale(encoder, c):
    """Multiply kernel and bias of the last layer by c, which an untied decoder could undo."""
    for variable in encoder.layers[-1].variables:
        variable.assign(c * variable)


@pytest.mark.parametrize("estimator", ["exact", "hutchinson", "finite_difference"])
def test_rescaling_the_code_does_not_lower_the_scale_free_form(deep, x, estimator):
    """The plain form falls by c^2; the scale-free form stays the same, down to codes of 1e-8."""
    free, plain = (value(deep, x, estimator=estimator, scale_free=s) for s in (True, False))
    for c in (0.1, 1e-3, 1e-4):
        rescale(deep, c)
        plain *= c**2
        assert value(deep, x, estimator=estimator, scale_free=True) == pytest.approx(free, rel=1e-2)
        assert value(deep, x, estimator=estimator, scale_free=False) == pytest.approx(plain, rel=1e-2)


def test_the_scale_free_form_divides_by_the_variance_of_the_batch_and_differentiates_it(encoder, x):
    """Its gradient along the codes' scale is 0, which it would not be with a constant variance."""
    z = encoder(x).numpy()
    expected = squares(jacobians(encoder, x)) / z.var(axis=0).sum()
    assert value(encoder, x, estimator="exact", scale_free=True) == pytest.approx(expected, rel=1e-4)
    scale = tf.Variable(1.0)

    class Scaled:
        input_shape, output_shape = encoder.input_shape, encoder.output_shape

        def __call__(self, x, training):
            return scale * encoder(x, training=training)

    for free in (True, False):
        with tf.GradientTape() as tape:
            found = Contractive(estimator="exact", scale_free=free)(Scaled(), x, None, noise_of())
        gradient = float(tape.gradient(found, scale))
        assert gradient == pytest.approx(0.0 if free else 2 * squares(jacobians(encoder, x)), abs=1e-4)


def test_constant_codes_have_penalty_0_and_finite_gradients(encoder, x):
    encoder.layers[1].kernel.assign(0 * encoder.layers[1].kernel)
    for estimator in ESTIMATORS:
        with tf.GradientTape() as tape:
            found = Contractive(estimator=estimator)(encoder, x, None, noise_of())
        assert float(found) == 0
        assert all(np.isfinite(g).all() for g in tape.gradient(found, encoder.trainable_variables) if g is not None)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("hessian", [0.0, 0.5])
def test_double_gradients_agree_with_and_without_jit(encoder, x, estimator, hessian):
    def both():
        with tf.GradientTape() as tape:
            found = Contractive(estimator=estimator, hessian=hessian, sigma=0.1)(encoder, x, None, noise_of())
        return found, tape.gradient(found, encoder.trainable_variables)

    eager, compiled = both(), tf.function(both, jit_compile=True)()
    assert float(eager[0]) == pytest.approx(float(compiled[0]), rel=1e-3)
    for one, other in zip(eager[1], compiled[1], strict=True):
        assert np.abs(one).max() > 0
        np.testing.assert_allclose(one, other, rtol=5e-3, atol=1e-3)


def test_the_closed_form_is_refused_for_anything_but_one_sigmoid_layer(deep, x):
    for network in (
        deep,
        MLP(depth=0).down(SHAPE, UNITS),
        with_code_layers(MLP(depth=0).down(SHAPE, UNITS), 0, "tanh"),
        with_code_layers(MLP(depth=0).down(SHAPE, UNITS), 1, "sigmoid"),
        with_code_layers(deep, 0, "sigmoid"),
    ):
        with pytest.raises(UserError, match=r"closed_form is of one dense layer and a sigmoid: set .*depth=0"):
            value(network, x, estimator="closed_form")


def test_an_unknown_estimator_is_refused():
    with pytest.raises(UserError, match=r"must be one of exact, .*, got 'hutchinsen'; did you mean 'hutchinson'"):
        Contractive(estimator="hutchinsen")


@pytest.mark.slow
def test_decoder_gradient_is_the_squared_jacobian_of_the_image_by_the_code():
    """For one probe the squared norm of v^T J; in the mean over probes that of J."""
    keras.utils.set_random_seed(0)
    decoder = MLP(width=8, depth=1).up(3, SHAPE)
    z = tf.constant(np.random.default_rng(0).normal(size=(COUNT, 3)), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(z)
        images = decoder(z)
    jacobian = tape.batch_jacobian(images, z).numpy().reshape(COUNT, -1, 3)
    v = np.where(noise_of().uniform(*SHAPE).numpy() < 0.5, -1.0, 1.0).reshape(COUNT, -1)
    expected = (np.einsum("bp,bpk->bk", v, jacobian) ** 2).sum(axis=1).mean()
    assert float(DecoderGradient()(decoder, z, None, noise_of())) == pytest.approx(expected, rel=1e-4)
    found = [float(DecoderGradient()(decoder, z, None, noise_of(step))) for step in range(300)]
    assert abs(np.mean(found) - squares(jacobian)) < 3 * np.std(found) / np.sqrt(len(found))


def test_decoder_gradient_reaches_the_encoder_through_the_codes():
    decoder, z = MLP(width=8, depth=1, activation="tanh").up(3, (2,)), tf.Variable(tf.ones((COUNT, 3)))
    with tf.GradientTape() as tape:
        found = DecoderGradient()(decoder, 1.0 * z, None, noise_of())
    assert np.abs(tape.gradient(found, z)).max() > 0
