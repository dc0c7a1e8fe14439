"""What datasets hold, as they state it, beside what they hold when they are read."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.declared import module_of
from ganae_cli.datasets import outline
from ganae_cli.datasets.outline import Outline
from tests.datasets.recordings import sine, write

TREE = ConfTree()
HERE = ("digits", "ring", "grid", "spiral")  # which need no download


def options(name, **changes):
    return {**TREE.part("dataset", name).options, **changes}


def stated(name):
    return TREE.head("dataset", name, "holds")


def held(name, **changes):
    return outline.of(options(name, **changes), stated(name))


def read(name, **changes):
    from_config.import_parts()
    given = options(name, **changes)
    fraction = given.pop("validation_fraction")
    data = registry.build("dataset", given.pop("name"), **given)
    return from_config.splits.with_validation(data, fraction)


@pytest.mark.parametrize("name", TREE.options("dataset"))
def test_every_dataset_states_it_in_one_place(name):
    own = str(TREE.part("dataset", name).options["name"])
    assert bool(stated(name)) != bool(module_of("outline", own))
    if stated(name):
        assert outline.parsed(stated(name)).kind in ("images", "points")


@pytest.mark.parametrize("name", HERE)
def test_what_the_yaml_states_is_what_is_read(name):
    data, said = read(name), outline.parsed(stated(name))
    assert said.kind == data.kind
    if said.kind == "images":
        assert (said.count, said.height, said.width, said.channels) == data.train.shape


@pytest.mark.parametrize(
    ("changes", "examples", "expected"),
    [
        ({}, None, Outline("images", 60_000, 28, 28, 1)),
        ({}, 600, Outline("images", 600, 28, 28, 1)),
        ({}, 99_999, Outline("images", 60_000, 28, 28, 1)),
        ({"image_size": [16, 32]}, None, Outline("images", 60_000, 16, 32, 1)),
        ({"validation_fraction": 0.25}, None, Outline("images", 45_000, 28, 28, 1)),
        ({"path": "no/such.npz"}, None, Outline("images", 60_000, 28, 28, 1)),
    ],
)
def test_settings_count(changes, examples, expected):
    assert outline.of(options("mnist", **changes), stated("mnist"), examples) == expected


def test_a_dataset_that_draws_its_rows_has_as_many_as_it_is_told():
    assert held("stacked_mnist", count=500, path="mnist.npz").count == 500


def test_a_local_copy_says_how_many_it_has(tmp_path):
    path = tmp_path / "few.npz"
    np.savez_compressed(path, x_train=np.zeros((123, 28, 28), np.uint8), x_test=np.zeros((9, 28, 28), np.uint8))
    assert held("mnist", path=str(path)).count == 123
    (tmp_path / "bad.npz").write_text("no archive")
    assert held("mnist", path=str(tmp_path / "bad.npz")).count == 60_000


def test_nothing_is_known_of_a_dataset_that_does_not_say():
    assert outline.of({"name": "mine"}) is None
    with pytest.raises(ValueError, match="# holds: some pictures: expected points, images, or N images"):
        outline.parsed("some pictures")


def picture(path: Path, size=(12, 10), mode="L"):
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(0).integers(0, 256, (*size, 3)).astype(np.uint8)
    Image.fromarray(pixels).convert(mode).save(path)


@pytest.mark.parametrize(
    ("names", "changes"),
    [
        ([f"{i}.png" for i in range(23)], {}),
        ([f"{i}.png" for i in range(23)], {"validation_fraction": 0.2}),
        ([f"{i}.png" for i in range(23)], {"image_size": [8, 6], "test_fraction": 0.5}),
        ([f"cat/{i}.png" for i in range(9)] + [f"dog/{i}.png" for i in range(5)], {"channels": 4}),
        ([f"train/{i}.png" for i in range(9)] + [f"test/{i}.png" for i in range(5)], {}),
        ([f"train/{i}.png" for i in range(9)] + [f"val/{i}.png" for i in range(5)], {"channels": 3}),
    ],
)
def test_a_folder_holds_what_is_read_from_it(tmp_path, names, changes):
    for name in names:
        picture(tmp_path / "own" / name)
    found = held("image_folder", path=str(tmp_path / "own"), **changes)
    data = read("image_folder", path=str(tmp_path / "own"), **changes)
    assert (found.count, found.height, found.width, found.channels) == data.train.shape


def test_the_first_picture_that_can_be_read_says_the_size(tmp_path):
    (tmp_path / "0.png").write_text("no picture")
    picture(tmp_path / "1.png", mode="RGB")
    assert held("image_folder", path=str(tmp_path)) == Outline("images", 1, 12, 10, 3)
    (tmp_path / "1.png").unlink()
    assert held("image_folder", path=str(tmp_path)) == Outline("images", 1)


@pytest.mark.parametrize(
    ("shape", "changes"),
    [
        ((40, 12, 10), {}),
        ((40, 12, 10, 3), {"image_size": 8}),
        ((40, 3, 12, 10), {}),
        ((40, 5), {"test_fraction": 0.3}),
    ],
)
@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_an_array_holds_what_is_read_from_it(tmp_path, shape, changes, suffix):
    path, rows = tmp_path / f"own{suffix}", np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    np.save(path, rows) if suffix == ".npy" else np.savez_compressed(path, images=rows)
    found, data = held("arrays", path=str(path), **changes), read("arrays", path=str(path), **changes)
    assert (found.kind, found.count) == (data.kind, len(data.train))
    if data.kind == "images":
        assert (found.height, found.width, found.channels) == data.shape


def test_recordings_are_counted(tmp_path):
    for i in range(6):
        write(tmp_path / "own" / f"{i}.wav", sine(200 + 100 * i, 8000))
    assert held("audio_folder", path=str(tmp_path / "own"), frames=32) == Outline("sounds", 5, 64, 32, 1)


def test_nothing_waits_for_tensorflow(tmp_path):
    picture(tmp_path / "1.png")
    code = (
        "import sys; from ganae_cli.datasets import outline; "
        f"o = {options('image_folder', path=str(tmp_path))!r}; print(outline.of(o).height); "
        "outline.of(dict(name='mnist'), '60,000 images of 28x28x1'); "
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("12\n", "")
