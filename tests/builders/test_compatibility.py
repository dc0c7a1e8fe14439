"""Changes of a config that a checkpoint forbids, and changes that alter only the last bit of the numbers."""

import json

import numpy as np
import pytest

from ganae_cli.builders import compatibility, from_config
from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder


@pytest.fixture
def architecture(compose, play):
    from_config.import_parts()

    def of(*words):
        game, config = from_config.build_game(compose("model=gan", "dataset=ring", *words), (2,))
        game.rehearse(play.batch((2,)))
        return compatibility.architecture(config, game)

    return of


@pytest.fixture
def play():
    import tensorflow as tf

    class Zeros:
        def batch(self, shape):
            return tf.zeros((4, *shape))

    return Zeros()


@pytest.mark.parametrize(
    "word",
    [
        *("optimizer.learning_rate=1", "model.weights.generator.fool=2", "train.steps=5", "seed=3"),
        *("optimizer.clipnorm=1", "train.ema=0.5", "train.ema=0"),
    ],
)
def test_what_may_change(architecture, word):
    compatibility.refuse_changes(architecture(), architecture(word))


@pytest.mark.parametrize(
    ("word", "change"),
    [
        ("networks.generator.width=8", "networks.generator.width: 256 -> 8"),
        ("model.z_dim=7", "model.z_dim: 4 -> 7"),
        ("optimizer.generator.schedule=cosine", "optimizer.generator.schedule: constant -> scheduled"),
        ("optimizer=sgd", "optimizer.discriminator.name: adam -> sgd"),
        ("hardware.precision=mixed_bfloat16", "hardware.precision: float32 -> mixed_bfloat16"),
    ],
)
def test_what_is_refused_with_the_difference(architecture, word, change):
    with pytest.raises(UserError, match=f"another architecture: .*{change}"):
        compatibility.refuse_changes(architecture(), architecture(word))


def test_what_version_0_1_0_wrote_about_averages_is_no_difference(architecture):
    compatibility.refuse_changes(architecture() | {"train": {"ema": "kept"}}, architecture("train.ema=0"))
    with pytest.raises(UserError, match=r"another architecture: train.width: 3 -> None"):
        compatibility.refuse_changes(architecture() | {"train": {"width": 3}}, architecture())


def test_a_checkpoint_older_than_grids_has_them_in_the_corner():
    before, now = ({"networks": {"generator": options}} for options in ({"width": 8}, {"width": 8, "grids": "corner"}))
    compatibility.refuse_changes(before, now)
    with pytest.raises(UserError, match=r"another architecture: networks.generator.grids: corner -> centre"):
        compatibility.refuse_changes(before, {"networks": {"generator": {"width": 8, "grids": "centre"}}})


def test_other_arithmetic_is_told(tmp_path):
    folder = RunFolder(tmp_path)
    now = {"replicas": 1, "threads": 2, "steps_per_execution": 25}
    assert compatibility.other_arithmetic(folder, now) is None  # the earlier environment is unknown
    folder.environment.write_text(json.dumps({"replicas": 1, "threads": 4}))
    assert compatibility.other_arithmetic(folder, now) == (
        "4 threads before, 2 now: results will not be those of an uninterrupted run to the last bit"
    )
    folder.environment.write_text(json.dumps(now))
    assert compatibility.other_arithmetic(folder, now) is None


def test_other_validation_rows_are_told(compose, tmp_path):
    """A run with another fraction would measure by rows that it has learned from. Before 0.3 there were none."""
    from_config.import_parts()
    words = ("model=gan", "dataset=ring", "dataset.count=64")
    config, more = compose(*words), compose(*words, "dataset.validation_fraction=0.25")
    folder = RunFolder(tmp_path)
    facts = compatibility.described(from_config.build_data(config))
    assert facts.pop("validation_rows") == 0
    folder.environment.write_text(json.dumps({"data": facts}))
    assert compatibility.other_data(folder, config, from_config.build_data(config)) is None
    folder.environment.write_text(json.dumps({"data": facts | {"validation_rows": 0}}))
    found = compatibility.other_data(folder, more, from_config.build_data(more))
    expected = "training rows 64 then, 48 now; validation rows 0 then, 16 now"
    assert found == f"dataset 'ring' is not what the run was trained on: {expected}"
    old = from_config.plain(config)
    del old["dataset"]["validation_fraction"]
    folder.config.write_text(json.dumps(old))
    assert not compatibility.wants_other_data(folder, config)
    assert compatibility.wants_other_data(folder, more)


def test_other_labels_of_the_same_rows_are_told_of_a_conditional_run(compose, tmp_path):
    """It would learn other classes. Other models are not trained on labels, and older runs did not record them."""
    from_config.import_parts()
    rows, labels = np.random.default_rng(0).integers(0, 256, (64, 8, 8)).astype(np.uint8), np.arange(64) % 2
    paths = [tmp_path / name for name in ("then.npz", "now.npz")]
    for path, given in zip(paths, (labels, 1 - labels), strict=True):
        np.savez(path, x=rows, y=given)
    words = ("model=gan", "dataset=arrays", "train.batch_size=8")
    plain, config = compose(*words), compose(*words, "model.condition=concat")
    then, now = (from_config.build_data(from_config.with_values(config, {"dataset.path": str(path)})) for path in paths)
    folder, facts = RunFolder(tmp_path), compatibility.described(then)
    folder.environment.write_text(json.dumps({"data": facts}))
    assert compatibility.other_data(folder, config, then) is None
    expected = "dataset 'arrays' is not what the run was trained on: the same rows with other labels"
    assert compatibility.other_data(folder, config, now) == expected
    assert compatibility.other_data(folder, plain, now) is None
    cut = from_config.with_values(config, {"train.examples": 16, "dataset.path": str(paths[0])})
    assert compatibility.other_data(folder, config, from_config.build_data(cut)) is None
    facts.pop("labels")
    folder.environment.write_text(json.dumps({"data": facts}))
    assert compatibility.other_data(folder, config, now) is None


def test_a_checkpoint_of_when_alae_had_three_optimizers_is_gone_on_from_with_a_word(compose, play):
    """Versions up to 0.2 had one for the reciprocity step; the checkpoint says so."""
    game, config = from_config.build_game(compose("model=alae", "dataset=ring"), (2,))
    game.rehearse(play.batch((2,)))
    now = compatibility.architecture(config, game)
    before = now | {"optimizer": now["optimizer"] | {"autoencoder": dict(now["optimizer"]["generator"])}}
    assert compatibility.gave_up(before, game) == ["autoencoder"]
    assert compatibility.gave_up(now, game) == []
    compatibility.refuse_changes(compatibility.without(["autoencoder"], before), now)
    assert compatibility.other_optimizers(before, game) == (
        "player autoencoder had an optimizer of its own before and moves its networks with those of generator, "
        "discriminator now: results will not be those of an uninterrupted run"
    )
    assert compatibility.other_optimizers(now, game) is None


def test_what_several_devices_compute_otherwise_is_told(compose):
    game, _ = from_config.build_game(compose("model=gan", "dataset=ring", "networks.generator.norm=batch"), (2,))
    assert compatibility.of_parts(game, 1) is None
    assert compatibility.of_parts(game, 2) == (
        "each of the 2 devices computes from its own rows of a batch: networks.generator.norm=batch; "
        "results are not those of one device"
    )
