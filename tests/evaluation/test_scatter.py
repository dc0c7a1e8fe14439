"""Scatter plots, pixel by pixel."""

import gc
import subprocess
import sys

import numpy as np
import pytest

from ganae_cli.evaluation.scatter import Classes, scatter


def red(picture):
    """Return rows and columns of pixels in the samples' colour, without the legend at the top right."""
    pixels = np.asarray(picture.convert("RGB")).astype(int)
    is_red = pixels[..., 0] - pixels[..., 1] > 60
    is_red[:120, 400:] = False
    return np.argwhere(is_red)


def test_a_scatter_plot_has_equal_scales_and_the_data_s_frame():
    """Samples at the corners of a square, data twice as wide as high: the square stays one, and up is up."""
    real = np.array([[-2.0, -1.0], [2.0, 1.0]])
    square = np.array([[-0.5, -0.5], [0.5, -0.5], [-0.5, 0.5]])
    picture = scatter(square, real)
    assert picture.size == (640, 640)
    left_low, right_low, left_high = (red(scatter(corner[None], real)).mean(axis=0) for corner in square)
    across, up = right_low - left_low, left_high - left_low
    assert across[0] == pytest.approx(0, abs=1)
    assert up[1] == pytest.approx(0, abs=1)
    assert across[1] == pytest.approx(-up[0], rel=0.02)
    assert across[1] > 50
    far = scatter(np.array([[100.0, 0.0]]), real)  # the frame depends on the data only
    assert len(red(far)) == 0


@pytest.mark.parametrize("dimensions", [1, 3])
def test_points_of_any_dimension_can_be_drawn(dimensions):
    points = np.zeros((1, dimensions), np.float32)
    real = np.linspace(-1, 1, 2 * dimensions).reshape(2, dimensions)
    assert len(red(scatter(points, real))) > 0
    assert len(red(scatter(points))) > 0


SHOW = """
import sys
import numpy as np
from ganae_cli.evaluation.scatter import scatter
picture = scatter(np.zeros((2, 2)), np.eye(2))
sys.stdout.buffer.write(picture.tobytes())
"""


def test_a_scatter_plot_leaves_no_figure_in_memory():
    from matplotlib.figure import Figure

    scatter(np.zeros((4, 2)), np.ones((4, 2)))
    assert not [found for found in gc.get_objects() if isinstance(found, Figure)]


def test_settings_that_lie_in_the_current_folder_are_not_obeyed(tmp_path):
    """`text.usetex` would start LaTeX on a text of the file, `figure.facecolor` shows without LaTeX."""
    seen = []
    for content in ("", "figure.facecolor: red\ntext.usetex: True\ntext.latex.preamble: \\input{/etc/passwd}\n"):
        (tmp_path / "matplotlibrc").write_text(content)
        words = [sys.executable, "-c", SHOW]
        seen.append(subprocess.run(words, cwd=tmp_path, capture_output=True, check=True, timeout=100).stdout)
    assert seen[0] == seen[1] == scatter(np.zeros((2, 2)), np.eye(2)).tobytes()


def coloured(picture, at_least=60):
    """Return rows, columns and colours of the pixels that are not grey, without the legend at the top right."""
    pixels = np.asarray(picture).astype(int)
    is_coloured = np.ptp(pixels, axis=2) > at_least
    is_coloured[:150, 400:] = False
    return np.argwhere(is_coloured), pixels[is_coloured]


def test_each_class_has_its_colour_and_its_real_points_a_pale_one():
    """Class 0 is blue and to the left, class 1 orange and to the right; real points stand above."""
    points, real = np.array([[-1.0, -1.0], [1.0, -1.0]]), np.array([[-1.0, 0.5], [1.0, 0.5]])
    labels = np.array([0, 1])
    places, colours = coloured(scatter(points, real, classes=Classes(("cat", "dog"), labels, labels)), 30)
    is_blue = colours[:, 2] > colours[:, 0]
    assert places[is_blue][:, 1].max() < places[~is_blue][:, 1].min()
    is_above = places[:, 0] < places[:, 0].mean()
    assert colours[is_above].min() > colours[~is_above].min() + 40
    places, colours = coloured(scatter(points, real, classes=Classes(("cat", "dog"), labels)), 30)
    assert np.ptp(places[:, 0]) < 20, "real points without labels are grey"


def test_many_classes_have_hues_and_no_legend():
    labels = np.arange(40)
    picture = scatter(np.stack([labels, labels], axis=1), classes=Classes([str(i) for i in labels], labels))
    _, colours = coloured(picture, 100)
    assert len({tuple(colour // 32) for colour in colours}) > 20
    few = Classes(("a", "b"), labels % 2)
    inside = np.s_[20:140, 500:610]
    assert (np.asarray(picture)[inside] > 250).mean() > (
        np.asarray(scatter(np.stack([labels, labels * -1], axis=1), classes=few))[inside] > 250
    ).mean()


def test_any_name_can_stand_in_the_legend(recwarn):
    names = ("$\\frac{", "_hidden", "猫", "x" * 500, "")
    labels = np.arange(5)
    assert scatter(np.eye(5), classes=Classes(names, labels)).size == (640, 640)
    assert [str(warning.message) for warning in recwarn if "Glyph" in str(warning.message)] == []
