"""What a pass over files finds out; no file stops the others."""

import numpy as np
import pytest
from PIL import Image

from ganae_cli.doctor.surveys.image_folder import of_folder

OPTIONS = {
    "image_size": None,
    "resize": "crop",
    "channels": "auto",
    "labels": "auto",
    "test_fraction": 0.25,
    "validation_fraction": 0.0,
    "skip_unreadable": False,
}


@pytest.fixture
def folder(tmp_path):
    """Return a folder of cats (20 x 30, colour) and dogs (16 bits, grey), a copy, and three files that are broken."""
    random = np.random.default_rng(0)
    for i in range(6):
        (tmp_path / "cat").mkdir(exist_ok=True)
        Image.fromarray(random.integers(0, 256, (20, 30, 3)).astype(np.uint8)).save(tmp_path / "cat" / f"{i}.png")
    for i in range(2):
        (tmp_path / "dog").mkdir(exist_ok=True)
        Image.fromarray(random.integers(0, 2**16, (8, 8)).astype(np.uint16)).save(tmp_path / "dog" / f"{i}.png")
    whole = (tmp_path / "cat" / "0.png").read_bytes()
    (tmp_path / "dog" / "copy.png").write_bytes(whole)
    (tmp_path / "cat" / "half.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "cat" / "text.png").write_text("no picture")
    (tmp_path / "dog" / "zero.png").touch()
    (tmp_path / "dog" / "notes.txt").write_text("not meant")
    return tmp_path


def test_everything_is_counted(folder):
    found = of_folder({**OPTIONS, "path": str(folder)})
    assert list(found.faults) == ["cat/half.png", "cat/text.png", "dog/zero.png"]
    assert found.faults["dog/zero.png"] == "it is empty"
    assert (found.count, dict(found.left_out)) == (9, {".txt": 1})
    assert dict(found.sizes) == {(20, 30): 7, (8, 8): 2}
    assert dict(found.bits) == {8: 7, 16: 2}
    assert dict(found.kinds) == {"colour": 7, "grey": 2}
    copies = [i for i, name in enumerate(found.names) if name in ("cat/0.png", "dog/copy.png")]
    assert len(set(found.digests[copies].tolist())) == 1
    assert found.splits == {"train": 7, "test": 2}
    assert (found.classes, found.labels.tolist()) == (("cat", "dog"), [0] * 6 + [1] * 3)
    assert len(found.refused) == 1
    assert "pictures of 2 sizes" in found.refused[0]
    assert found.rows.shape == (9, 32, 32, 3)
    assert found.sheet.shape == (9, 64, 64, 3)
    assert found.rate > 0


def test_a_size_that_is_set_is_the_size_of_the_sheet(folder):
    found = of_folder({**OPTIONS, "path": str(folder), "image_size": [10, 12]})
    assert found.sheet.shape == (9, 10, 12, 3)
    assert found.refused == []


def test_validation_pictures_are_counted_and_found_in_their_split(folder):
    found = of_folder({**OPTIONS, "path": str(folder), "image_size": 8, "validation_fraction": 0.3})
    assert found.splits == {"train": 5, "test": 2, "validation": 2}
    assert np.bincount(found.of_split).tolist() == [5, 2, 2]
    assert np.bincount(found.labels).tolist() == [6, 3]


def test_a_channel_of_transparency_that_says_nothing_is_none(tmp_path):
    """As programs write it that take pictures of a screen."""
    for i, opacity in enumerate((255, 255, 255, 254)):
        Image.new("RGBA", (9, 9), (9 * i, 0, 0, opacity)).save(tmp_path / f"{i}.png")
    found = of_folder({**OPTIONS, "path": str(tmp_path)})
    assert dict(found.kinds) == {"colour": 3, "colour with transparency": 1}
    over_white = "1 pictures with a channel of transparency are laid over white; dataset.channels=4 keeps it"
    assert over_white in found.warned, "as a training warns"
    assert over_white not in of_folder({**OPTIONS, "path": str(tmp_path), "channels": 4}).warned


def test_what_a_training_warns_of_and_refuses_is_said(folder):
    """A picture beside the classes; validation pictures that are there already."""
    (folder / "cover.png").write_bytes((folder / "cat" / "1.png").read_bytes())
    found = of_folder({**OPTIONS, "path": str(folder), "image_size": 8})
    assert [line[:46] for line in found.warned] == ["its folders are not taken for classes, since c"]
    (folder / "cover.png").unlink()
    (folder / "cat").rename(folder / "train")
    (folder / "dog").rename(folder / "val")
    found = of_folder({**OPTIONS, "path": str(folder), "image_size": 8, "validation_fraction": 0.1})
    assert "validation rows of its own" in found.refused[0]


def test_one_picture_is_too_few(tmp_path):
    Image.new("RGB", (9, 9)).save(tmp_path / "only.png")
    found = of_folder({**OPTIONS, "path": str(tmp_path)})
    assert "one picture; expected at least 2" in found.refused[0]


def test_no_file_that_can_be_read(tmp_path):
    (tmp_path / "bad.png").write_text("bad")
    found = of_folder({**OPTIONS, "path": str(tmp_path)})
    assert (found.count, found.sheet, len(found.refused)) == (0, None, 1)
