"""Export of samples: the arrays and images that are written, and the refusals."""

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from ganae_cli.errors import UserError
from ganae_cli.evaluation.export import save_arrays, write_samples

CODES = np.arange(24, dtype=np.float32).reshape(12, 2)
IMAGES = np.arange(12 * 8 * 6, dtype=np.uint8).reshape(12, 8, 6, 1)
POINTS = CODES / 10


class Fixed:
    """A trained model with fixed samples, of which the seed shifts the first."""

    classes = ()
    sound = None

    def __init__(self, samples):
        self.samples, self.game = samples, SimpleNamespace(shape=samples.shape[1:])

    def labels(self, count, asked=None):
        return None

    def sample_with_codes(self, count, seed, labels=None):
        return self.samples[seed : seed + count], CODES[seed : seed + count]


@pytest.mark.parametrize(("samples", "name"), [(IMAGES, "images"), (POINTS, "points")])
def test_an_archive_holds_samples_and_their_codes(samples, name, tmp_path):
    write_samples(Fixed(samples), 3, 2, tmp_path / "new" / "x.npz", "arrays")
    with np.load(tmp_path / "new" / "x.npz") as held:
        assert sorted(held.files) == sorted([name, "z"])
        assert held[name].dtype == samples.dtype
        assert (held[name] == samples[2:5]).all()
        assert (held["z"] == CODES[2:5]).all()


def test_a_grid_of_images(tmp_path):
    """Four images of 8x6 in two rows with grey lines between them, enlarged to 480 pixels or more."""
    write_samples(Fixed(IMAGES), 4, 0, tmp_path / "x.png", "picture")
    with Image.open(tmp_path / "x.png") as image:
        assert image.size == (26 * (2 * 6 + 3), 26 * (2 * 8 + 3))  # 480 / 19 is 25.3
        assert image.getpixel((26 * 1, 26 * 1)) == IMAGES[0, 0, 0, 0]
        assert image.getpixel((26 * 8, 26 * 10)) == IMAGES[3, 0, 0, 0]


def test_a_scatter_plot_of_points(tmp_path):
    write_samples(Fixed(POINTS), 12, 0, tmp_path / "x.png", "picture")
    with Image.open(tmp_path / "x.png") as image:
        assert (image.mode, image.size) == ("RGB", (640, 640))


def test_a_folder_of_images_is_numbered_with_leading_zeros(tmp_path):
    write_samples(Fixed(IMAGES), 11, 0, tmp_path, "folder")
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{i:02d}.png" for i in range(11)]
    with Image.open(tmp_path / "10.png") as image:
        assert (np.asarray(image) == IMAGES[10, ..., 0]).all()


def test_a_scale_enlarges_a_grid_and_the_images_of_a_folder(tmp_path):
    write_samples(Fixed(IMAGES), 4, 0, tmp_path / "x.png", "picture", scale=2)
    write_samples(Fixed(IMAGES), 2, 0, tmp_path / "all", "folder", scale=3)
    with Image.open(tmp_path / "x.png") as image:
        assert image.size == (2 * (2 * 6 + 3), 2 * (2 * 8 + 3))
    with Image.open(tmp_path / "all" / "1.png") as image:
        assert (np.asarray(image) == IMAGES[1, ..., 0].repeat(3, axis=0).repeat(3, axis=1)).all()
    with pytest.raises(UserError, match=r"^--scale 2 enlarges images, and these are points$"):
        write_samples(Fixed(POINTS), 4, 0, tmp_path / "y.png", "picture", scale=2)


def test_points_do_not_make_a_folder_of_images(tmp_path):
    with pytest.raises(
        UserError, match=r"points have no pictures of their own: use --out FILE\.png, FILE\.npz or FILE\.csv"
    ):
        write_samples(Fixed(POINTS), 3, 0, tmp_path / "folder", "folder")
    assert not (tmp_path / "folder").exists()


def test_a_table_of_points(tmp_path):
    """Each number is read again as it was; the class is the last column, under a name of its own."""
    trained = Fixed(np.array([[0.1, 2], [1e-7, -3e8]], np.float32))
    trained.columns = ("pay, net", "label")
    write_samples(trained, 2, 0, tmp_path / "x.csv", "table")
    assert (tmp_path / "x.csv").read_text() == '"pay, net",label\n0.1,2.0\n1e-07,-3e+08\n'
    trained.classes, trained.labels = ("owl", "cat"), lambda count, asked: np.array([1, 0])
    write_samples(trained, 2, 0, tmp_path / "x.csv", "table")
    lines = (tmp_path / "x.csv").read_text().splitlines()
    assert lines == ['"pay, net",label,label_', "0.1,2.0,cat", "1e-07,-3e+08,owl"]
    with pytest.raises(UserError, match="images do not fit into a table"):
        write_samples(Fixed(IMAGES), 2, 0, tmp_path / "x.csv", "table")


def test_arrays_are_written_whole_or_not_at_all(tmp_path, monkeypatch):
    save_arrays(tmp_path / "x.npz", z=CODES)

    def half(file, **arrays):
        file.write(b"PK")
        raise OSError("no space left")

    monkeypatch.setattr(np, "savez_compressed", half)
    with pytest.raises(OSError, match="no space left"):
        save_arrays(tmp_path / "x.npz", z=-CODES)
    with np.load(tmp_path / "x.npz") as held:
        assert (held["z"] == CODES).all()


@pytest.mark.parametrize(("out", "kind", "link"), [("images", "folder", "images/2.png"), ("x.npz", "arrays", "x.npz")])
def test_a_link_in_the_place_of_an_output_is_replaced_and_not_followed(tmp_path, out, kind, link):
    (tmp_path / "images").mkdir()
    (tmp_path / "mine").write_text("mine")
    (tmp_path / link).symlink_to(tmp_path / "mine")
    write_samples(Fixed(IMAGES), 3, 0, tmp_path / out, kind)
    assert (tmp_path / "mine").read_text() == "mine"
    assert not (tmp_path / link).is_symlink()
