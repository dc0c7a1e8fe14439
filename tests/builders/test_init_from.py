"""train.init_from: a run takes networks from another run, and after that no longer needs the other run."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from omegaconf import OmegaConf

from ganae_cli import load
from ganae_cli.builders import from_config, init_from
from ganae_cli.builders.init_from import Inheritance, matches
from ganae_cli.cli import main
from ganae_cli.datasets.base import Data
from ganae_cli.engine import Parts
from ganae_cli.engine.condition import Condition
from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training
from tests.datasets.recordings import SOUND

SMALL = [
    *("train.batch_size=16", "train.examples=64", "hardware=cpu", "hardware.jit=false", "hardware.threads=1"),
    *("train.log_every=1", "train.checkpoint_every=2", "train.ema=0.5", "optimizer.learning_rate=0.01"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def autoencoder(compose, folder):
    """Return the run folder of an autoencoder in which no network has its default size."""
    words = ["model.z_dim=3", "networks.encoder.width=24", "networks.decoder.width=20", "train.steps=3"]
    assert training.train(compose("model=autoencoder", *SMALL, *words), folder / "autoencoder")[0] == 0
    return folder / "autoencoder"


def test_sound_of_another_scale():
    data = Data("own", *np.zeros((2, 3, *SOUND.shape), np.uint8))
    theirs = SOUND._replace(rate=16_000, top_db=-6.0)
    for there, here, said in (
        (theirs, SOUND, ["rate 16000 there and 8000 here, top_db -6 there and 0 here"]),
        (SOUND, SOUND, []),
        (None, SOUND, []),
        (SOUND, None, []),
    ):
        found = Inheritance(Path("a"), 2, {}, sound=there).warnings(replace(data, sound=here))
        assert list(found) == [f"train.init_from: images of a are of another scale: {line}" for line in said]


def weights(network):
    return network.get_weights()


def same(one, other):
    return len(one) == len(other) > 0 and all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("own", "others", "expected"),
    [
        ("encoder decoder", "encoder decoder", {"encoder": "encoder", "decoder": "decoder"}),
        ("generator discriminator", "generator discriminator encoder", {"generator": 0, "discriminator": 0}),
        ("encoder generator discriminator", "encoder decoder", {"encoder": "encoder", "generator": "decoder"}),
        ("encoder decoder", "encoder generator discriminator", {"encoder": "encoder", "decoder": "generator"}),
        ("generator discriminator", "encoder decoder", {}),
        ("encoder decoder", "generator discriminator", {}),
    ],
)
def test_the_same_role_or_what_decodes(own, others, expected):
    expected = {role: theirs or role for role, theirs in expected.items()}
    assert matches(own.split(), others.split()) == expected


@pytest.mark.slow
def test_networks_of_standardised_points_begin_with_such_points_only(compose, folder):
    words = ["model=autoencoder", "dataset=ring", "dataset.count=64", "train.steps=1", *SMALL]
    assert training.train(compose(*words, "dataset.standardize=true"), folder / "standard")[0] == 0
    with pytest.raises(UserError, match=r"standard was trained with dataset\.standardize=true: set the same here"):
        init_from.inherit(compose(*words, f"train.init_from={folder / 'standard'}"))


def test_networks_begin_with_averaged_weights_and_keep_their_options(compose, autoencoder):
    config = compose("model=aegan", *SMALL, f"train.init_from={autoencoder}")
    before = OmegaConf.to_yaml(config)
    settled, found = init_from.inherit(config)
    assert OmegaConf.to_yaml(config) == before, "the given config is left as it is"
    assert (settled.model.z_dim, settled.networks.encoder.width, settled.networks.generator.width) == (3, 24, 20)
    game, averaged = from_config.build_game(settled, (8, 8, 1)).game, load(autoencoder).networks
    found.hand_over(game)
    assert same(weights(game.encoder), weights(averaged["encoder"]))
    assert same(weights(game.generator), weights(averaged["decoder"]))
    live, _, _ = from_config.open_game(RunFolder(autoencoder))
    live.load_weights(RunFolder(autoencoder).checkpoints.newest().weights)
    assert not same(weights(game.encoder), weights(live.encoder))


def test_a_run_that_began_so_says_it_and_stands_alone(compose, autoencoder, tmp_path):
    path = tmp_path / "run"
    config = compose("model=aegan", *SMALL, f"train.init_from={autoencoder}", "train.steps=2")
    assert training.train(config, path)[0] == 0
    saved = RunFolder(path).read_config()
    assert saved.train.init_from == str(autoencoder)
    assert (saved.networks.generator.name, saved.networks.generator.width) == ("mlp", 20)
    saved.train.init_from = "gone"
    OmegaConf.save(saved, path / "config.yaml")
    assert load(path).sample(3).shape == (3, 8, 8, 1)
    saved.train.steps = 3
    assert training.resume(saved, path) == (0, path), "a checkpoint wins"


def test_latest_is_settled_when_the_run_begins(compose, autoencoder, tmp_path, monkeypatch):
    """Otherwise `latest` would name another run when this one is resumed."""
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path))
    shutil.copytree(autoencoder, tmp_path / "train" / "2026-01-31" / "10-00-00-aaaa")
    config = compose("model=autoencoder", *SMALL, "train.init_from=latest")
    assert init_from.inherit(config).config.train.init_from.endswith("2026-01-31/10-00-00-aaaa")


@pytest.fixture
def refused(tmp_path, monkeypatch, capsys):
    """`refused(words)` -> the line on stderr; nothing may be left behind."""

    def line(*words):
        empty = tmp_path / "here"
        empty.mkdir()
        monkeypatch.chdir(empty)
        monkeypatch.delenv("GANAE_OUTPUTS", raising=False)
        assert main(["train", *SMALL, *words]) == 2
        assert list(empty.iterdir()) == []
        return capsys.readouterr().err.splitlines()[-1]

    return line


def test_a_run_that_is_not_there(refused):
    assert refused("train.init_from=nope") == "ganae: error: train.init_from: no run 'nope' (see: ganae list runs)"


def test_a_run_without_a_checkpoint(refused, tmp_path, autoencoder):
    shutil.copytree(autoencoder, tmp_path / "young", ignore=shutil.ignore_patterns("checkpoints"))
    said = refused("model=autoencoder", f"train.init_from={tmp_path / 'young'}")
    assert said == f"ganae: error: train.init_from: {tmp_path / 'young'} has no checkpoint yet"


def test_a_run_with_nothing_of_use(refused, autoencoder):
    said = refused("model=gan", f"train.init_from={autoencoder}")
    assert said == (
        f"ganae: error: train.init_from: {autoencoder} (model 'autoencoder') has none of generator, discriminator, "
        "only encoder, decoder"
    )


def test_a_network_of_another_shape(refused, autoencoder):
    said = refused("model=autoencoder", "model.z_dim=5", f"train.init_from={autoencoder}")
    assert said == (
        f"ganae: error: train.init_from: encoder of {autoencoder} has weights of another shape: (24, 3), "
        "wanted (24, 5); model.z_dim is 3 there and 5 here"
    )


def test_data_of_another_shape(refused, autoencoder):
    said = refused("model=autoencoder", "dataset=ring", "model.z_dim=3", f"train.init_from={autoencoder}")
    assert "encoder of" in said
    assert "has weights of another shape: (64, 24), wanted (2, 24)" in said


# A whole game within another ------------------------------------------------------------------------------------------


def latent(compose, parent, path, *words):
    config = compose("model=latent_gan", *SMALL, f"train.init_from={parent}", "train.steps=2", *words)
    assert training.train(config, path) == (0, path)
    return path


@pytest.mark.parametrize("model", ["autoencoder", pytest.param("aegan", marks=pytest.mark.slow)])
def test_a_latent_gan_is_of_any_model_that_encodes(compose, autoencoder, tmp_path, model):
    parent = autoencoder
    if model != "autoencoder":
        parent = tmp_path / "parent"
        assert training.train(compose(f"model={model}", *SMALL, "train.steps=2"), parent)[0] == 0
    before, path = load(parent), latent(compose, parent, tmp_path / "run", "model.z_dim=2")
    if model != "autoencoder":
        shutil.rmtree(parent)
    run = load(path)
    images = np.random.default_rng(0).integers(0, 256, (9, 8, 8, 1)).astype(np.uint8)
    assert np.array_equal(run.encode(images), before.encode(images))
    assert np.array_equal(run.reconstruct(images), before.reconstruct(images))
    assert set(before.networks) | {"code_generator", "code_discriminator"} == set(run.networks)
    samples, z = run.sample_with_codes(5, seed=1)
    assert (samples.shape, z.shape) == ((5, 8, 8, 1), (5, 2))


@pytest.mark.slow
def test_a_latent_gans_codes_can_be_drawn_as_its_autoencoders_are(compose, autoencoder, tmp_path):
    """The drawn codes are decoded, and the generator of codes is not used."""
    run = load(latent(compose, autoencoder, tmp_path / "run"), sampler="gaussian")
    samples, z = run.sample_with_codes(5, seed=1)
    plain = load(autoencoder, sampler="gaussian").sample_with_codes(5, seed=1)
    np.testing.assert_allclose(z, plain[1], rtol=1e-4, atol=1e-5)
    assert np.abs(samples.astype(int) - plain[0]).max() <= 1


@pytest.mark.slow
def test_a_latent_gan_of_a_latent_gan_is_of_the_same_autoencoder(compose, autoencoder, tmp_path):
    first = latent(compose, autoencoder, tmp_path / "first")
    again = latent(compose, first, tmp_path / "again")
    images = np.zeros((2, 8, 8, 1), np.uint8)
    assert np.array_equal(load(again).encode(images), load(autoencoder).encode(images))


@pytest.mark.slow
def test_a_latent_gan_resumes_as_if_it_had_not_stopped(compose, autoencoder, tmp_path):
    whole = latent(compose, autoencoder, tmp_path / "whole", "train.steps=4")
    path = latent(compose, autoencoder, tmp_path / "run")
    config = RunFolder(path).read_config()
    config.train.steps = 4
    assert training.resume(config, path) == (0, path)
    assert np.array_equal(load(path).sample(9), load(whole).sample(9))


def test_a_latent_gan_needs_a_trained_autoencoder(refused):
    said = refused("model=latent_gan")
    assert said == "ganae: error: model 'latent_gan' needs a trained autoencoder: train.init_from=RUN"


def test_a_latent_gan_needs_a_model_that_encodes(compose, refused, tmp_path):
    assert training.train(compose("model=gan", *SMALL, "train.steps=1"), tmp_path / "gan")[0] == 0
    said = refused("model=latent_gan", f"train.init_from={tmp_path / 'gan'}")
    assert said == f"ganae: error: train.init_from: {tmp_path / 'gan'} (model 'gan') has no encoder"


def test_weights_of_a_game_within_must_fit_the_data(compose, autoencoder, tmp_path):
    config = compose("model=latent_gan", *SMALL, "dataset=ring", f"train.init_from={autoencoder}")
    with pytest.raises(UserError, match=r"encoder of .* has weights of another shape: \(64, 24\), wanted \(2, 24\)"):
        training.train(config, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_run_without_labels_gives_no_network_that_needs_them(tiny, parts):
    donor = tiny.build("gan")
    networks = {role: {"name": "mlp", "width": 8, "depth": 1} for role in donor.roles}
    given = Parts((2,), networks, "hinge", condition=Condition("concat", ("cat", "dog")))
    heir = parts.build("model", "gan", parts=given, z_dim=tiny.z_dim)
    inherited = Inheritance(Path("old"), tiny.z_dim, {"generator": donor.generator.get_weights()})
    message = (
        r"generator of old has .* shape: \(3, 8\), wanted \(5, 8\); model.condition is none there and concat here$"
    )
    with pytest.raises(UserError, match=message):
        inherited.hand_over(heir)


def test_networks_of_more_classes_are_told_by_their_number(tiny, parts):
    def game(*classes):
        networks = {role: {"name": "mlp", "width": 8, "depth": 1} for role in ("generator", "discriminator")}
        given = Parts((2,), networks, "hinge", condition=Condition("concat", classes))
        return parts.build("model", "gan", parts=given, z_dim=tiny.z_dim)

    donor, heir = game("cat", "dog", "owl"), game("cat", "dog")
    inherited = Inheritance(Path("old"), tiny.z_dim, {"generator": donor.generator.get_weights()}, "concat", 3)
    message = r"generator of old has .* shape: \(6, 8\), wanted \(5, 8\); it has 3 classes there and 2 here$"
    with pytest.raises(UserError, match=message):
        inherited.hand_over(heir)
