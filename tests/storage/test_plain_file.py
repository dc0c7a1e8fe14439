"""Files of anybody: regular, of limited size, UTF-8, JSON; everything else is one line."""

import math
import os

import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage.plain_file import is_seconds, keep_aside, read_end, read_json, read_object, read_text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", r"line 1 is not JSON"),
        (b'{"a": 1,\n', r"line 2 is not JSON"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b'{"a":' * 100_000, "it is nested too deeply"),
        (b"[" + b"9" * 5000 + b"]", "it holds a number that is too long"),
        (b'{"a": "\xff"}', "byte 8 is not UTF-8"),
        (b" " * 101, "it has 101 bytes, expected at most 100"),
    ],
)
def test_what_is_not_json_is_one_line(tmp_path, content, reason):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(UserError, match=rf"^cannot read .*x\.json: {reason}") as error:
        read_json(path, 100 if content == b" " * 101 else 2**20)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["[1]", "null", '"x"', "3", "true"])
def test_another_type_than_an_object_is_said(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(UserError, match=r"expected an object \{…\}, got (a list|null|text|a number|true or false)"):
        read_object(tmp_path / "x.json")


def test_a_mark_of_byte_order_is_no_text(tmp_path):
    (tmp_path / "x").write_bytes(b"\xef\xbb\xbfhello")
    assert read_text(tmp_path / "x") == "hello"


def test_no_file_is_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(UserError, match=r"it is not a file|Is a directory"):
            read_text(path)
    with pytest.raises(FileNotFoundError):
        read_text(tmp_path / "none")


def test_a_damaged_file_keeps_its_content_under_another_name(tmp_path):
    path = tmp_path / "a.csv"
    for number, text in ((1, "one"), (2, "two")):
        path.write_text(text)
        assert keep_aside(path) == tmp_path / f"a.csv.damaged-{number}"
        path.unlink()
    assert sorted(file.read_text() for file in tmp_path.iterdir()) == ["one", "two"]


def test_the_end_of_a_file(tmp_path):
    (tmp_path / "log").write_bytes(b"abcdef")
    assert [read_end(tmp_path / "log", most) for most in (2, 6, 9)] == [b"ef", b"abcdef", b"abcdef"]
    assert read_end(tmp_path, 9) == read_end(tmp_path / "none", 9) == b""


@pytest.mark.parametrize("value", [-1, True, math.nan, math.inf, 1e300, "1", None])
def test_what_is_no_time(value):
    assert not is_seconds(value)
    assert is_seconds(0)
    assert is_seconds(1.5)
