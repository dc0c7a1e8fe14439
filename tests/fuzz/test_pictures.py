"""Pictures of anybody, changed at random: one reason in one line, or pixels of the size that was asked for."""

import io
import zipfile

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ganae_cli.datasets.image_folder import image_folder
from ganae_cli.datasets.pictures.decode import Wanted, header, pixels
from ganae_cli.datasets.pictures.folder import FolderTree
from ganae_cli.datasets.pictures.tree import Unreadable
from tests.fuzz.inputs import changed, fuzzed, only_user_errors

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # which pytest shows against the wish of the module
RANDOM = np.random.default_rng(0).integers(0, 256, (12, 9, 3)).astype(np.uint8)


def saved(mode, format, **options):
    file = io.BytesIO()
    Image.fromarray(RANDOM).convert(mode).save(file, format, **options)
    return file.getvalue()


def tiff16():
    file = io.BytesIO()
    tifffile.imwrite(file, RANDOM.astype(np.uint16) * 257, photometric="rgb", compression="zlib")
    return file.getvalue()


def png16():
    file = io.BytesIO()
    Image.fromarray(RANDOM[..., 0].astype(np.uint16) * 257).save(file, "PNG")
    return file.getvalue()


EXIF = Image.Exif()
EXIF[0x0112] = 6
FRAMES = {"save_all": True, "append_images": [Image.fromarray(RANDOM[::-1].copy())]}
FILES = {
    "png": saved("RGBA", "PNG"),
    "palette": saved("P", "PNG", transparency=3),
    "png16": png16(),
    "jpeg": saved("RGB", "JPEG", exif=EXIF),
    "cmyk": saved("CMYK", "JPEG"),
    "gif": saved("RGB", "GIF", **FRAMES),
    "webp": saved("RGBA", "WEBP", exif=EXIF),
    "bmp": saved("P", "BMP"),
    "tiff": saved("RGB", "TIFF", exif=EXIF, compression="tiff_lzw"),
    "tiff16": tiff16(),
    "pgm": saved("L", "PPM"),
    "plain": b"P2 3 2 1023\n0 5 1023 7 8 9\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pictures")


@pytest.mark.parametrize("name", FILES)
@fuzzed(0.5)
@given(st.data())
def test_a_picture(folder, name, data):
    content = data.draw(changed(FILES[name]))
    (folder / "x.png").write_bytes(content)
    tree = FolderTree(folder)
    try:
        about, found, why = header(tree, tree.entries[0]), pixels(content, Wanted((8, 7), "pad", 3)), None
    except Unreadable as error:
        about, found, why = None, None, str(error)
    if why is None:
        assert min(about.size) > 0
        assert (found.dtype, found.shape) == (np.uint8, (8, 7, 3))
    else:
        assert "\n" not in why
        assert 0 < len(why) < 500


def packed():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, name in enumerate(("png", "jpeg", "gif", "webp")):
            archive.writestr(f"{'ab'[number % 2]}/{number}.{name}", FILES[name])
    return file.getvalue()


@fuzzed(0.5)
@given(content=changed(packed()), skips=st.booleans())
def test_an_archive(folder, content, skips):
    (folder / "own.zip").write_bytes(content)
    data = only_user_errors(lambda: image_folder(str(folder / "own.zip"), image_size=8, skip_unreadable=skips))
    (folder / "own.zip").unlink()
    assert data is None or len(data.train) > 0
