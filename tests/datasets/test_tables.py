"""Tables on disk: their columns and cells as the file has them, and the place of each row."""

import numpy as np
import pytest

from ganae_cli.datasets import tables
from ganae_cli.datasets.tables import are_text, is_missing, open_table, to_numbers
from ganae_cli.errors import UserError


def save(tmp_path, text, name="t.csv", encoding="utf-8"):
    (tmp_path / name).write_bytes(text.encode(encoding))
    return str(tmp_path / name)


def read(path, *names):
    """Return (places, columns) of all rows of a table."""
    blocks = list(open_table(path).blocks(names))
    return [place for block in blocks for place in block.places], [
        np.concatenate([block.columns[i] for block in blocks]).tolist() for i in range(len(names))
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_cells_by_the_names_of_their_columns(tmp_path, separator):
    """Blank lines are no rows; places are those of lines as an editor counts them."""
    text = f'a{separator} b \n1{separator}2\n\n3{separator}"x{separator}y"\n'
    path = save(tmp_path, text)
    assert open_table(path).names == ("a", "b")
    assert read(path, "b", "a") == ([2, 4], [["2", f"x{separator}y"], ["1", "3"]])


def test_a_mark_at_the_beginning_of_the_file_is_no_part_of_a_name(tmp_path):
    assert open_table(save(tmp_path, "größe,b\n1,2\n", encoding="utf-8-sig")).names == ("größe", "b")


def test_large_tables_come_in_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "ROWS", 2)
    path = save(tmp_path, "a\n" + "\n".join(map(str, range(5))))
    assert [list(block.places) for block in open_table(path).blocks(["a"])] == [[2, 3], [4, 5], [6]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty; expected names of columns in its first line"),
        ("1,2\n3,4\n", r"its first line holds numbers \(1, 2 …\); expected the names of the columns"),
        ("0,0\n3,4\n", r"its first line holds numbers \(0, 0 …\); expected the names of the columns"),
        ("a,a\n1,2\n", "has two columns 'a': give each another name"),
        ("a,b\n1,2\n3\n", "line 3 has 1 cells, expected 2 as in the first line"),
        ("a,b\n1,2\n3,4,5\n", "line 3 has 3 cells, expected 2 as in the first line"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, text, message):
    with pytest.raises(UserError, match=message) as error:
        read(save(tmp_path, text), "a")
    assert "\n" not in str(error.value)


def test_files_that_cannot_be_read_are_refused(tmp_path):
    for name, message in (("none.csv", "no such file"), (".", "is a folder, expected a file")):
        with pytest.raises(UserError, match=message):
            open_table(str(tmp_path / name))
    with pytest.raises(UserError, match=r"expected a file that ends in \.csv, \.tsv, \.txt or \.parquet"):
        open_table(save(tmp_path, "a\n1\n", "t.xlsx"))
    with pytest.raises(UserError, match=r"cannot be read: 'utf-8' codec can't decode .*; expected text in UTF-8"):
        open_table(save(tmp_path, "größe\n1\n", encoding="latin-1"))


def test_what_is_a_number(tmp_path):
    cells = np.array(["1", "-2.5e3", "", "NA", "x"])
    numbers, strange = to_numbers(cells)
    np.testing.assert_array_equal(numbers, [1, -2500, np.nan, np.nan, np.nan])
    assert strange == 4
    assert is_missing(cells).tolist() == [False, False, True, True, False]
    assert to_numbers(np.array([True, False]))[0].tolist() == [1.0, 0.0]
    assert [are_text(np.array(column)) for column in (["x", "y"], ["x", "1"], ["", "NA"], ["", "y"])] == [1, 0, 0, 1]


def test_parquet(tmp_path, monkeypatch):
    pyarrow = pytest.importorskip("pyarrow", reason="needs the extra `tabular`")
    from pyarrow import parquet

    columns = {"a": [1, None, 3], "b": [0.5, 1.5, None], "c": ["x", None, "z"], "d": [True, False, True]}
    parquet.write_table(pyarrow.table(columns), tmp_path / "t.parquet")
    monkeypatch.setattr(tables, "ROWS", 2)
    places, (a, b, c, d) = read(str(tmp_path / "t.parquet"), "a", "b", "c", "d")
    assert (places, c, d) == ([1, 2, 3], ["x", "", "z"], [True, False, True])
    np.testing.assert_array_equal([a, b], [[1, np.nan, 3], [0.5, 1.5, np.nan]])
    with pytest.raises(UserError, match=r"cannot be read: .*; expected a Parquet file"):
        open_table(save(tmp_path, "a\n1\n", "t.parquet"))


def test_without_pyarrow_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(UserError, match=r"needs the extra `tabular`: pip install 'ganae\[tabular\]' \(pyarrow\), or"):
        open_table(save(tmp_path, "a\n1\n", "t.parquet"))
