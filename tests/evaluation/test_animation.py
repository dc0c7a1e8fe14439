"""GIF files, frame by frame."""

import numpy as np
import pytest
from PIL import Image

from ganae_cli.errors import UserError
from ganae_cli.evaluation import animation
from ganae_cli.evaluation.animation import save_gif


def frames(path):
    """Return each frame as an array, and the milliseconds that it is shown."""
    with Image.open(path) as picture:
        found = []
        for i in range(picture.n_frames):
            picture.seek(i)
            found.append((np.asarray(picture.convert("RGB")), picture.info["duration"]))
        return found, picture.info["loop"]


def test_there_and_back_without_end(tmp_path):
    """Four frames, of which the two in the middle are seen twice; grey values stay."""
    greys = [Image.new("L", (3, 2), value) for value in (0, 77, 150, 255)]
    save_gif(greys, tmp_path / "x.gif")
    found, loop = frames(tmp_path / "x.gif")
    assert [int(pixels[0, 0, 0]) for pixels, _ in found] == [0, 77, 150, 255, 150, 77]
    assert [time for _, time in found] == [500, 80, 80, 500, 80, 80]
    assert loop == 0


def test_colours(tmp_path):
    colours = [(200, 10, 10), (10, 200, 10)]
    save_gif([Image.new("RGB", (4, 4), colour) for colour in colours], tmp_path / "x.gif")
    found, _ = frames(tmp_path / "x.gif")
    assert [tuple(pixels[1, 1].tolist()) for pixels, _ in found] == colours


def test_what_is_too_large_is_refused_before_it_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(animation, "MOST_PIXELS", 17)
    with pytest.raises(UserError, match=r"x\.gif: a GIF of 3 frames of 3 x 2 pixels is too large: take fewer --steps"):
        save_gif([Image.new("L", (3, 2))] * 3, tmp_path / "x.gif")
    assert list(tmp_path.iterdir()) == []
