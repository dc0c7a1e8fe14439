"""What a config leaves open, beside what was settled."""

from ganae_cli.costs.left_open import settled


def test_only_what_was_open_is_listed_and_networks_that_are_alike_share_a_line():
    auto = {"name": "auto", "width": None, "norm": None, "spectral_norm": None}
    dcgan = {"name": "dcgan", "width": 32, "spectral_norm": False, "max_width": 512}
    given = {
        "seed": 0,
        "model": {"z_dim": None, "weights": {"autoencoder": {"reconstruction": None, "fool": 1.0}}},
        "networks": {"generator": auto, "encoder": auto, "code_discriminator": {"name": "mlp", "norm": "none"}},
        "optimizer": {"learning_rate": None, "clipnorm": None},
    }
    after = {
        "seed": 0,
        "model": {"z_dim": 14, "weights": {"autoencoder": {"reconstruction": 35.0, "fool": 1.0}}},
        "networks": {
            "generator": dcgan | {"norm": "batch"},
            "encoder": dcgan | {"norm": "layer"},
            "code_discriminator": {"name": "mlp", "norm": "none"},
        },
        "optimizer": {"learning_rate": 0.001, "clipnorm": None},
    }
    assert settled(given, after) == [
        ("model.z_dim", "14"),
        ("model.weights.autoencoder.reconstruction", "35.0"),
        ("networks.{generator,encoder}.name", "dcgan"),
        ("networks.{generator,encoder}.width", "32"),
        ("networks.generator.norm", "batch"),
        ("networks.encoder.norm", "layer"),
        ("optimizer.learning_rate", "0.001"),
    ]
