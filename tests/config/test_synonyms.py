"""Names of other tools lead to ganae's keys, where the config at hand has them."""

import fnmatch
import functools
import sys

import pytest

from ganae_cli import cli
from ganae_cli.config import schema
from ganae_cli.config.conf_tree import ConfTree, conf_dir, leaves, merged
from ganae_cli.config.schema import Reference
from ganae_cli.config.synonyms import TABLE, find_synonym
from ganae_cli.config.yaml_file import read
from ganae_cli.errors import UnknownSetting

TREE = ConfTree()
KEYS = ["seed", "optimizer.learning_rate", "optimizer.generator.learning_rate", "networks.encoder.width", "train.steps"]
EPOCHS = "ganae counts steps: one epoch is the number of training examples / train.batch_size"


def keys(compose, *words):
    """Return every key of the config that the words compose."""
    from ganae_cli.builders.from_config import plain

    return Reference(plain(compose(*words)), TREE).keys()


def all_keys():
    """Return every key that some config of shipped parts can have."""
    parts = {group: [TREE.part(group, option) for option in TREE.options(group)] for group in TREE.groups()}
    roles = {role for model in parts["model"] for role in model.roles}
    players = {player for model in parts["model"] for player in model.options["weights"]}
    found = dict(leaves({key: value for key, value in read(conf_dir() / "train.yaml")[0].items() if key != "hydra"}))
    for group in ("model", "dataset", "augmentation", "optimizer", "loss", "hardware"):
        found |= leaves({group: merged_all(parts[group])})
    found |= leaves({"networks": {role: merged_all(parts["network"]) for role in roles}})
    found |= leaves({"optimizer": {player: merged_all(parts["optimizer"]) for player in players}})
    found |= leaves(
        {"loss": {"penalties": {name: TREE.part("penalty", name).options for name in TREE.options("penalty")}}}
    )
    return sorted(found)


def merged_all(parts):
    return functools.reduce(merged, (part.options for part in parts))


ALL = all_keys()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.key} {row.words.split()[0]}")
def test_every_row_leads_to_a_key_of_ganae(row):
    if row.key.endswith("="):
        assert row.key[:-1] in TREE.groups()
    elif " " not in row.key and not row.key.startswith("hydra."):
        assert fnmatch.filter(ALL, row.key)


def test_no_word_is_a_setting_of_ganaes_own():
    """But `channels`, which those of a dataset are called, and elsewhere a network's width."""
    own = {key.rpartition(".")[2] for key in ALL if not key.startswith("model.weights.")} - {"channels"}
    assert [word for row in TABLE for word in row.words.split() if word in own] == []


@pytest.mark.parametrize(
    ("word", "prefix", "value", "found"),
    [
        ("lr", "", 1, "optimizer.learning_rate"),
        ("LR", "optimizer.", 1, "optimizer.learning_rate"),
        ("lr", "optimizer.generator.", 1, "optimizer.generator.learning_rate"),
        ("base-lr", "", 1, "optimizer.learning_rate"),
        ("baseLr", "", 1, "optimizer.learning_rate"),
        ("channels", "", 1, "networks.encoder.width"),
        ("ngf", "networks.encoder.", 1, ""),  # the generator's, which is not there
        ("dataset_name", "", "mnist", "dataset=mnist"),
        ("dataset_name", "", 3, "dataset=NAME"),
        ("data_dir", "", "x", "dataset=image_folder dataset.path=FOLDER"),
        ("n_critic", "", 5, ""),
        ("nonsense", "", 5, ""),
    ],
)
def test_words(word, prefix, value, found):
    assert find_synonym(word, KEYS, prefix, value)[0] == found


@pytest.mark.parametrize(
    ("choice", "key", "meant"),
    [
        *(("", f"model.{word}", "model.z_dim") for word in ("latent_dim", "latent_size", "nz", "z_size", "code_dim")),
        *(("", word, "optimizer.learning_rate") for word in ("learning_rate", "optimizer.lr", "train.lr", "LR")),
        ("model=gan", "optimizer.generator.lr", "optimizer.generator.learning_rate"),
        ("model=gan", "lr_g", "optimizer.generator.learning_rate"),
        ("", "d_lr", "optimizer.discriminator_learning_rate"),
        *(("", word, "train.steps") for word in ("train.iterations", "max_iter", "n_iter", "num_steps")),
        *(("", word, "train.batch_size") for word in ("batch", "batch_size", "bs")),
        *(("model=gan", word, "model.critic_steps") for word in ("n_critic", "n_dis", "disc_iters", "model.d_steps")),
        ("model=wgan_gp", "model.d_steps", "model.critic_steps"),
        ("", "beta1", "optimizer.beta_1"),
        ("", "optimizer.beta2", "optimizer.beta_2"),
        ("model=gan", "beta", "optimizer.beta_1"),
        ("model=vae", "beta", "model.weights.autoencoder.prior"),
        ("model=beta_vae", "model.kl_weight", "model.weights.autoencoder.prior"),
        ("", "lambda_rec", "model.weights.autoencoder.reconstruction"),
        ("", "gp_weight", "loss.penalties.gradient_penalty.weight"),
        ("", "loss.lambda_gp", "loss.penalties.gradient_penalty.weight"),
        ("", "r1_gamma", "loss.penalties.r1.weight"),
        ("model=gan", "gamma", "loss.penalties.r1.weight"),
        ("model=began", "gamma", "model.diversity_ratio"),
        ("model=vaegan", "gamma", "model.weights.generator.similarity"),
        *(("", word, "dataset.image_size") for word in ("img_size", "resolution", "image_size", "imageSize")),
        ("model=gan", "ngf", "networks.generator.width"),
        ("model=gan", "ndf", "networks.discriminator.width"),
        ("model=vae", "ngf", "networks.decoder.width"),
        ("", "networks.generator.ngf", "networks.generator.width"),
        ("", "channels", "networks.encoder.width"),
        ("", "train.ema_decay", "train.ema"),
        ("dataset=mnist", "data_dir", "dataset.path"),
        ("dataset=mnist", "dataset.data_path", "dataset.path"),
        ("", "gan_mode", "loss=hinge"),
        *(("", word, "hardware.precision") for word in ("hardware.fp16", "amp", "mixed_precision")),
        *(("", word, "hardware.device") for word in ("device", "cuda")),
        *(("", word, "train.checkpoint_every") for word in ("save_every", "train.ckpt_every")),
        ("", "log_interval", "train.log_every"),
        ("", "random_seed", "seed"),
        ("", "out_dir", "hydra.run.dir"),
    ],
)
def test_did_you_mean(changed, choice, key, meant):
    with pytest.raises(UnknownSetting) as refusal:
        schema.check(changed(key, "hinge", *choice.split()), TREE)
    assert str(refusal.value) == f"unknown setting '{key}'; did you mean '{meant}'?"


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("nz=8", "model.z_dim"),
        ("model.nz=8", "model.z_dim"),
        ("+model.nz=8", "model.z_dim"),
        ("lr=1e-3", "optimizer.learning_rate"),
        ("model=gan n_critic=5", "model.critic_steps"),
        ("networks.encoder.channels=64", "networks.encoder.width"),
        ("dataset_name=mnist", "dataset=mnist"),
        ("data_path=x", "dataset=image_folder dataset.path=FOLDER"),
        ("gpus=2", "hardware.devices"),
        ("--multirun batch=8,16", "train.batch_size"),
        ("lerning_rate=1", "optimizer.learning_rate"),  # no synonym: the nearest key
    ],
)
def test_on_the_command_line(capsys, line, meant):
    with pytest.MonkeyPatch.context() as patch:
        for library in ("tensorflow", "keras"):  # an import would fail
            patch.setitem(sys.modules, library, None)
        assert cli.main(["train", *line.split()]) == 2
    name = line.split()[-1].partition("=")[0].lstrip("+")
    assert capsys.readouterr().err == f"ganae: error: unknown setting '{name}'; did you mean '{meant}'?\n"


@pytest.mark.parametrize("word", ["epochs", "num_epochs", "train.epochs"])
def test_epochs_are_explained(capsys, word):
    assert cli.main(["train", f"{word}=5"]) == 2
    assert capsys.readouterr().err == (
        f"ganae: error: unknown setting '{word}'; did you mean 'train.steps'? ({EPOCHS})\n"
    )


@pytest.mark.parametrize(
    ("choice", "key"),
    [
        ("model=vae", "n_critic"),
        ("model=vae", "lambda_gp"),
        ("model=vae", "ndf"),
        ("model=gan", "kl_weight"),
        ("model=gan", "lambda_rec"),
        ("dataset=ring", "img_size"),
        ("optimizer=sgd", "adam_beta1"),
    ],
)
def test_a_key_that_the_config_at_hand_does_not_have_is_not_suggested(changed, choice, key):
    with pytest.raises(UnknownSetting) as refusal:
        schema.check(changed(key, 1, choice), TREE)
    assert str(refusal.value).startswith(f"unknown setting '{key}' (a config has: ")


def test_keys_of_the_config_at_hand(compose):
    of_gan, of_vae = (set(keys(compose, f"model={model}")) for model in ("gan", "vae"))
    assert {"model.critic_steps", "loss.penalties.r1.weight", "optimizer.generator.beta_1"} <= of_gan - of_vae
    assert {"model.weights.autoencoder.prior", "loss.penalties.mmd.weight"} <= of_vae - of_gan
    assert set(leaves({"train": {"steps": 1}})) <= of_gan & of_vae
