"""Learning rate and momentum of Adam where the config leaves them open: they suit the kind of model.

An autoencoder has no opponent and learns at the rate and momentum of Adam's paper (Kingma and Ba 2015,
arXiv:1412.6980). A GAN has half the momentum, as in DCGAN (arXiv:1511.06434), whose learning rate of 2e-4 suits dense
networks; convolutional ones with batch normalisation learn faster, and no worse, at five times the rate.
"""

from collections.abc import Iterable, Mapping
from typing import Any

DENSE = "mlp"
ALONE, AGAINST = 0.9, 0.5  # β1 without a discriminator and with one
FAST, SLOW = 1e-3, 2e-4


def settle(options: Mapping[str, Any], networks: Iterable[str], players: Iterable[str]) -> dict[str, float]:
    """Return values for what the section `optimizer` leaves open (null), under dotted keys; for one player likewise.

    networks: names of the kinds that the model has. players: of the model.

    >>> settle({"learning_rate": None, "beta_1": None}, ["mlp", "mlp"], ["autoencoder"])
    {'optimizer.learning_rate': 0.001, 'optimizer.beta_1': 0.9}
    >>> settle({"learning_rate": None, "beta_1": 0.0}, ["mlp", "mlp"], ["discriminator", "generator"])
    {'optimizer.learning_rate': 0.0002}
    """
    is_alone = not any(player.endswith("discriminator") for player in players)
    rate = SLOW if set(networks) == {DENSE} and not is_alone else FAST
    usual = {"learning_rate": rate, "beta_1": ALONE if is_alone else AGAINST}
    found = {key: value for key, value in usual.items() if key in options and options[key] is None}
    shared = dict(options) | found
    own = {
        f"{player}.{key}": shared[key]
        for player, section in options.items()
        if isinstance(section, Mapping)
        for key in usual
        if key in section and section[key] is None and key in shared
    }
    return {f"optimizer.{key}": value for key, value in (found | own).items()}
