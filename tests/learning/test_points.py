"""Results of training with the shipped settings, measured: minutes each. `python -m pytest -m slow`."""

import subprocess
import sys

import numpy as np
import pytest

from ganae_cli import load
from ganae_cli.datasets.digits import digits
from ganae_cli.metrics.classifier import classifier_metrics, train_classifier
from ganae_cli.metrics.modes import modes_3std
from ganae_cli.metrics.novelty import novelty

pytestmark = pytest.mark.slow


def trained(folder, *words: str):
    command = [sys.executable, "-m", "ganae_cli", "train", f"hydra.run.dir={folder}", *words]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return load(folder)


def test_default_run_draws_recognisable_varied_new_digits(tmp_path):
    samples, data = trained(tmp_path / "run").sample(2000, seed=1), digits()
    classifier = train_classifier(data.train, data.train_labels)
    found = classifier_metrics(samples, data.test, classifier, data.test_labels)
    assert found["recognised"] >= 0.7
    assert found["smallest_class"] >= 0.03
    assert found["largest_class"] <= 0.25
    assert found["smallest_spread"] >= 0.6
    assert novelty(samples, data.train, data.test) >= 0.8


def test_ring_is_covered_with_its_spread(tmp_path):
    samples = trained(tmp_path / "run", "experiment=ring").sample(2500, seed=1)
    centres = np.stack([np.cos(np.arange(8) * np.pi / 4), np.sin(np.arange(8) * np.pi / 4)], axis=1)
    found = modes_3std(samples, centres, 0.01)
    assert found["modes"] == 8
    assert found["high_quality"] >= 0.96
    assert found["reverse_kl"] <= 0.02
    assert 0.65 <= found["spread"] <= 1.1
    assert found["smallest_spread"] >= 0.45
    assert found["largest_spread"] <= 1.3


def test_autoencoder_beats_the_mean_image(tmp_path):
    run = trained(tmp_path / "run", "model=autoencoder", "train.steps=2000")
    held_out = digits().test
    error = np.mean((run.reconstruct(held_out) / 255 - held_out / 255) ** 2)
    variance = np.mean((held_out / 255 - (held_out / 255).mean(axis=0)) ** 2)
    assert error < 0.5 * variance  # 0.45 seen: codes of four numbers, learned by absolute errors
