"""Messages about keys that the config at hand cannot have."""

import pytest

from ganae_cli.config import schema
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.unknown_key import Chosen, message, owners
from ganae_cli.errors import UnknownSetting

TREE = ConfTree()


@pytest.mark.parametrize(
    ("words", "key", "value", "said"),
    [
        (
            "model=vae",
            "model.critic_steps",
            5,
            "model 'vae' has no use for model.critic_steps: only gan has it; choose model=gan, or leave it out",
        ),
        (
            "model=gan",
            "model.sampler",
            "gmm",
            "model 'gan' has no use for model.sampler: only autoencoder, contractive_aegan, vae have it; "
            "choose one of them with model=NAME, or leave it out",
        ),
        (
            "dataset=ring",
            "dataset.image_size",
            16,
            "dataset 'ring' has no use for dataset.image_size: only arrays, cifar10, cifar100, digits, fashion_mnist, "
            "image_folder, mnist, stacked_mnist, tfds have it; "
            "choose one of them with dataset=NAME, or leave it out",
        ),
        (
            "network@networks.encoder=auto",
            "networks.encoder.depth",
            2,
            "network 'auto' has no use for networks.encoder.depth: only dcgan, mlp, r3gan, resnet, squeeze have it; "
            "choose one of them with network@networks.encoder=NAME, or leave it out",
        ),
        (
            "optimizer=sgd",
            "optimizer.beta_1",
            0.5,
            "optimizer 'sgd' has no use for optimizer.beta_1: only adam has it; choose optimizer=adam, or leave it out",
        ),
        (
            "optimizer=adam",
            "optimizer.discriminator.momentum",
            0.5,
            "optimizer 'adam' has no use for optimizer.discriminator.momentum: only rmsprop, sgd have it; "
            "choose one of them with optimizer=NAME, or leave it out",
        ),
        ("model=gan", "optimizer.slope", 1, "unknown setting 'optimizer.slope' (optimizer 'adam' has: beta_1, "),
        ("model=gan", "networks.generator.slope", 1, "unknown setting 'networks.generator.slope' (networks.generator "),
        ("model=gan", "nonsense", 1, "unknown setting 'nonsense' (a config has: augmentation, dataset, evaluation, "),
        ("model=gan", "train.nonsense", 1, "unknown setting 'train.nonsense' (train has: batch_size, "),
        ("model=gan", "model.zdim", 1, "unknown setting 'model.zdim'; did you mean 'model.z_dim'?"),
    ],
)
def test_messages(changed, words, key, value, said):
    with pytest.raises(UnknownSetting) as refusal:
        schema.check(changed(key, value, words))
    assert str(refusal.value).startswith(said)
    assert refusal.value.key == key


def test_a_penalty_of_a_network_that_the_model_lacks_is_not_suggested(changed):
    """`target` is an option of penalties on discriminators, and of sparsity, which is on encoders."""
    for model, penalty in (("gan", "dragan"), ("vae", "sparsity")):
        with pytest.raises(UnknownSetting) as refusal:
            schema.check(changed("targets", 1.0, f"model={model}"))
        assert str(refusal.value) == f"unknown setting 'targets'; did you mean 'loss.penalties.{penalty}.target'?"


def test_owners_are_parts_and_not_their_variants():
    assert owners("critic_steps", "model", TREE) == ["gan"]
    assert owners("no such option", "model", TREE) == []


def test_without_a_part_the_section_is_named():
    said = message("train.x", 1, {"steps": 1, "ema": 0.0}, ["train.steps", "train.ema"], None, TREE)
    assert said == "unknown setting 'train.x' (train has: ema, steps)"
    chosen = Chosen("dataset", "mine", "dataset")
    said = message("dataset.x", 1, {"name": "mine", "speed": 1}, ["dataset.speed"], chosen, TREE)
    assert said == "unknown setting 'dataset.x' (dataset 'mine' has: speed)"
