"""Classes of a conditional model: which are asked for, and which class each sample is of. Without TensorFlow."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ganae_cli.errors import UserError, did_you_mean

MOST_ROWS, MOST_COLUMNS = 10, 10  # of a grid of classes
SHOWN = 20  # names in a message

Asked = str | int | Sequence[str | int] | np.ndarray


class Layout(NamedTuple):
    """A grid in which each class has whole rows. labels: of the images, row by row; each class has `codes` of them."""

    labels: np.ndarray
    codes: int
    columns: int


def balanced(count: int, classes: int | Sequence[int]) -> np.ndarray:
    """Return the labels of `count` samples, int64 (count,): all classes in turn, so that each is drawn as often.

    classes: how many there are, or the labels of some of them. The first n labels are the same for every count.

    >>> balanced(5, 3).tolist(), balanced(3, [7, 2]).tolist()
    ([0, 1, 2, 0, 1], [7, 2, 7])
    """
    return np.resize(np.arange(classes) if isinstance(classes, int) else np.asarray(classes), count).astype(np.int64)


def shown(classes: int) -> list[int]:
    """Return the labels of the classes that a grid shows: all, or 10 at equal distances, with the first and the last.

    >>> shown(3), shown(100)
    ([0, 1, 2], [0, 11, 22, 33, 44, 55, 66, 77, 88, 99])
    """
    return np.linspace(0, classes - 1, min(classes, MOST_ROWS)).astype(int).tolist()


def layout(labels: Sequence[int], count: int) -> Layout:
    """Return a grid of at most `count` images of these classes, but one of each at least.

    Each class has a row; several, if a row would be longer than 10 images.

    >>> layout([0, 1], 6)
    Layout(labels=array([0, 0, 0, 1, 1, 1]), codes=3, columns=3)
    >>> layout([4, 5], 64)[1:]  # 30 each, in three rows
    (30, 10)
    """
    each = max(1, count // len(labels))
    columns = min(each, MOST_COLUMNS)
    codes = each // columns * columns
    return Layout(np.repeat(np.asarray(labels), codes), codes, columns)


def numbers_of(asked: Asked, classes: Sequence[str]) -> np.ndarray:
    """Return the labels of the classes that are asked for, int64: a number is the label, a text is the name of a class.

    Text that is no name may be a number. Names may look like other numbers: of the classes 3 and 7, "7" is that of the
    label 1, and so is 1. Raises UserError, with the choices and the nearest match, for a class that there is not.

    >>> numbers_of(["dog", "0"], ["cat", "dog"]).tolist(), numbers_of("cat", ["cat", "dog"]).tolist()
    ([1, 0], [0])
    >>> numbers_of(["1", 1], ["2", "1", "0"]).tolist(), numbers_of("0", ["2", "1", "0"]).tolist()
    ([1, 1], [2])
    """
    several = [asked] if isinstance(asked, str | int | np.integer) else list(asked)
    if not several:
        raise UserError("no class is asked for: label=…")
    return np.array([_number_of(one, classes) for one in several], np.int64)


def words_of(text: str, classes: Sequence[str]) -> list[str]:
    """Return the classes that a word of the command line names: one whose name it is, or several with commas between.

    >>> words_of("cat,dog", ["cat", "dog"]), words_of("cat, small", ["cat, small", "dog"])
    (['cat', 'dog'], ['cat, small'])
    """
    return [text] if text in classes else [word.strip() for word in text.split(",") if word.strip()]


def _number_of(one: str | int, classes: Sequence[str]) -> int:
    text = str(one)
    if isinstance(one, str) and text in classes:
        return list(classes).index(text)
    if text.isascii() and text.isdecimal() and int(text) < len(classes):
        return int(text)
    more = f", … ({len(classes)} in all)" if len(classes) > SHOWN else ""
    raise UserError(
        f"there is no class '{text}'{did_you_mean(text, classes)} (classes: {', '.join(classes[:SHOWN])}{more}; or a "
        f"number from 0 to {len(classes) - 1})"
    )
