"""Classes that are asked for: by name or number, balanced, in rows; the nearest match for a class that is not."""

import numpy as np
import pytest

from ganae_cli.errors import UserError
from ganae_cli.evaluation.classes import balanced, layout, numbers_of, shown, words_of

CLASSES = ["7", "0", "cat"]


def test_in_text_a_name_comes_before_a_number():
    assert numbers_of("7", CLASSES).tolist() == [0]
    assert numbers_of(["0", 1, "cat", "2", np.int64(2)], CLASSES).tolist() == [1, 1, 2, 2, 2]


def test_a_number_is_a_label_whatever_classes_are_called():
    """As `labels` of an archive that `ganae sample` has written, of folders that are called 1, 2 and 3."""
    assert numbers_of(np.array([0, 1, 2]), ["1", "2", "3"]).tolist() == [0, 1, 2]
    assert numbers_of(0, CLASSES).tolist() == [0]
    with pytest.raises(UserError, match=r"^there is no class '7'"):
        numbers_of(7, CLASSES)


@pytest.mark.parametrize("asked", ["bat", "3", "-1", "²", ""])
def test_another_class_is_refused_with_the_choices(asked):
    with pytest.raises(UserError, match=r"\(classes: 7, 0, cat; or a number from 0 to 2\)$") as caught:
        numbers_of(asked, CLASSES)
    assert ("did you mean 'cat'?" in str(caught.value)) == (asked == "bat")


def test_no_class_is_refused():
    with pytest.raises(UserError, match=r"^no class is asked for"):
        numbers_of([], CLASSES)


def test_a_long_list_of_choices_is_cut():
    with pytest.raises(UserError, match=r"19, … \(100 in all\); or a number from 0 to 99\)$"):
        numbers_of("x", [str(number) for number in range(100)])


def test_words_have_commas_between_unless_a_class_has_one():
    assert words_of("a, b,,c", ["a"]) == ["a", "b", "c"]
    assert words_of("a, b", ["a, b"]) == ["a, b"]


def test_a_balanced_draw_is_a_beginning_of_a_longer_one():
    assert balanced(7, 3).tolist() == [0, 1, 2, 0, 1, 2, 0]
    assert balanced(3, [5]).tolist() == [5, 5, 5]
    assert balanced(0, 3).dtype == np.int64


def test_a_grid_shows_ten_classes_at_most_with_the_first_and_the_last():
    assert shown(10) == list(range(10))
    assert (len(shown(1000)), shown(1000)[0], shown(1000)[-1]) == (10, 0, 999)


def test_classes_have_whole_rows_and_the_grid_no_more_images_than_asked_for():
    rows = layout(list(range(10)), 64)
    assert (rows.codes, rows.columns, len(rows.labels)) == (6, 6, 60)
    assert rows.labels[:7].tolist() == [0] * 6 + [1]
    assert layout([3], 64)[1:] == (60, 10)  # six rows of one class
    assert layout([3, 1], 1).labels.tolist() == [3, 1]  # one of each at least
