"""Builders: the objects that they build, the settled config that they return, and the given one, left unchanged."""

import numpy as np
import pytest
from omegaconf import OmegaConf

from ganae_cli.builders import from_config
from ganae_cli.errors import UserError


def test_changed_values_are_in_a_copy():
    config = OmegaConf.create({"a": {"b": 1, "c": "${a.b}"}})
    OmegaConf.set_struct(config, True)
    changed = from_config.with_values(config, {"a.b": 2, "new.key": [1]})
    assert OmegaConf.to_container(config) == {"a": {"b": 1, "c": "${a.b}"}}
    assert OmegaConf.to_container(changed) == {"a": {"b": 2, "c": "${a.b}"}, "new": {"key": [1]}}
    assert changed.a.c == 2


@pytest.mark.parametrize(
    ("path", "expected"),
    [("x.npz", "here/x.npz"), ("/far/x.npz", "/far/x.npz"), (None, None), ("${home}/x", "${home}/x")],
)
def test_paths_become_absolute_and_interpolations_stay(tmp_path, monkeypatch, path, expected):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    config = OmegaConf.create({"dataset": {"path": path}, "home": "/somebody"})
    settled = from_config.with_absolute_paths(config)
    for found in OmegaConf.to_container(settled)["dataset"].values():
        assert found == (str(tmp_path / expected) if expected == "here/x.npz" else expected)
    assert OmegaConf.to_container(config)["dataset"]["path"] == path


def test_validation_rows_are_set_aside_before_anything_else(compose):
    """So neither train.examples nor the mean and standard deviation of the training rows know them."""
    from_config.import_parts()
    words = ("dataset=ring", "dataset.count=64", "dataset.standardize=true", "train.examples=40")
    data = from_config.build_data(compose(*words, "dataset.validation_fraction=0.25"))
    assert [len(rows) for _, rows, _ in data.splits()] == [40, 10_000, 16]
    np.testing.assert_allclose(data.train.mean(axis=0), 0, atol=1e-6)
    again = from_config.build_data(compose(*words, "dataset.validation_fraction=0.25", "seed=3"))
    assert (again.validation == data.validation).all()
    assert data.source == from_config.build_data(compose(*words)).source


@pytest.mark.parametrize(("shape", "expected"), [((8, 8, 1), 4), ((28, 28, 1), 14), ((32, 32, 3), 28), ((2,), 4)])
def test_the_latent_size_follows_the_data(shape, expected):
    assert from_config.latent_size(shape) == expected


def test_a_game_is_returned_with_its_settled_config(compose, parts):
    config = compose("model=gan", "loss.penalties.r1.weight=0.5", "networks.generator.width=8")
    before = OmegaConf.to_yaml(config)
    game, settled = from_config.build_game(config, (8, 8, 1))
    assert OmegaConf.to_yaml(config) == before
    assert (config.model.z_dim, config.networks.generator.name) == (None, "auto")
    assert game.z_dim == settled.model.z_dim == 4
    assert settled.networks.generator == {**parts.options("network", "mlp"), "name": "mlp", "width": 8}
    assert settled.loss.penalties.r1 == {"weight": 0.5, "on": "discriminator"}
    again, same = from_config.build_game(settled, (8, 8, 1))
    assert same == settled
    assert again.generator.count_params() == game.generator.count_params()


def test_what_large_or_few_images_decide_is_settled_where_it_is_left_open(compose, parts):
    """16 channels at 64x64; z_dim: half of 64 of many, the square root of 100."""
    config = compose("model=dcgan", "networks.discriminator.width=48", "dataset=mnist", "dataset.image_size=64")
    settled = from_config.build_game(config, (64, 64, 1), count=100).config
    widths = [settled.networks[role].width for role in ("generator", "discriminator")]
    assert (settled.model.z_dim, widths) == (10, [16, 48])
    assert from_config.build_game(config, (64, 64, 1)).config.model.z_dim == 32


def _lengths(made):
    """Return the moves of a whole training by which each optimizer's schedule falls."""
    schedules = {player: optimizer._learning_rate for player, optimizer in made.items()}
    return {player: schedule.moves * schedule.steps.steps for player, schedule in schedules.items()}


def test_an_optimizer_counts_the_moves_of_its_player(compose):
    config = compose("model=wgan_gp", "dataset=ring", "train.steps=10", "optimizer.schedule=linear")
    game, settled = from_config.build_game(config, (2,))
    made = from_config.build_optimizers(settled, game)
    assert _lengths(made) == {"discriminator": 50, "generator": 10}


def test_a_shared_optimizer_counts_the_moves_of_all_its_players_and_has_one_section(compose):
    """ALAE's discriminator and generator move twice a step, the second time for the autoencoder."""
    words = "model=alae", "dataset=ring", "train.steps=10", "optimizer.schedule=linear"
    game, settled = from_config.build_game(compose(*words), (2,))
    made = from_config.build_optimizers(settled, game)
    assert _lengths(made) == {"discriminator": 20, "generator": 20}
    own = compose(*words, "optimizer.autoencoder.learning_rate=0.1")
    expected = (
        r"autoencoder: .* of others \(mapper, generator: optimizer.generator; encoder: optimizer.discriminator\)$"
    )
    with pytest.raises(UserError, match=rf"^optimizer\.{expected}"):
        from_config.build_optimizers(own, game)


def test_a_refusal_names_the_model(compose):
    config = compose("model=gan", "model.label_smoothing=0.1", "loss=hinge")
    with pytest.raises(UserError, match=r"^model gan: model.label_smoothing needs loss=non_saturating"):
        from_config.build_game(config, (2,))
