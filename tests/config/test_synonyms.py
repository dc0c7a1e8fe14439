"""Names of other tools lead to ganae's keys, where the config at hand has them."""

import fnmatch
import sys

import pytest

from ganae_cli import cli
from ganae_cli.config.conf_tree import ConfTree, leaves
from ganae_cli.config.schema import Reference
from ganae_cli.config.synonyms import TABLE, find_synonym

TREE = ConfTree()
KEYS = ["seed", "optimizer.learning_rate", "optimizer.generator.learning_rate", "networks.encoder.width", "train.steps"]
EPOCHS = "ganae counts steps: one epoch is the number of training examples / train.batch_size"


def keys(compose, *words):
    """Every key of the config that the words compose."""
    from ganae_cli.builders.from_config import plain

    return Reference(plain(compose(*words)), TREE).keys()


@pytest.fixture(scope="session")
def all_keys(compose):
    """Every key of every model, dataset, optimizer and network."""
    found = set()
    for group in ("model", "dataset", "optimizer"):
        for option in TREE.options(group):
            found |= set(keys(compose, f"{group}={option}"))
    for network in TREE.options("network"):
        found |= set(keys(compose, f"network@networks.encoder={network}"))
    return sorted(found)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.key} {row.words.split()[0]}")
def test_every_row_leads_to_a_key_of_ganae(all_keys, row):
    if row.key.endswith("="):
        assert row.key[:-1] in TREE.groups()
    elif " " not in row.key and not row.key.startswith("hydra."):
        assert fnmatch.filter(all_keys, row.key)


def test_no_word_is_a_setting_of_ganaes_own(all_keys):
    own = {key.rpartition(".")[2] for key in all_keys if not key.startswith("model.weights.")}
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
        ("data_dir", "", "x", "dataset=arrays dataset.path=FILE.npz"),
        ("n_critic", "", 5, ""),
        ("nonsense", "", 5, ""),
    ],
)
def test_words(word, prefix, value, found):
    assert find_synonym(word, KEYS, prefix, value)[0] == found


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("nz=8", "model.z_dim"),
        ("model.nz=8", "model.z_dim"),
        ("+model.nz=8", "model.z_dim"),
        ("model.latent_dim=8", "model.z_dim"),
        ("model.latent_size=8", "model.z_dim"),
        ("z_size=8", "model.z_dim"),
        ("code_dim=8", "model.z_dim"),
        ("lr=1e-3", "optimizer.learning_rate"),
        ("learning_rate=1e-3", "optimizer.learning_rate"),
        ("optimizer.lr=1e-3", "optimizer.learning_rate"),
        ("model=gan optimizer.generator.lr=1", "optimizer.generator.learning_rate"),
        ("model=gan lr_g=1", "optimizer.generator.learning_rate"),
        ("d_lr=1", "optimizer.discriminator_learning_rate"),
        ("train.iterations=5", "train.steps"),
        ("max_iter=5", "train.steps"),
        ("n_iter=5", "train.steps"),
        ("num_steps=5", "train.steps"),
        ("batch=8", "train.batch_size"),
        ("batch_size=8", "train.batch_size"),
        ("bs=8", "train.batch_size"),
        ("model=gan n_critic=5", "model.critic_steps"),
        ("model=wgan_gp model.d_steps=5", "model.critic_steps"),
        ("model=gan n_dis=5", "model.critic_steps"),
        ("model=gan disc_iters=5", "model.critic_steps"),
        ("beta1=0", "optimizer.beta_1"),
        ("optimizer.beta2=0", "optimizer.beta_2"),
        ("gp_weight=10", "loss.penalties.gradient_penalty.weight"),
        ("loss.lambda_gp=10", "loss.penalties.gradient_penalty.weight"),
        ("r1_gamma=1", "loss.penalties.r1.weight"),
        ("model=began gamma=0.5", "model.diversity_ratio"),
        ("model=vaegan gamma=0.5", "model.weights.generator.similarity"),
        ("img_size=32", "dataset.image_size"),
        ("resolution=32", "dataset.image_size"),
        ("image_size=32", "dataset.image_size"),
        ("model=gan ngf=64", "networks.generator.width"),
        ("model=gan ndf=64", "networks.discriminator.width"),
        ("model=vae ngf=64", "networks.decoder.width"),
        ("networks.encoder.channels=64", "networks.encoder.width"),
        ("networks.generator.ngf=64", "networks.generator.width"),
        ("channels=64", "networks.encoder.width"),
        ("train.ema_decay=0.9", "train.ema"),
        ("dataset=mnist data_dir=x", "dataset.path"),
        ("data_path=x", "dataset=arrays dataset.path=FILE.npz"),
        ("dataset_name=mnist", "dataset=mnist"),
        ("gan_mode=hinge", "loss=hinge"),
        ("gpus=2", "hardware.devices"),
        ("hardware.fp16=true", "hardware.precision"),
        ("amp=true", "hardware.precision"),
        ("mixed_precision=true", "hardware.precision"),
        ("device=cpu", "hardware.device"),
        ("cuda=true", "hardware.device"),
        ("save_every=10", "train.checkpoint_every"),
        ("train.ckpt_every=10", "train.checkpoint_every"),
        ("log_interval=10", "train.log_every"),
        ("model=vae beta=4", "model.weights.autoencoder.prior"),
        ("model=beta_vae model.kl_weight=4", "model.weights.autoencoder.prior"),
        ("lambda_rec=10", "model.weights.autoencoder.reconstruction"),
        ("random_seed=1", "seed"),
        ("out_dir=x", "hydra.run.dir"),
        # what no synonym explains still has a nearest key
        ("model=gan beta=0.5", "optimizer.beta_1"),
        ("lerning_rate=1", "optimizer.learning_rate"),
    ],
)
def test_did_you_mean_on_the_command_line(capsys, line, meant):
    with pytest.MonkeyPatch.context() as patch:
        for library in ("tensorflow", "keras"):  # an import would fail
            patch.setitem(sys.modules, library, None)
        assert cli.main(["train", *line.split()]) == 2
    name = line.split()[-1].partition("=")[0].lstrip("+")
    assert capsys.readouterr().err == f"ganae: error: unknown setting '{name}'; did you mean '{meant}'?\n"


@pytest.mark.parametrize("word", ["epochs", "num_epochs", "train.epochs"])
def test_epochs_are_explained(tmp_path, monkeypatch, capsys, word):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["train", f"{word}=5"]) == 2
    assert capsys.readouterr().err == (
        f"ganae: error: unknown setting '{word}'; did you mean 'train.steps'? ({EPOCHS})\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        "model=vae n_critic=5",
        "model=vae lambda_gp=10",
        "model=gan kl_weight=1",
        "dataset=ring img_size=8",
        "model=vae ndf=8",
    ],
)
def test_a_key_that_the_config_at_hand_does_not_have_is_not_suggested(tmp_path, monkeypatch, capsys, line):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["train", *line.split()]) == 2
    assert "did you mean" not in capsys.readouterr().err


def test_keys_of_the_config_at_hand(compose):
    of_gan, of_vae = (set(keys(compose, f"model={model}")) for model in ("gan", "vae"))
    assert {"model.critic_steps", "loss.penalties.r1.weight", "optimizer.generator.beta_1"} <= of_gan - of_vae
    assert {"model.weights.autoencoder.prior", "loss.penalties.mmd.weight"} <= of_vae - of_gan
    assert set(leaves({"train": {"steps": 1}})) <= of_gan & of_vae
