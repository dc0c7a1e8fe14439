"""The contracts that ganae holds over its own parts, for the authors of other parts.

    from ganae_cli.testing import check_model

    def test_my_model():
        check_model("denoiser", plugins=["my_package"], config_folders=["conf"])

A check raises AssertionError, with one sentence on what does not hold. The checks are small: tiny networks, random
data, a few steps. ganae's own tests run the same functions over everything registered.
"""

from ganae_cli.testing.augmentations import check_augmentation
from ganae_cli.testing.datasets import check_dataset
from ganae_cli.testing.losses import check_adversarial, check_penalty, check_reconstruction
from ganae_cli.testing.models import check_model
from ganae_cli.testing.networks import check_network
from ganae_cli.testing.yaml_files import check_yaml

__all__ = [
    "check_adversarial",
    "check_augmentation",
    "check_dataset",
    "check_model",
    "check_network",
    "check_penalty",
    "check_reconstruction",
    "check_yaml",
]
