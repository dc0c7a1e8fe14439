"""Scatter plots of points, over real ones, coloured by class where there are classes. Without TensorFlow."""

import gc
import io
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SAMPLES, DATA = "C3", "0.75"  # red, and light grey
NAMES = ("samples", "data")
DOT = 4  # area of a point, in square points of 1/72 inch
PALE = 0.35  # share of a class's colour in that of its real points; the rest is white
NAMED = 10  # classes that a legend names, and that have colours apart; with more, the hue follows the label
LONGEST = 20  # letters of a name in the legend


class Classes(NamedTuple):
    """Classes of points. samples, real: labels int (N,) of each; None: these have no class, and stay grey."""

    names: Sequence[str]
    samples: np.ndarray
    real: np.ndarray | None = None


def scatter(
    points: np.ndarray,
    real: np.ndarray | None = None,
    size: int = 640,
    classes: Classes | None = None,
    names: tuple[str, str] = NAMES,
    dot: float = DOT,
) -> Image.Image:
    """Return a scatter plot of float points (N, D), over real points, as an image of size x size pixels.

    It shows the first two coordinates at equal scales, in the units of the data; the frame is that of the real points.
    Samples are red and real points grey; with classes, each has a colour, and real points a pale one. names: what the
    legend calls samples and real points. dot: area of the samples, in square points.
    """
    import matplotlib  # imported here: takes a second, which runs on images do not need

    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()  # it obeys a `matplotlibrc` of the current folder, which could start LaTeX
        warnings.filterwarnings("ignore", "Glyph")  # names of classes in letters that its font lacks
        try:
            return _scatter(points, real, size, classes, names, dot)
        finally:
            gc.collect()  # a figure is a cycle that holds 2 MB, and Python collects one only after some 40 others


def _scatter(
    points: np.ndarray,
    real: np.ndarray | None,
    size: int,
    classes: Classes | None,
    names: tuple[str, str],
    dot: float,
) -> Image.Image:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(size / 100, size / 100), dpi=100, layout="tight")
    axes = figure.subplots()
    of_class = None if classes is None else _colours(len(classes.names))
    of_samples, of_real = _of_points(classes, of_class)
    if real is not None and len(real):
        behind = _plane(real)
        axes.scatter(behind[:, 0], behind[:, 1], s=DOT, c=of_real, label=names[1])
        low, high = behind.min(), behind.max()
        margin = 0.15 * (high - low)
        axes.set(xlim=(low - margin, high + margin), ylim=(low - margin, high + margin))
    shown = _plane(points)
    axes.scatter(shown[:, 0], shown[:, 1], s=dot, c=of_samples, alpha=0.6, linewidths=0, label=names[0])
    axes.set_aspect("equal")
    _legend(axes, classes, of_class)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return Image.open(buffer).convert("RGB")


def _of_points(classes: Classes | None, of_class: np.ndarray | None) -> tuple[str | np.ndarray, str | np.ndarray]:
    """Return the colours of samples and of real points: one for all, or one each (N, 3)."""
    if classes is None or of_class is None:
        return SAMPLES, DATA
    pale = 1 - PALE + PALE * of_class
    return of_class[classes.samples], DATA if classes.real is None else pale[classes.real]


def _plane(points: np.ndarray) -> np.ndarray:
    """Return the first two coordinates; the second is 0 where there is none."""
    return points[:, :2] if points.shape[1] > 1 else np.pad(points, ((0, 0), (0, 1)))


def _colours(count: int) -> np.ndarray:
    """Return a colour (count, 3) for each class, from 0 to 1."""
    from matplotlib import colormaps

    places = np.arange(count) if count <= NAMED else np.arange(count) / count
    return np.asarray(colormaps["tab10" if count <= NAMED else "hsv"](places))[:, :3]


def _legend(axes: "Axes", classes: Classes | None, of_class: np.ndarray | None) -> None:
    """Say what the colours mean: samples and data, or the classes, if they are few."""
    if classes is None or of_class is None:
        axes.legend(loc="upper right", markerscale=3)
    elif len(classes.names) <= NAMED:
        from matplotlib.lines import Line2D

        dots = [Line2D([], [], color=colour, marker="o", linestyle="", markersize=5) for colour in of_class]
        names = [f" {name[:LONGEST]}" for name in classes.names]  # a line would be left out for a `_` in front
        for text in axes.legend(dots, names, loc="upper right").get_texts():
            text.set_parse_math(False)  # a $ is a $
