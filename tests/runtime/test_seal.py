"""The seal of a folder: made by one key, valid in one place."""

import os
import shutil

import pytest

from ganae_cli.runtime import seal


@pytest.fixture
def keys(tmp_path, monkeypatch):
    monkeypatch.setenv(seal.VARIABLE, str(tmp_path / "keys"))
    return tmp_path / "keys"


def test_it_is_valid_for_its_folder_alone(keys, tmp_path):
    made, other = tmp_path / "made", tmp_path / "other"
    own = seal.of(made)
    assert seal.is_valid(made, own)
    assert seal.of(tmp_path / "x/../made") == own
    assert not seal.is_valid(other, own)
    assert not any(seal.is_valid(made, given) for given in (None, "", "é", 3, {}, own[:-1]))


def test_another_user_has_another_key(keys, tmp_path):
    own = seal.of(tmp_path)
    assert (keys / seal.NAME).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in keys.iterdir()] == [seal.NAME]
    shutil.rmtree(keys)
    assert seal.of(tmp_path) not in (own, None)


@pytest.mark.parametrize("spoil", [lambda key: key.chmod(0o644), lambda key: key.write_bytes(b"")])
def test_a_key_that_others_may_know_is_none(keys, tmp_path, spoil):
    own = seal.of(tmp_path)
    spoil(keys / seal.NAME)
    assert seal.of(tmp_path) is None
    assert not seal.is_valid(tmp_path, own)


def test_without_a_place_for_a_key_no_folder_has_a_seal(tmp_path, monkeypatch):
    monkeypatch.setenv(seal.VARIABLE, "off")
    assert seal.of(tmp_path) is None
    monkeypatch.setenv(seal.VARIABLE, os.devnull)
    assert seal.of(tmp_path) is None
