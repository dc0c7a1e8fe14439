"""Which model is taken where none is chosen: the rule, and datasets that cannot be looked at."""

from pathlib import Path

import pytest

from ganae_cli.builders import suited_model
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.datasets.outline import Outline

TREE = ConfTree()
FEW, MANY = suited_model.FEW - 1, suited_model.FEW


@pytest.mark.parametrize(
    ("dataset", "held", "model"),
    [
        ("digits", Outline("images", 1498, 8, 8, 1), "aegan"),
        ("digits", Outline("images", 1498, 32, 32, 1), "aegan"),
        ("ring", Outline("points"), "aegan"),
        ("tabular", Outline("points", 100_000), "aegan"),
        ("audio_folder", Outline("sounds", 5000, 64, 64, 1), "aegan"),
        ("image_folder", Outline("images", 5000, 64, 8, 3), "aegan"),
        ("image_folder", Outline("images", FEW, 32, 32, 3), "contractive_autoencoder"),
        ("image_folder", Outline("images", MANY, 32, 32, 3), "aegan"),
        ("image_folder", Outline("images", MANY), "aegan"),
        ("mnist", Outline("images", 60_000, 28, 28, 1), "contractive_aegan"),
        ("tfds", Outline("images"), "aegan"),
        ("mine", None, "aegan"),
    ],
)
def test_the_rule(dataset, held, model):
    assert suited_model.suited(dataset, held).model == model


def test_the_rule_names_models_that_need_no_other_run_to_begin_with():
    text = Path(suited_model.__file__).read_text()
    named = {model for model in TREE.options("model") if f'"{model}"' in text}
    assert suited_model.DEFAULT in named
    assert named <= set(TREE.options("model")) - {"auto", "latent_gan"}


def test_auto_is_the_default_model():
    """Composed, it is: what is not replaced has the default model's settings."""
    auto, default = TREE.part("model", "auto"), TREE.part("model", suited_model.DEFAULT)
    assert (auto.options, auto.comments, auto.roles) == (default.options, default.comments, default.roles)


@pytest.mark.parametrize(
    ("options", "stated"),
    [
        ({"name": "image_folder", "path": "no/such/folder", "image_size": None, "channels": "auto"}, ""),
        ({"name": "mnist", "image_size": "16,32"}, "60,000 images of 28x28x1"),
        ({"name": "stacked_mnist", "count": "10,20"}, "128,000 images of 28x28x3"),
        ({"name": "mnist", "validation_fraction": "half"}, "60,000 images of 28x28x1"),
    ],
)
def test_what_cannot_be_looked_at_is_not_decided(options, stated):
    assert suited_model.of_dataset(options, stated) is None
