"""Samples side by side: for each set a picture with all models, before and after, and real ones; JPEG."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ganae_cli.storage.atomic import replacing
from tests.benchmarks.first_impressions.plan import YARDSTICKS

COLUMNS = 8  # of a run's grid of samples, and of its reconstructions
SIDE = 4  # samples of a run that are shown, in a row and in a column
APART, LINE, PAPER, INK = 10, 16, 255, 0  # pixels between grids, and of a line of text; white and black
WIDTH, LARGE = 1600, 64  # pixels of the whole, and of the longer side of a sample that was enlarged, at most
MOST_BYTES = 300_000
Labelled = tuple[str, list[Image.Image]]  # a label, and the grids that stand below it


def samples(folder: Path, height: int, width: int) -> Image.Image | None:
    """Return the first samples of a run's last grid, each pixel a pixel; None if there is no such grid."""
    found = sorted(folder.glob("samples/step-" + "[0-9]" * 8 + ".png"))
    return _joined(_cells(found[-1], height, width, range(SIDE), range(SIDE))) if found else None


def originals(folder: Path, height: int, width: int) -> Image.Image | None:
    """Return real, held-out pictures, which stand above their reconstructions in a run's last picture of these."""
    found = sorted(folder.glob("samples/step-*-reconstruction.png"))
    cells = _cells(found[-1], height, width, range(0, 2 * SIDE * SIDE // COLUMNS, 2), range(COLUMNS)) if found else []
    return _joined(cells)


def _cells(path: Path, height: int, width: int, rows: Iterable[int], columns: Iterable[int]) -> list[np.ndarray]:
    """Return the pictures of a grid, row by row; [] if it is not of 8 columns of pictures of this size."""
    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    scale, rest = divmod(pixels.shape[1], COLUMNS * (width + 1) + 1)
    if rest or not scale or pixels.shape[0] % scale:
        return []
    pixels = pixels[::scale, ::scale]
    if (len(pixels) - 1) % (height + 1):
        return []
    places = [(row * (height + 1) + 1, column * (width + 1) + 1) for row in rows for column in columns]
    cells = [pixels[top : top + height, left : left + width] for top, left in places]
    return [one for one in cells if one.shape[:2] == (height, width)]


def _joined(cells: Sequence[np.ndarray]) -> Image.Image | None:
    """Return pictures as a square of SIDE by SIDE; None if there are too few."""
    if len(cells) < SIDE * SIDE:
        return None
    rows = [np.concatenate(cells[i : i + SIDE], axis=1) for i in range(0, SIDE * SIDE, SIDE)]
    return Image.fromarray(np.concatenate(rows))


def blocks_of(place: Path, labels: Sequence[str], name: str, models: Sequence[str], shape: str) -> list[Labelled]:
    """Return the grids of a set, model by model, and real pictures last. place: folder of all labels."""
    height, width = (int(side) for side in shape.split("x")[:2])
    found: list[Labelled] = []
    real = None
    for model in models:
        grids, told = [], []
        for label in labels:
            runs = sorted((place / label / name / model).glob("[0-9]*/"), key=lambda folder: int(folder.name))
            grid = next((one for folder in runs if (one := samples(folder, height, width))), None)
            real = real or next((one for folder in runs if (one := originals(folder, height, width))), None)
            if grid and (model not in YARDSTICKS or not grids):
                grids, told = [*grids, grid], [*told, label]
        if grids:
            found.append((model if model in YARDSTICKS else f"{model}: {' | '.join(told)}", grids))
    return [*found, ("real, held out", [real])] if real else found


def drawn(blocks: Sequence[Labelled]) -> Image.Image:
    """Return the blocks as one picture, in lines, each with its label above it; enlarged as far as there is room."""
    side_by_side = max(len(grids) for _, grids in blocks)
    largest = [max(grid.size[i] for _, grids in blocks for grid in grids) for i in range(2)]
    in_line = min(len(blocks), 3 if side_by_side > 1 else 6)
    room = (WIDTH // in_line - APART) // (side_by_side * (largest[0] + 2))
    scale = max(1, min(room, SIDE * LARGE // max(largest)))
    width = side_by_side * (largest[0] * scale + 2) + APART
    height = largest[1] * scale + LINE + APART
    lines = -(-len(blocks) // in_line)
    canvas = Image.new("RGB", (in_line * width + APART, lines * height + APART), (PAPER,) * 3)
    pen, font = ImageDraw.Draw(canvas), ImageFont.load_default(size=12)
    for i, (label, grids) in enumerate(blocks):
        left, top = APART + (i % in_line) * width, APART + (i // in_line) * height
        pen.text((left, top), label, fill=(INK,) * 3, font=font)
        for grid in grids:
            large = grid.resize((grid.width * scale, grid.height * scale), Image.Resampling.NEAREST)
            canvas.paste(large, (left, top + LINE))
            left += large.width + 2
    return canvas


def save(picture: Image.Image, path: Path) -> int:
    """Write a JPEG of at most 300 KB, of the best quality that fits; return its bytes."""
    for quality in range(92, 10, -6):
        content = io.BytesIO()
        picture.save(content, "JPEG", quality=quality, optimize=True)
        if content.tell() <= MOST_BYTES:
            break
    with replacing(path) as temporary:
        temporary.write_bytes(content.getvalue())
    return content.tell()
