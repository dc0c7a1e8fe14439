"""Reconstruction losses against values worked out by hand and NumPy in float64."""

import math

import numpy as np
import pytest
import tensorflow as tf

from ganae_cli.errors import UserError
from ganae_cli.losses import reconstruction


def image(*pixels):
    return tf.reshape(tf.constant(pixels, tf.float32), (1, 1, -1, 1))


def test_mse_and_mae_are_means_over_everything():
    x, x_hat = image(0, 0, 1, -1), image(1, 0, 1, 1)
    assert float(reconstruction.mse()(x, x_hat)) == (1 + 0 + 0 + 4) / 4
    assert float(reconstruction.mae()(x, x_hat)) == (1 + 0 + 0 + 2) / 4
    twice = tf.concat([x, x], 0), tf.concat([x_hat, x_hat], 0)
    assert float(reconstruction.mse()(*twice)) == (1 + 0 + 0 + 4) / 4


def gaussian(error, scale):
    return 0.5 * (error / scale) ** 2 + np.log(scale * math.sqrt(2 * math.pi))


def laplace(error, scale):
    return np.abs(error) / scale + np.log(2 * scale)


@pytest.mark.parametrize(("name", "cost"), [("calibrated_mse", gaussian), ("calibrated_mae", laplace)])
def test_calibrated_losses_are_the_smallest_negative_log_likelihood_of_any_scale(name, cost):
    random = np.random.default_rng(0)
    x, x_hat = random.uniform(-1, 1, (2, 3, 4, 5, 2))
    best = min(np.mean(cost(x - x_hat, scale)) for scale in np.linspace(0.2, 2, 2000))
    found = getattr(reconstruction, name)()(tf.constant(x), tf.constant(x_hat))
    assert float(found) == pytest.approx(best, abs=0.005)  # SMALLEST_SCALE is added to the scale


@pytest.mark.parametrize(("name", "power", "factor"), [("calibrated_mse", 2, 0.5), ("calibrated_mae", 1, 1.0)])
def test_the_gradient_of_a_calibrated_loss_is_that_of_the_plain_one_over_its_scale(name, power, factor):
    """d log(m) = dm / m: the same direction, so that only its share beside other terms changes. m = 0.25 or 0.5."""
    x, x_hat = image(0, 0), image(0.5, -0.5)
    gradients = []
    for loss in (name, name.removeprefix("calibrated_")):
        with tf.GradientTape() as tape:
            tape.watch(x_hat)
            value = getattr(reconstruction, loss)()(x, x_hat)
        gradients.append(tape.gradient(value, x_hat).numpy())
    scale = 0.5**power + math.exp(-6) ** power
    np.testing.assert_allclose(gradients[0], factor / scale * gradients[1], rtol=1e-5)


def test_bce_by_hand():
    """White against p = 1/2 costs log 2; grey t = 1/2 against p = 3/4 costs -log(3/4)/2 - log(1/4)/2."""
    assert float(reconstruction.bce()(image(1), image(0))) == pytest.approx(math.log(2), rel=1e-5)
    expected = -(math.log(0.75) + math.log(0.25)) / 2
    assert float(reconstruction.bce()(image(0), image(0.5))) == pytest.approx(expected, rel=1e-5)


def test_bce_against_numpy():
    random = np.random.default_rng(0)
    x, x_hat = random.uniform(-1, 1, (2, 3, 4, 5, 2))
    t, p = (1 + x) / 2, (1 + x_hat) / 2
    expected = np.mean(-t * np.log(p) - (1 - t) * np.log(1 - p))
    assert float(reconstruction.bce()(tf.constant(x), tf.constant(x_hat))) == pytest.approx(expected, rel=1e-4)


def test_bce_of_a_saturated_tanh_is_finite_with_a_gradient():
    x_hat = image(-1, 1)
    with tf.GradientTape() as tape:
        tape.watch(x_hat)
        loss = reconstruction.bce()(image(1, -1), x_hat)
    assert float(loss) == pytest.approx(-math.log(1e-6), rel=1e-2)
    gradient = tape.gradient(loss, x_hat).numpy().ravel()
    assert np.isfinite(gradient).all()
    assert gradient[0] < 0 < gradient[1]


def test_bce_refuses_points():
    with pytest.raises(UserError, match="points"):
        reconstruction.bce()(tf.zeros((4, 2)), tf.zeros((4, 2)))


@pytest.mark.parametrize("name", ["mse", "mae", "calibrated_mse", "calibrated_mae", "bce", "ssim"])
def test_shapes_that_would_broadcast_are_refused(name):
    with pytest.raises(ValueError, match="shape"):
        getattr(reconstruction, name)()(tf.zeros((4, 2, 2, 1)), tf.zeros((4, 2, 2, 3)))


@pytest.mark.parametrize("name", ["mse", "mae", "calibrated_mse", "calibrated_mae", "bce", "ssim"])
def test_half_precision_is_computed_in_float32(name):
    x = tf.cast(tf.fill((1, 8, 8, 1), 0.1), tf.float16)
    loss = getattr(reconstruction, name)()(x, x + 0.0005)
    assert loss.dtype == tf.float32


def ssim_by_numpy(x, y, window):
    """Return the mean SSIM of grey images in [0, 1] over all windows: Wang et al. 2004, equation 13."""
    offsets = np.arange(window) - window // 2
    weights = np.exp(-(offsets[:, None] ** 2 + offsets**2) / (2 * 1.5**2))
    weights /= weights.sum()
    found = []
    for i in range(x.shape[0] - window + 1):
        for j in range(x.shape[1] - window + 1):
            a, b = x[i : i + window, j : j + window], y[i : i + window, j : j + window]
            m, n = (weights * a).sum(), (weights * b).sum()
            s, t = (weights * (a - m) ** 2).sum(), (weights * (b - n) ** 2).sum()
            c = (weights * (a - m) * (b - n)).sum()
            found.append((2 * m * n + 0.01**2) * (2 * c + 0.03**2) / ((m**2 + n**2 + 0.01**2) * (s + t + 0.03**2)))
    return np.mean(found)


@pytest.mark.parametrize(("shape", "window"), [((14, 12), 11), ((8, 9), 7), ((9, 30), 9)])
def test_ssim_against_numpy(shape, window):
    """The largest odd window that fits; the mean over two images and two channels."""
    random = np.random.default_rng(0)
    x, x_hat = random.uniform(-1, 1, (2, 2, *shape, 2))
    pairs = [((1 + x[i, ..., c]) / 2, (1 + x_hat[i, ..., c]) / 2) for i in range(2) for c in range(2)]
    expected = 1 - np.mean([ssim_by_numpy(a, b, window) for a, b in pairs])
    found = reconstruction.ssim()(tf.constant(x, tf.float32), tf.constant(x_hat, tf.float32))
    assert float(found) == pytest.approx(expected, rel=1e-4)
    assert 0.5 < expected < 1.5


def test_ssim_of_an_image_with_itself_is_0_and_has_a_gradient_with_and_without_jit():
    x = tf.constant(np.random.default_rng(0).uniform(-1, 1, (2, 8, 8, 1)), tf.float32)
    assert float(reconstruction.ssim()(x, x)) == pytest.approx(0, abs=1e-6)

    def gradient():
        with tf.GradientTape() as tape:
            other = tf.zeros_like(x)
            tape.watch(other)
            value = reconstruction.ssim()(x, other)
        return tape.gradient(value, other)

    eager, compiled = gradient(), tf.function(gradient, jit_compile=True)()
    assert np.abs(eager).max() > 0
    np.testing.assert_allclose(eager, compiled, rtol=1e-3, atol=1e-6)


def test_ssim_refuses_points():
    with pytest.raises(UserError, match="points"):
        reconstruction.ssim()(tf.zeros((4, 2)), tf.zeros((4, 2)))
