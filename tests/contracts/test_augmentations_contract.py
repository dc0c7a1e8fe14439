"""Every augmentation keeps its contract, and goes with every model that has a discriminator of images."""

import numpy as np
import pytest

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.config.chosen import AUTO
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError
from ganae_cli.testing import check_augmentation
from ganae_cli.testing.games import play_step

from_config.import_parts()
TREE = ConfTree()
NAMES = [name for name in registry.names("augmentation") if name != "none"]
SHAPE = (8, 8, 1)
WITHOUT = {  # models without a discriminator of images
    *("aae", "autoencoder", "beta_tcvae", "beta_vae", "contractive_autoencoder", "denoising_autoencoder", "irmae"),
    *("latent_gan", "rae", "sparse_autoencoder", "squeeze_autoencoder", "vae", "wae_gan", "wae_mmd"),
}
WITHOUT_ZERO = {"began", "r3gan", "wgan", "wgan_gp"}  # without logits, or only their differences count
OTHERS = {  # which differ from another by nothing that an augmentation meets
    *("ali", "alice", "alpha_gan", "contractive_aegan", "dcgan", "dragan", "lsgan", "sngan", "squeezegan", "veegan"),
    *("r3gan", "wgan", "wgan_gp"),
}
ADVERSARIAL = [
    pytest.param(model, marks=[pytest.mark.slow] if model in OTHERS else [])
    for model in TREE.options("model")
    if model not in WITHOUT | {AUTO}
]


def settings(option, **changes):
    return {"augmentation": dict(TREE.part("augmentation", option).options) | changes}


@pytest.mark.parametrize("name", NAMES)
def test_every_augmentation(name):
    check_augmentation(name)


@pytest.mark.parametrize("model", sorted(WITHOUT))
def test_a_model_without_a_discriminator_of_images_says_so(configure, model):
    config = configure(model, SHAPE, **settings("diffaugment"))
    with pytest.raises(UserError, match="has no use for augmentation=diffaugment: it has no discriminator of images"):
        from_config.build_game(config, SHAPE)


@pytest.mark.parametrize("model", ADVERSARIAL)
def test_every_adversarial_model_trains_and_adapts_or_says_why_not(ready, configure, model):
    """All that discriminators see is changed, data and samples, and the generator moves.

    Colours alone, as other transforms take long where nothing is compiled.
    """
    option, changes = "ada", {"p": 1.0} | dict.fromkeys(("flip", "rotate90", "translation", "geometry"), False)
    if model in WITHOUT_ZERO:
        with pytest.raises(UserError, match=r"augmentation=ada follows .* use diffaugment"):
            from_config.build_game(configure(model, SHAPE, **settings("ada")), SHAPE)
        option, changes = "diffaugment", {}
    game = ready(model, SHAPE, **settings(option, **changes))
    given, taken = [], game.augment.augmentation
    game.augment.augmentation = lambda images, noise: given.append(images) or taken(images, noise)
    generator = game.network("generator").trainable_variables
    before = [v.numpy() for v in generator]
    if option == "ada":
        judge = game.network("pair_discriminator" if "pair_discriminator" in game.roles else "discriminator")
        judge.trainable_variables[-1].assign([3.0])  # its bias: it takes everything for data
    logs = play_step(game, SHAPE)
    assert np.isfinite(list(logs.values())).all()
    assert any((v.numpy() != value).any() for v, value in zip(generator, before, strict=True))
    assert len({one.ref() for one in given}) >= 2  # of data, and of samples
    measured = {name.partition(".")[2]: value for name, value in logs.items()}
    assert option != "ada" or (measured["overfitting"], measured["augmentation_p"]) == (1.0, 1.0)
