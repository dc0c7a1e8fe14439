"""Each autoencoder learns on digits what its plain twin does not, measured: a minute each, `pytest -m slow`."""

import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
from sklearn.datasets import load_digits

from ganae_cli import load
from ganae_cli.losses import code_statistics

pytestmark = pytest.mark.slow

HELD_OUT = np.rint(load_digits().images * (255 / 16)).astype(np.uint8)[5::6, ..., None]
SHORT = ("train.steps=2000", "loss.reconstruction=mse", "hardware.threads=1")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """`trained("model=vae", …)` -> the opened run; each is trained once."""
    runs = {}

    def train(*words: str):
        if words not in runs:
            folder = tmp_path_factory.mktemp("run") / "run"
            command = [sys.executable, "-m", "ganae_cli", "train", f"hydra.run.dir={folder}", *SHORT, *words]
            done = subprocess.run(command, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            runs[words] = load(folder)
        return runs[words]

    return train


def unexplained(run) -> float:
    """Return the share of the held-out digits' variance that the reconstruction misses: the mean image misses all."""
    x = HELD_OUT / 255
    return np.mean((run.reconstruct(HELD_OUT) / 255 - x) ** 2) / np.mean((x - x.mean(axis=0)) ** 2)


def effective_rank(z) -> float:
    """Return exp of the entropy of the singular values' shares. Roy and Vetterli 2007, EUSIPCO."""
    values = np.linalg.svd(z - z.mean(axis=0), compute_uv=False)
    shares = values / values.sum()
    return float(np.exp(-np.sum(shares * np.log(np.maximum(shares, 1e-12)))))


def relative_slope(run) -> float:
    """Return the exact mean squared norm of the encoder's Jacobian, divided by the variance of its codes."""
    x = tf.constant(HELD_OUT / 127.5 - 1, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        z = run.game.encode(x)
    squares = np.square(tape.batch_jacobian(z, x)).sum(axis=(1, 2, 3, 4))
    return squares.mean() / z.numpy().var(axis=0).sum()


def discrepancy(run) -> float:
    """Return the MMD of all held-out codes from N(0, I)."""
    z = run.encode(HELD_OUT)
    prior = np.random.default_rng(0).normal(size=z.shape).astype(np.float32)
    return float(code_statistics.maximum_mean_discrepancy(tf.constant(z), tf.constant(prior)))


@pytest.mark.parametrize(
    ("model", "most"),
    [
        ("denoising_autoencoder", 0.5),
        ("sparse_autoencoder", 0.25),
        ("contractive_autoencoder", 0.5),
        ("rae", 0.5),
        ("irmae", 0.3),
        ("wae_mmd", 0.5),
        ("vae", 0.5),
        ("beta_vae", 0.7),
        ("beta_tcvae", 0.6),
    ],
)
def test_the_mean_image_is_beaten(trained, model, most):
    assert unexplained(trained(f"model={model}")) < most


def test_the_contractive_code_moves_less_for_its_spread_at_a_like_reconstruction(trained):
    plain, contractive = trained("model=autoencoder"), trained("model=contractive_autoencoder")
    assert relative_slope(contractive) < 0.7 * relative_slope(plain)
    assert unexplained(contractive) < unexplained(plain) + 0.05


def test_linear_layers_lower_the_rank_of_the_codes(trained):
    plain, low = (trained("model=irmae", f"model.linear_layers={n}").encode(HELD_OUT) for n in (0, 4))
    assert effective_rank(low) < 0.6 * effective_rank(plain)


def test_sparse_units_are_seldom_active(trained):
    plain = trained("model=sparse_autoencoder", "loss.penalties.sparsity.weight=0").encode(HELD_OUT)
    sparse = trained("model=sparse_autoencoder").encode(HELD_OUT)
    assert sparse.mean() < 0.15 < 0.3 < plain.mean()


@pytest.mark.parametrize("model", ["wae_mmd", "vae"])
def test_codes_are_near_the_prior_that_samples_are_drawn_from(trained, model):
    assert discrepancy(trained(f"model={model}")) < 0.1 * discrepancy(trained("model=autoencoder"))


def test_regularised_codes_and_weights_are_smaller(trained):
    plain, rae = trained("model=autoencoder"), trained("model=rae")
    assert np.square(rae.encode(HELD_OUT)).mean() < 0.6 * np.square(plain.encode(HELD_OUT)).mean()


def test_a_denoiser_restores_noisy_digits_better(trained):
    x, random = HELD_OUT / 127.5 - 1, np.random.default_rng(0)
    noisy = np.clip(x + 0.5 * random.normal(size=x.shape), -1, 1)
    seen = np.rint((noisy + 1) * 127.5).astype(np.uint8)
    errors = [
        np.mean((trained(f"model={model}").reconstruct(seen) / 127.5 - 1 - x) ** 2)
        for model in ("denoising_autoencoder", "autoencoder")
    ]
    assert errors[0] < 0.9 * errors[1]


def test_a_dearer_prior_carries_less(trained):
    """The measure is the KL divergence of the posterior from the prior in nats: beta 4 against beta 1."""
    nats = []
    for model in ("beta_vae", "vae"):
        game = trained(f"model={model}").game
        mean, log_variance = game.posterior(tf.constant(HELD_OUT / 127.5 - 1, tf.float32), training=False)
        nats.append(float(tf.reduce_mean(tf.reduce_sum(code_statistics.gaussian_kl(mean, log_variance), axis=1))))
    assert 0 < nats[0] < 0.7 * nats[1]
