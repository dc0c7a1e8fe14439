"""From bytes to pixels: every kind of picture has its defined outcome, and whatever is broken is named."""

import io
import struct
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image

from ganae_cli.datasets.pictures.decode import MOST_PIXELS, Wanted, header, pixels
from ganae_cli.datasets.pictures.folder import FolderTree
from ganae_cli.datasets.pictures.tree import Unreadable

RANDOM = np.random.default_rng(0)
COLOURS = RANDOM.integers(0, 256, (6, 5, 3)).astype(np.uint8)


def decoded(content, channels=3, size=None, how="crop"):
    return pixels(content, Wanted(size, how, channels))


def about(fill, content):
    tree = FolderTree(fill({"x.png": content}))
    return header(tree, tree.entries[0])


def png(width, height, depth, kind, *chunks):
    """Return a PNG of chunks (name, content), whose header says what it may."""
    head = (b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))
    made = b"\x89PNG\r\n\x1a\n"
    for name, content in (head, *chunks, (b"IEND", b"")):
        made += struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    return made


def png16(values):
    """Return a PNG of 16 bits a channel of values uint16 (height, width, channels)."""
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[values.shape[2]]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    return png(values.shape[1], values.shape[0], 16, kind, (b"IDAT", zlib.compress(rows)))


def tiff(values, **options):
    file = io.BytesIO()
    tifffile.imwrite(file, values, **options)
    return file.getvalue()


@pytest.mark.parametrize("format", ["PNG", "BMP", "TIFF", "PPM", "GIF"])
def test_formats_without_loss_come_back(encode, fill, format):
    few = COLOURS // 64 * 64  # colours that a palette of GIF holds
    assert (decoded(encode(few, format)) == few).all()
    assert about(fill, encode(few, format))[:2] == ((6, 5), False)


@pytest.mark.parametrize("format", ["JPEG", "WEBP"])
def test_formats_with_loss_come_back_nearly(encode, format):
    flat = np.full((16, 16, 3), (200, 60, 30), np.uint8)
    assert np.abs(decoded(encode(flat, format)).astype(int) - flat).max() < 6


def test_grey(encode, fill):
    grey = COLOURS[..., 0]
    assert (decoded(encode(grey), 1)[..., 0] == grey).all()
    assert (decoded(encode(grey), 3) == grey[..., None]).all()
    assert about(fill, encode(grey)).is_grey
    assert about(fill, encode(grey, mode="P")).is_grey
    assert not about(fill, encode(COLOURS, mode="P")).is_grey
    luma = np.rint(COLOURS @ [0.299, 0.587, 0.114])  # ITU-R 601
    assert np.abs(decoded(encode(COLOURS), 1)[..., 0] - luma).max() <= 1


def test_black_and_white_of_one_bit(encode):
    bits = np.eye(5, dtype=np.uint8) * 255
    assert (decoded(encode(bits, mode="1"), 1)[..., 0] == bits).all()


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_a_png_of_16_bits_is_divided_by_257(fill, depth):
    values = RANDOM.integers(0, 65536, (6, 5, depth)).astype(np.uint16)
    values[0, 0], values[0, 1], values[0, 2], values[0, 3] = 0, 65535, 65280, 128 * 257 + 129
    expected = np.rint(values / 257).astype(np.uint8)
    assert expected[0, 2, 0] == 254, "the upper half of its bits says 255"
    if depth in (2, 4):
        values[..., -1], expected[..., -1] = 65535, 255
        assert (decoded(png16(values), 4)[..., [0, 3] if depth == 2 else [0, 1, 2, 3]] == expected).all()
    found = decoded(png16(values), 1 if depth < 3 else 3)
    assert (found == expected[..., : found.shape[2]]).all()
    assert about(fill, png16(values)) == ((6, 5), depth < 3, depth in (2, 4), 16)


@pytest.mark.parametrize("options", [{}, {"planarconfig": "separate"}, {"compression": "zlib"}, {"byteorder": ">"}])
def test_a_tiff_of_16_bits(options):
    values = RANDOM.integers(0, 65536, (6, 5, 3)).astype(np.uint16)
    stored = np.moveaxis(values, 2, 0) if "planarconfig" in options else values
    content = tiff(np.ascontiguousarray(stored), photometric="rgb", **options)
    assert (decoded(content) == np.rint(values / 257)).all()


def test_a_grey_tiff_of_16_bits():
    values = RANDOM.integers(0, 65536, (6, 5)).astype(np.uint16)
    expected = np.rint(values / 257)
    assert (decoded(tiff(values), 1)[..., 0] == expected).all()
    assert (decoded(tiff(values, photometric="miniswhite"), 1)[..., 0] == 255 - expected).all()


def test_a_grey_pgm_of_16_bits():
    values = RANDOM.integers(0, 65536, (6, 5)).astype(np.uint16)
    assert (decoded(b"P5 5 6 65535\n" + values.astype(">u2").tobytes(), 1)[..., 0] == np.rint(values / 257)).all()
    assert decoded(b"P2 3 1 1023 0 512 1023", 1).ravel().tolist() == [0, 128, 255]


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(
    ("extra", "expected"), [("unspecified", (80, 255)), ("assocalpha", (200, 102)), ("unassalpha", (80, 102))]
)
def test_a_channel_of_a_tiff_is_transparency_only_if_its_tag_says_so(fill, bits, extra, expected):
    """80 of 255 at an opacity of 102 of 255: as it is, or 80 / 0.4 = 200 where it is multiplied by that."""
    values = np.full((6, 5, 4), 80, np.uint16)
    values[..., 3] = 102
    content = tiff(values.astype(np.uint8) if bits == 8 else values * 257, photometric="rgb", extrasamples=[extra])
    assert about(fill, content) == ((6, 5), False, extra != "unspecified", bits)
    assert (decoded(content, 4) == [expected[0]] * 3 + [expected[1]]).all()
    seen = expected[0] if extra == "unspecified" else round(expected[0] * 0.4 + 255 * 0.6)
    assert (decoded(content) == seen).all()


def test_grey_of_a_tiff_that_is_multiplied_by_its_opacity():
    content = tiff(np.full((6, 5, 2), (80, 102), np.uint8), photometric="minisblack", extrasamples=["assocalpha"])
    assert (decoded(content, 1) == 233).all(), "200 at an opacity of 0.4 over white"


@pytest.mark.parametrize("depth", [1, 3])
def test_a_colour_that_stands_for_transparency_in_16_bits(fill, depth):
    """The lower half of the bits counts: 0x1001 is not 0x1000."""
    values = np.full((2, 5, depth), 0x1001, np.uint16)
    values[0] = 0x1000
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    clear = (b"tRNS", struct.pack(f">{depth}H", *[0x1000] * depth))
    content = png(5, 2, 16, {1: 0, 3: 2}[depth], clear, (b"IDAT", zlib.compress(rows)))
    assert about(fill, content) == ((2, 5), depth == 1, True, 16)
    assert decoded(content, 4)[..., 3].tolist() == [[0] * 5, [255] * 5]
    assert decoded(content, 1)[..., 0].tolist() == [[255] * 5, [16] * 5]


def test_kinds_of_tiff_that_are_not_read():
    cmyk = tiff(np.zeros((6, 5, 4), np.uint16), photometric="separated")
    with pytest.raises(Unreadable, match=r"^its colours are SEPARATED of 16 bits, which is not read; save it as RGB$"):
        decoded(cmyk)
    with pytest.raises(Unreadable, match=r"damaged, or its pixels are of a kind that is not read: save it as PNG$"):
        decoded(tiff(np.zeros((6, 5, 3), np.float32), photometric="rgb"))


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_deflate"])
def test_libraries_write_no_lines_of_their_own(encode, capfd, compression):
    content = bytearray(encode(RANDOM.integers(0, 256, (60, 60, 3)), "TIFF", compression=compression))
    content[len(content) // 3 : len(content) // 2] = bytes(len(content) // 2 - len(content) // 3)
    with pytest.raises(Unreadable, match=r"^its pixels are damaged$"):
        decoded(bytes(content))
    assert capfd.readouterr() == ("", "")


def test_a_damaged_png_of_16_bits():
    rows = b"".join(b"\0" + bytes(5 * 6) for _ in range(6))
    with pytest.raises(Unreadable, match=r"^its pixels are damaged$"):
        decoded(png(5, 6, 16, 2, (b"IDAT", zlib.compress(rows)[:-9])))


@pytest.mark.parametrize("kind", [np.float32, np.int32, np.int16, np.int8, np.uint32])
def test_numbers_of_unknown_range_are_refused(kind):
    with pytest.raises(Unreadable, match=r"its pixels are .*, whose black and white are not known; save it with 8 or"):
        decoded(tiff(np.ones((6, 5), kind)), 1)


def test_cmyk_becomes_rgb(encode):
    """Both ways to store it: full ink is black, no ink is white."""
    for ink, seen in [((0, 0, 0, 0), 255), ((0, 0, 0, 255), 0)]:
        image, file = Image.new("CMYK", (8, 8), ink), io.BytesIO()
        image.save(file, "JPEG", quality=100)
        assert np.abs(decoded(file.getvalue()).astype(int) - seen).max() < 4


def test_transparency_is_laid_over_white_or_kept(encode, fill):
    picture = np.zeros((2, 2, 4), np.uint8)
    picture[0, 0], picture[0, 1], picture[1, 0] = (255, 0, 0, 255), (255, 0, 0, 0), (0, 0, 0, 128)
    content = encode(picture)
    assert decoded(content).tolist() == [[[255, 0, 0], [255, 255, 255]], [[127, 127, 127], [255, 255, 255]]]
    assert decoded(content, 1)[1, 0].tolist() == [127]
    assert (decoded(content, 4) == picture).all()
    assert about(fill, content).has_alpha
    assert (decoded(encode(COLOURS), 4)[..., 3] == 255).all()


def test_a_transparent_colour_of_a_palette():
    image, file = Image.new("P", (2, 1), 0), io.BytesIO()
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.putpixel((1, 0), 1)
    image.save(file, "PNG", transparency=1)
    assert decoded(file.getvalue()).tolist() == [[[10, 20, 30], [255, 255, 255]]]


@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_orientation_is_honoured(fill, format, turn):
    """A red corner, left above in what is seen, moved to where each orientation stores it."""
    seen = np.full((16, 32, 3), 255, np.uint8)
    seen[:8, :8] = (200, 0, 0)
    undone = {
        1: seen,
        2: seen[:, ::-1],
        3: seen[::-1, ::-1],
        4: seen[::-1],
        5: np.swapaxes(seen, 0, 1),
        6: np.rot90(seen, 1),
        7: np.rot90(np.swapaxes(seen, 0, 1), 2),
        8: np.rot90(seen, -1),
    }[turn]
    exif = Image.Exif()
    exif[0x0112] = turn
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(undone)).save(
        file, format, exif=exif, **({"quality": 100} if format[0] == "J" else {})
    )
    found = decoded(file.getvalue())
    assert found.shape == seen.shape
    assert np.abs(found.astype(int) - seen)[2:6, 2:6].max() < 40
    assert np.abs(found.astype(int) - seen)[10:, 10:].max() < 40
    assert about(fill, file.getvalue()).size == (16, 32)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "TIFF", "PNG"])
def test_the_first_of_several_frames(format):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "lime")]
    file = io.BytesIO()
    options = {"lossless": True} if format == "WEBP" else {}
    frames[0].save(file, format, save_all=True, append_images=frames[1:], **options)
    assert (decoded(file.getvalue()) == (255, 0, 0)).all()


def test_sizes(encode):
    assert decoded(encode(COLOURS), 3, (3, 9)).shape == (3, 9, 3)
    assert (decoded(encode(COLOURS[:1, :1]), 3, (4, 4)) == COLOURS[0, 0]).all()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"hello, world", "it is none of PNG, JPEG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "it is HEIC, which is not supported"),
        (b"\x89PNG\r\n\x1a\n", "its header is damaged"),
        (png(50_000, 50_000, 8, 2, (b"IDAT", zlib.compress(b"\0" * 1000))), "exceeds limit of"),
        (png(10_000, 10_000, 8, 2, (b"IDAT", b"")), f"it has 100,000,000 pixels, more than {MOST_PIXELS:,}"),
        (png(4, 4, 8, 2, (b"IDAT", zlib.compress(b"\0" * 5))), "truncated"),
        (b"P5 0 5 255\n", "its header is damaged"),
    ],
)
def test_what_is_broken_is_named(content, said):
    with pytest.raises(Unreadable, match=said.replace("(", r"\(")):
        decoded(content)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "BMP", "GIF", "WEBP", "TIFF", "PPM"])
def test_half_a_file_is_refused(encode, format):
    """Pillow would fill up the rest with grey if it were allowed to."""
    content = encode(RANDOM.integers(0, 256, (64, 64, 3)), format)
    with pytest.raises(Unreadable):
        decoded(content[: len(content) // 2])
