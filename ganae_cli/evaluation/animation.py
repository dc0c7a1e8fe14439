"""Moving pictures: GIF files that go there and back again for ever. Without TensorFlow."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from ganae_cli.errors import UserError
from ganae_cli.storage.atomic import replacing

SHOWN, HELD = 80, 500  # milliseconds of a frame, and of the first and the last one
MOST_PIXELS = 2**26  # of all frames


def save_gif(frames: Sequence[Image.Image], path: Path) -> None:
    """Write frames as a GIF atomically: from the first to the last and back, without end.

    Both ends are held for half a second. Grey pictures keep their values; of colours, each frame has its best 256.
    Raises UserError for what would be too large to look at.
    """
    refuse_large(len(frames), frames[0].size, path)
    there = [frame if frame.mode == "L" else frame.convert("RGB") for frame in frames]
    times = [HELD, *[SHOWN] * (len(there) - 2), HELD] if len(there) > 1 else [HELD]
    back, times_back = there[-2:0:-1], times[-2:0:-1]
    with replacing(path, sync=False) as temporary:
        there[0].save(
            temporary,
            format="GIF",
            save_all=True,
            append_images=[*there[1:], *back],
            duration=[*times, *times_back],
            loop=0,
        )


def refuse_large(count: int, size: tuple[int, int], path: Path) -> None:
    """Raise UserError for a GIF of so many frames of a size (width, height) that it would be too large to look at."""
    width, height = size
    if count * width * height > MOST_PIXELS:
        raise UserError(
            f"--out {path}: a GIF of {count} frames of {width:,} x {height:,} pixels is too large: take fewer --steps, "
            "fewer rows, or a smaller --scale"
        )
