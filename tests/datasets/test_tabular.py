"""A table's numeric columns as points: which, in which units, with which classes; and bad cells by their place."""

import re

import numpy as np
import pytest

from ganae_cli.datasets.tabular import tabular
from ganae_cli.errors import UserError

ROWS = [(float(i), 10.0 * i * i, f"{'red' if i % 3 else 'blue'}", i % 12) for i in range(20)]


@pytest.fixture
def save(tmp_path):
    """Return a function that saves rows under names as a .csv file, and returns its path as text."""

    def saved(rows=ROWS, names="age,pay,colour,month"):
        lines = [names, *(",".join(map(str, row)) for row in rows)]
        (tmp_path / "t.csv").write_text("\n".join(lines), encoding="utf-8")
        return str(tmp_path / "t.csv")

    return saved


def test_columns_are_learned_in_the_order_asked_for(save):
    data = tabular(save(), columns=["pay", "age"])
    assert (data.kind, data.shape, len(data.train), len(data.test), data.classes) == ("points", (2,), 18, 2, ())
    assert data.columns == ("pay", "age")
    every = np.concatenate([data.train, data.test])
    assert sorted(every.tolist()) == [[10.0 * i * i, float(i)] for i in range(20)]
    assert data.notes[0].endswith("t.csv: 20 rows of 2 columns: pay, age")


def test_points_are_standardised_and_led_back(save):
    """By the mean and standard deviation of the 18 training rows."""
    data = tabular(save(), columns=["age"])
    assert data.standardize
    standard = data.standardized()
    ages = data.train[:, 0].astype(float)
    np.testing.assert_allclose(standard.train[:][:, 0], (ages - ages.mean()) / ages.std(), rtol=1e-5)
    np.testing.assert_allclose(standard.in_units(standard.test[:]), data.test, rtol=1e-5)
    assert not tabular(save(), columns=["age"], standardize=False).standardize


@pytest.mark.parametrize(
    ("label", "classes", "class_of"),
    [
        ("colour", ("blue", "red"), lambda age: int(age % 3 > 0)),
        ("month", tuple(map(str, range(12))), lambda age: age % 12),  # numbers: 10 comes after 9
    ],
)
def test_a_column_may_hold_classes(save, label, classes, class_of):
    data = tabular(save(), columns=["age"], label_column=label)
    assert (data.classes, data.shape) == (classes, (1,))
    for points, labels in ((data.train, data.train_labels), (data.test, data.test_labels)):
        assert labels.tolist() == [class_of(int(age)) for age in points[:, 0]]


def test_all_columns_but_the_label_are_learned(save):
    assert tabular(save(), label_column="colour").notes[0].endswith("3 columns: age, pay, month")


def test_rows_with_holes_are_left_out_if_asked(save):
    rows = [*ROWS[:3], ("", 1.0, "red", 2), (1.0, "NA", "red", 2), (1.0, 2.0, "?", 2), *ROWS[3:]]
    data = tabular(save(rows), label_column="colour", missing="drop")
    assert len(data.train) + len(data.test) == 20
    assert data.notes[1].endswith("t.csv: 3 rows with missing values left out")
    kept = tabular(save(), label_column="colour")
    assert (data.train == kept.train).all()
    assert (data.train_labels == kept.train_labels).all()


@pytest.mark.parametrize(
    ("row", "options", "message"),
    [
        ((1, 2, "red", 3), {}, r"'colour' holds text \('blue' in line 2\): type dataset\.columns=\[age,pay,month\]"),
        (("x", 2, "red", 3), {"columns": ["age"]}, r"column 'age', line 22: 'x' is no number$"),
        (('"1,5"', 2, "red", 3), {"columns": ["age"]}, r"line 22: '1,5' is no number \(a point before decimals\?\)"),
        (("inf", 2, "red", 3), {"columns": ["age"]}, r"column 'age', line 22: 'inf' is infinite, or beyond"),
        ((1, "-1e39", "red", 3), {"columns": ["pay"]}, r"column 'pay', line 22: '-1e39' is infinite, or beyond"),
        ((1, "", "red", 3), {"columns": ["pay"]}, r"'pay' holds nothing in line 22: .* dataset\.missing=drop"),
        ((1, 2, "", 3), {"columns": ["pay"], "label_column": "colour"}, r"column 'colour' holds nothing in line 22"),
        ((1, 2, "red", 3), {"columns": ["agee"]}, r"no column 'agee' in .* 'age'.*: age, pay, colour, month\)"),
        ((1, 2, "red", 3), {"label_column": "kind"}, r"dataset\.label_column: no column 'kind'"),
        ((1, 2, "red", 3), {"columns": ["age", "age"]}, r"dataset\.columns=\[age,age\]: expected different names"),
        ((1, 2, "red", 3), {"columns": ["age"], "label_column": "age"}, r"without dataset\.label_column=age"),
        ((1, 2, "red", 3), {"missing": "fill"}, r"dataset\.missing must be refuse or drop, got 'fill'"),
        ((1, 2, "red", 3), {"columns": ["age"], "test_fraction": 1}, r"test_fraction must lie between 0 and 1"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(save, row, options, message):
    with pytest.raises(UserError, match=message) as error:
        tabular(save([*ROWS, row]), **options)
    assert "\n" not in str(error.value)


def test_what_the_message_offers_is_then_accepted(save):
    path = save()
    with pytest.raises(UserError) as error:
        tabular(path)
    names = re.search(r"dataset\.columns=\[(.*?)\]", str(error.value))[1].split(",")
    assert tabular(path, columns=names).shape == (3,)
    assert "dataset.label_column=colour if these are classes" in str(error.value)


@pytest.mark.parametrize(
    ("rows", "message"), [([], "has no rows below the names"), (ROWS[:1], "has 1 rows; expected 2")]
)
def test_a_table_without_rows(save, rows, message):
    with pytest.raises(UserError, match=message):
        tabular(save(rows), label_column="colour")


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "__index_level_0__"])
def test_row_numbers_are_no_data(save, name):
    path = save([(i, i * i) for i in range(20)], f"{name},x")
    with pytest.raises(UserError, match=rf"a column without a name \('{name}'\), .* or type dataset\.columns=\[x\]$"):
        tabular(path)
    assert tabular(path, columns=["x"]).shape == (1,)
    assert tabular(path, columns=[name, "x"]).shape == (2,)


def test_decimals_behind_a_comma(save):
    with pytest.raises(UserError, match=r"'x' holds text \('0,5' in line 2\) \(a point before decimals\?\): type"):
        tabular(save([('"0,5"', i) for i in range(20)], "x,y"))


def test_nothing_but_the_label(save):
    with pytest.raises(UserError, match=r"t\.csv has no column but dataset\.label_column=x$"):
        tabular(save([(i,) for i in range(20)], "x"), label_column="x")


def test_a_path_is_needed():
    with pytest.raises(UserError, match=r"needs a file: dataset\.path=FILE\.csv or dataset\.path=FILE\.parquet"):
        tabular()


def test_numbers_that_float32_hardly_tells_apart_are_told_of(save):
    """Seconds since 1970: float32 knows steps of 128 of them."""
    data = tabular(save([(1_700_000_000 + i, i) for i in range(20)], "time,x"))
    (warning,) = data.warnings
    assert "column 'time' goes from 1700000000 to 1700000019: float32 hardly" in warning
