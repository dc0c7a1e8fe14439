"""Contract of every dataset, without a download: datasets that read a file are given one."""

import numpy as np
import pytest
from PIL import Image

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.testing import check_dataset
from tests.datasets.recordings import sine, write
from tests.datasets.small_tfds import prepare

from_config.import_parts()
DATASETS = registry.names("dataset")


COLOUR = ("cifar10", "cifar100")  # whose files hold images in colour


@pytest.fixture
def small(tmp_path):
    """Return options that make a dataset small; datasets that read a file get a file of random images."""
    random = np.random.default_rng(0)
    labels = {f"y_{split}": random.integers(0, 10, 20) for split in ("train", "test")}
    for name, shape in (("grey", (20, 9, 13)), ("colour", (20, 9, 13, 3))):
        arrays = {f"x_{split}": random.integers(0, 256, shape).astype(np.uint8) for split in ("train", "test")}
        np.savez(tmp_path / f"{name}.npz", **arrays, **labels)
    for number, image in enumerate(arrays["x_train"]):
        picture = tmp_path / "pictures" / str(number % 2) / f"{number}.png"
        picture.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(picture)
    table = "\n".join(["a,b", *(f"{x},{y}" for x, y in random.normal(size=(20, 2)))])
    (tmp_path / "table.csv").write_text(table, encoding="utf-8")
    files = dict.fromkeys(COLOUR, "colour.npz") | {"tabular": "table.csv", "image_folder": "pictures"}
    files |= {"audio_folder": "recordings"}

    def options(name):
        if name == "tfds":
            pytest.importorskip("tensorflow_datasets", reason="needs the extra `tfds`")
            if not (tmp_path / "birds").exists():
                prepare(tmp_path, train=25, test=9)
            return {"builder": "birds", "path": str(tmp_path)}
        if name == "audio_folder":
            for i in range(20):
                write(tmp_path / "recordings" / str(i % 2) / f"{i}.wav", sine(200 + 100 * i, 9000, height=1.0))
        given = {"path": str(tmp_path / files.get(name, "grey.npz")), "count": 50}
        return {key: given[key] for key in given if key in registry.options("dataset", name)}

    return options


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset(small, name):
    check_dataset(name, **small(name))


@pytest.mark.parametrize("name", [n for n in DATASETS if "image_size" in registry.options("dataset", n)])
def test_images_come_in_the_size_asked_for(small, name):
    *_, depth = registry.build("dataset", name, **small(name)).shape
    assert registry.build("dataset", name, **small(name), image_size=[10, 16]).shape == (10, 16, depth)
    assert registry.build("dataset", name, **small(name), image_size=12).test.shape[1:] == (12, 12, depth)
