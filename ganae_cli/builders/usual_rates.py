"""Learning rate and momentum of Adam where the config leaves them open: they suit the kind of model.

An autoencoder has no opponent and learns at the rate and momentum of Adam's paper (Kingma and Ba 2015,
arXiv:1412.6980). A GAN has half the momentum, as in DCGAN (arXiv:1511.06434), whose learning rate of 2e-4 suits dense
networks; convolutional ones with batch normalisation learn faster, and no worse, at five times the rate.
"""

from collections.abc import Mapping
from typing import Any

DENSE = "mlp"
ALONE, AGAINST = 0.9, 0.5  # β1 without a discriminator and with one
FAST, SLOW = 1e-3, 2e-4


def settle(options: Mapping[str, Any], networks: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Return values for what the section `optimizer` leaves open (null), under dotted keys.

    networks: role -> its options, with its name.

    >>> settle({"learning_rate": None, "beta_1": None}, {"encoder": {"name": "mlp"}, "decoder": {"name": "mlp"}})
    {'optimizer.learning_rate': 0.001, 'optimizer.beta_1': 0.9}
    >>> settle({"learning_rate": None, "beta_1": 0.0}, {"generator": {"name": "mlp"}, "discriminator": {"name": "mlp"}})
    {'optimizer.learning_rate': 0.0002}
    """
    is_alone = not any(role.endswith("discriminator") for role in networks)
    is_dense = all(network["name"] == DENSE for network in networks.values())
    usual = {"learning_rate": SLOW if is_dense and not is_alone else FAST, "beta_1": ALONE if is_alone else AGAINST}
    return {f"optimizer.{key}": value for key, value in usual.items() if key in options and options[key] is None}
