"""The flag --out: kinds by suffix, places that cannot be written, errors of the disk."""

import errno
import re

import pytest

from ganae_cli.command_line import out_option
from ganae_cli.errors import UserError

SUFFIXES = out_option.PICTURES | {".npz": "arrays"}


@pytest.mark.parametrize(("name", "kind"), [("x.png", "picture"), ("X.JPEG", "picture"), ("new/x.Npz", "arrays")])
def test_the_suffix_decides_in_any_case_of_letters(tmp_path, name, kind):
    assert out_option.place_of(str(tmp_path / name), SUFFIXES) == (tmp_path / name, kind)


@pytest.mark.parametrize("name", ["x.gif", "x", "folder/", "there"])
def test_what_is_no_such_file(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").mkdir()
    with pytest.raises(UserError, match=rf"^--out {name}: expected FILE\.png, FILE\.jpg, FILE\.jpeg or FILE\.npz$"):
        out_option.place_of(name, SUFFIXES)


def test_a_place_below_a_file(tmp_path):
    (tmp_path / "file").touch()
    text = f"{tmp_path}/file/deep/x.png"
    with pytest.raises(UserError, match=re.escape(f"--out {text}: {tmp_path}/file is a file, not a folder")):
        out_option.place_of(text, SUFFIXES)


def test_only_pictures_are_enlarged():
    out_option.check_scale(3, "x.png", "picture")
    out_option.check_scale(None, "x.npz", "arrays")
    with pytest.raises(UserError, match=r"^--scale 3 enlarges pictures, and --out x\.npz is none$"):
        out_option.check_scale(3, "x.npz", "arrays")


def test_an_error_of_the_disk_is_one_line():
    with pytest.raises(UserError, match=r"^--out x\.png: No space left on device$"), out_option.writing("x.png"):
        raise OSError(errno.ENOSPC, "No space left on device")
