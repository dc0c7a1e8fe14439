"""Conditional models draw the class that is asked for: digits, default settings, 9,000 steps; minutes, `-m slow`.

A classifier of the training images, 97 % accurate on held-out ones, looks at 2,000 samples, 200 of each class.
"""

import pytest

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training

pytestmark = pytest.mark.slow

GANS = [("gan", mode) for mode in ("concat", "embedding", "projection", "auxiliary")]
OTHERS = [("autoencoder", "concat"), ("vae", "concat"), ("aegan", "projection")]


@pytest.mark.parametrize(("model", "condition"), [*GANS, *OTHERS])
def test_the_class_that_is_asked_for_is_the_class_that_a_classifier_sees(compose, tmp_path, model, condition):
    words = ("train.sample_every=9000", "train.checkpoint_every=9000", "hardware.threads=1")
    config = compose(f"model={model}", f"model.condition={condition}", *words)
    assert training.train(config, tmp_path / "run")[0] == 0
    found = RunFolder(tmp_path / "run").status()["metrics"]
    assert found["label_accuracy"] >= 0.9
    assert found["smallest_label_accuracy"] >= 0.8
    assert found["smallest_class"] >= 0.05  # a tenth of all samples is of each class
