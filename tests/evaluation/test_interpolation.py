"""Ways between codes: ends that are drawn or named, their classes, and the path that fits the codes."""

from types import SimpleNamespace

import numpy as np
import pytest

from ganae_cli.evaluation import interpolation
from ganae_cli.evaluation.inputs import Read
from ganae_cli.evaluation.inputs_of_run import Named


class Space:
    """A space whose code of an image is its two pixels."""

    def __init__(self, is_normal=False, classes=()):
        self.is_normal, self.classes, self.seen = is_normal, classes, None
        game = SimpleNamespace(shape=(1, 2, 1))
        self.trained = SimpleNamespace(game=game, classes=classes, labels=self.labels, encode=self.encode)

    def labels(self, count, asked):
        if not self.classes:
            return None
        return np.resize([self.classes.index(one) for one in asked or self.classes], count)

    def encode(self, rows):
        return rows.reshape(len(rows), 2).astype(np.float32)

    def drawn(self, count, seed, labels=None):
        return np.arange(2 * count, dtype=np.float32).reshape(count, 2) + seed

    def data_of(self, z, labels=None):
        self.seen = labels
        return z.astype(np.uint8).reshape(len(z), 1, 2, 1)


def picture(*pixels, label=None):
    return Named("x", Read(np.array(pixels, np.uint8).reshape(1, 1, 2, 1), ["x"], label and [label]))


def test_drawn_ends_are_pairs_of_one_class():
    ends = interpolation.drawn(Space(classes=("owl", "cat")), 2, 5, None)
    assert ends.z.tolist() == [[[5, 6], [7, 8]], [[9, 10], [11, 12]]]
    assert ends.labels.tolist() == [[0, 0], [1, 1]]
    assert interpolation.drawn(Space(), 2, 5, None).labels is None


def test_named_ends_have_the_classes_of_the_images():
    space = Space(classes=("owl", "cat"))
    pairs = [(picture(0, 0, label="cat"), picture(8, 4, label="owl"))]
    ends = interpolation.named(space, pairs, None)
    assert ends.labels.tolist() == [[1, 0]]
    assert ends.originals.ravel().tolist() == [0, 0, 8, 4]
    walks = interpolation.walk(space, ends, 5, "linear")
    assert walks.made[0, :, 0, :, 0].tolist() == [[0, 0], [2, 1], [4, 2], [6, 3], [8, 4]]
    assert walks.labels.tolist() == [[1, 1, 0, 0, 0]]  # each half of the way is of the class of its end
    assert space.seen.tolist() == [1, 1, 0, 0, 0]
    assert interpolation.named(space, pairs, ["owl"]).labels.tolist() == [[0, 0]]


@pytest.mark.parametrize(
    ("is_normal", "path", "middle"),
    [(False, None, [50, 50]), (True, None, [70.71, 70.71]), (True, "linear", [50, 50]), (False, "slerp", [70.71] * 2)],
)
def test_codes_of_a_prior_are_joined_by_arcs_unless_the_user_says_otherwise(is_normal, path, middle):
    space = Space(is_normal)
    ends = interpolation.named(space, [(picture(100, 0), picture(0, 100))], None)
    assert interpolation.walk(space, ends, 3, path).z[0, 1] == pytest.approx(middle, abs=0.01)
