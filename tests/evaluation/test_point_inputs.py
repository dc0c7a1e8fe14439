"""The user's own points: arrays and tables, columns by name, labels, and what is refused."""

import re

import numpy as np
import pytest

from ganae_cli.errors import UserError
from ganae_cli.evaluation.point_inputs import read

POINTS = np.array([[1, 2], [3, 4], [5, 6.5]])


def test_arrays(tmp_path):
    np.save(tmp_path / "x.npy", POINTS)
    np.savez(tmp_path / "x.npz", points=POINTS, labels=np.array([1, 0, 0]))
    found = read(tmp_path / "x.npz", 2)
    assert (found.rows.dtype, found.rows.tolist()) == (np.float32, POINTS.tolist())
    assert found.labels == [1, 0, 0]
    assert read(tmp_path / "x.npy", 2).rows.tolist() == POINTS.tolist()


def test_a_table_by_the_names_of_its_columns(tmp_path):
    """As `ganae sample --out x.csv` writes it, with the class as a last column; the order of columns does not count."""
    (tmp_path / "x.csv").write_text("pay,age,label\n2,1,owl\n4,3,cat\n")
    found = read(tmp_path / "x.csv", 2, ("age", "pay"))
    assert found.rows.tolist() == [[1, 2], [3, 4]]
    assert found.labels == ["owl", "cat"]
    assert read(tmp_path / "x.csv", 2).rows.tolist() == [[2, 1], [4, 3]]  # without names of the run: as they stand


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("age,pay,size\n1,2,3\n", "has the columns age, pay, size; expected x, y"),
        ("x,y\n", "has no rows"),
        ("x,y\n1,two\n", "has cells that are no numbers: could not convert string to float: 'two'"),
        ("x,y\n1,nan\n", "1 rows are not all finite numbers of float32, the first is row 0"),
        ("x,y\n1,2\n1,1e99\n", "1 rows are not all finite numbers of float32, the first is row 1"),
        ("x,y\n1\n", "line 2 has 1 cells, expected 2"),
    ],
)
def test_tables_that_do_not_fit(tmp_path, text, message):
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(UserError, match=re.escape(message)) as caught:
        read(tmp_path / "x.csv", 2, ("x", "y"))
    assert str(caught.value).startswith(f"--input {tmp_path}/x.csv")


def test_arrays_that_do_not_fit(tmp_path):
    np.savez(tmp_path / "x.npz", points=POINTS)
    with pytest.raises(UserError, match=re.escape("x.npz: 'points' is float64 (3, 2); expected numbers (N, 3)")):
        read(tmp_path / "x.npz", 3)


def test_no_points(tmp_path):
    (tmp_path / "x.png").touch()
    with pytest.raises(UserError, match=r"x\.png: this model takes points of 2 numbers: expected FILE\.npz, FILE\.npy"):
        read(tmp_path / "x.png", 2)
    with pytest.raises(UserError, match=r"nothing\.csv: no such file$"):
        read(tmp_path / "nothing.csv", 2)
