"""The user's own images: folders, archives, single pictures, arrays; how they are fitted, and what is refused."""

import re
import zipfile

import numpy as np
import pytest
from PIL import Image

from ganae_cli.errors import UserError
from ganae_cli.evaluation.inputs import read, read_images

SHAPE = (4, 4, 1)
IMAGES = np.arange(3 * 16, dtype=np.uint8).reshape(3, 4, 4, 1)


@pytest.fixture
def folder(tmp_path):
    """Return a folder with the images in two folders, and a file that is no picture."""
    for name, image in zip(("owl/b.png", "cat/a.png", "owl/a.png"), IMAGES, strict=True):
        (tmp_path / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[..., 0]).save(tmp_path / "own" / name)
    (tmp_path / "own" / "notes.txt").write_text("none")
    return tmp_path / "own"


def test_a_folder_in_the_order_of_names(folder):
    images, names = read_images(folder, SHAPE)
    assert names == ["cat/a.png", "owl/a.png", "owl/b.png"]
    assert (images == IMAGES[[1, 2, 0]]).all()
    assert read(folder, SHAPE).labels == ["cat", "owl", "owl"]
    images, names = read_images(folder, SHAPE, limit=2)
    assert (images == IMAGES[[1, 2]]).all()
    assert len(names) == 2


def test_a_zip_gives_the_same(folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
        for path in folder.rglob("*.png"):
            archive.write(path, path.relative_to(folder))
    assert (read_images(tmp_path / "own.zip", SHAPE)[0] == read_images(folder, SHAPE)[0]).all()


def test_one_picture_is_fitted(tmp_path):
    """A picture of twice the width: its middle is cut out, or it lies in black."""
    wide = np.repeat(np.array([[0, 0, 200, 200, 200, 200, 0, 0]], np.uint8), 4, axis=0)
    Image.fromarray(wide).save(tmp_path / "x.png")
    images, names = read_images(tmp_path / "x.png", SHAPE)
    assert (images.shape, names) == ((1, 4, 4, 1), ["x.png"])
    assert (images == 200).all()
    padded = read_images(tmp_path / "x.png", SHAPE, how="pad")[0][0, ..., 0]
    assert (padded[[0, 3]] == 0).all()
    assert padded[1:3].max() > 150
    colour = read_images(tmp_path / "x.png", (4, 4, 3))[0]
    assert (colour == 200).all()
    assert colour.shape == (1, 4, 4, 3)


@pytest.mark.parametrize("images", [IMAGES, IMAGES[..., 0]], ids=["with channels", "without"])
def test_arrays(tmp_path, images):
    np.save(tmp_path / "x.npy", images)
    np.savez(tmp_path / "x.npz", images=images, labels=np.array([2, 0, 1]))
    assert (read_images(tmp_path / "x.npy", SHAPE)[0] == IMAGES).all()
    found = read(tmp_path / "x.npz", SHAPE, limit=2)
    assert (found.rows == IMAGES[:2]).all()
    assert (found.names, found.labels) == (["0", "1"], [2, 0])


def test_labels_get_the_names_of_their_classes(tmp_path):
    """As `ganae sample --out x.npz` writes them; labels of another length do not count."""
    np.savez(tmp_path / "x.npz", images=IMAGES, labels=np.array([1, 0, 1]), classes=np.array(["owl", "cat"]))
    assert read(tmp_path / "x.npz", SHAPE).labels == ["cat", "owl", "cat"]
    np.savez(tmp_path / "y.npz", x_test=IMAGES, y_test=np.array([1, 0]), labels=np.arange(3))
    assert read(tmp_path / "y.npz", SHAPE).labels is None


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (
            {"images": IMAGES / 255},
            "'images' is float64 (3, 4, 4, 1); this model takes images of 4x4 with 1 channel: expected uint8 "
            "(N, 4, 4, 1), from 0 to 255",
        ),
        ({"images": IMAGES[:, :2]}, "'images' is uint8 (3, 2, 4, 1); this model takes"),
        ({"images": IMAGES[:0]}, "'images' is uint8 (0, 4, 4, 1); this model takes"),
        ({"other": IMAGES}, "holds 'other' (3, 4, 4, 1); expected one of images, x_test, x_train, x, data"),
    ],
)
def test_arrays_that_do_not_fit(tmp_path, arrays, message):
    np.savez(tmp_path / "x.npz", **arrays)
    with pytest.raises(UserError, match=re.escape(message)) as caught:
        read(tmp_path / "x.npz", SHAPE)
    assert str(caught.value).startswith(f"--input {tmp_path}/x.npz")


def test_objects_are_not_loaded(tmp_path):
    np.save(tmp_path / "x.npy", np.array([{}], object))
    with pytest.raises(UserError, match=r"^--samples .*x\.npy cannot be read: it holds Python objects"):
        read(tmp_path / "x.npy", SHAPE, flag="--samples")


def test_pictures_that_cannot_be_read(folder):
    (folder / "cat" / "bad.png").write_text("no picture")
    message = f"--input {folder}: 1 of 4 files cannot be read, the first is cat/bad.png: it is none of PNG"
    with pytest.raises(UserError, match=re.escape(message)):
        read(folder, SHAPE)
    with pytest.raises(UserError, match=r"bad\.png is no picture that can be read: it is none of PNG"):
        read(folder / "cat" / "bad.png", SHAPE)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nothing", "nothing: no such file or folder"),
        ("empty", "empty has no pictures (it is empty)"),
        ("sounds", "sounds has no pictures (it holds 1 .wav); of a run on recordings, give an .npz of its images"),
        ("sounds/a.wav", "sounds/a.wav is a recording: expected pictures, or an .npz of images"),
    ],
)
def test_no_pictures(tmp_path, name, message):
    (tmp_path / "empty").mkdir()
    (tmp_path / "sounds").mkdir()
    (tmp_path / "sounds" / "a.wav").write_bytes(b"RIFF0000WAVE")
    with pytest.raises(UserError, match=f"{re.escape(message)}$"):
        read(tmp_path / name, SHAPE)


def test_a_model_of_channels_that_no_picture_has(folder):
    with pytest.raises(UserError, match="pictures have 1, 3 or 4 channels, and this model takes images of 4x4 with 2"):
        read(folder, (4, 4, 2))
