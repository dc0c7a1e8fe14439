"""Contract of every dataset, without a download: datasets that read a file are given one."""

import numpy as np
import pytest
from PIL import Image

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.testing import check_dataset

from_config.import_parts()
DATASETS = registry.names("dataset")


@pytest.fixture
def small(tmp_path):
    """Return options that make a dataset small; datasets that read a file get a file of random images."""
    random = np.random.default_rng(0)
    arrays = {f"x_{split}": random.integers(0, 256, (20, 9, 13)).astype(np.uint8) for split in ("train", "test")}
    labels = {f"y_{split}": random.integers(0, 10, 20) for split in ("train", "test")}
    np.savez(tmp_path / "own.npz", **arrays, **labels)
    for number, image in enumerate(arrays["x_train"]):
        picture = tmp_path / "pictures" / str(number % 2) / f"{number}.png"
        picture.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(picture)
    given = {"path": str(tmp_path / "own.npz"), "count": 50}

    def options(name):
        own = given | ({"path": str(tmp_path / "pictures")} if name == "image_folder" else {})
        return {key: own[key] for key in own if key in registry.options("dataset", name)}

    return options


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset(small, name):
    check_dataset(name, **small(name))


@pytest.mark.parametrize("name", [n for n in DATASETS if "image_size" in registry.options("dataset", n)])
def test_images_come_in_the_size_asked_for(small, name):
    assert registry.build("dataset", name, **small(name), image_size=[10, 16]).shape == (10, 16, 1)
    assert registry.build("dataset", name, **small(name), image_size=12).test.shape[1:] == (12, 12, 1)
