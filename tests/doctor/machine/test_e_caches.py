"""Caches: what is kept, what is damaged, what is not trusted."""

import os
import re
from pathlib import Path

import numpy as np
import pytest

import ganae_cli
from ganae_cli.doctor.machine import e_caches
from ganae_cli.features.kept_arrays import REFERENCES
from ganae_cli.runtime import kept_programs


@pytest.fixture(autouse=True)
def _off(monkeypatch):
    for name in ("XLA", "CLASSIFIER", "FEATURE", "PICTURE"):
        monkeypatch.setenv(f"GANAE_{name}_CACHE", "off")


def test_what_is_damaged_or_not_trusted(tmp_path, monkeypatch):
    programs, classifiers = tmp_path / "programs", tmp_path / "classifiers"
    monkeypatch.setenv("GANAE_XLA_CACHE", str(programs))
    assert [found.level for found in e_caches.check()] == ["ok"] * 4
    assert not programs.exists()
    monkeypatch.setenv("GANAE_CLASSIFIER_CACHE", str(classifiers))
    classifiers.mkdir(mode=0o700)
    classifiers.chmod(0o777)
    machine = programs / "0123456789abcdef"
    machine.mkdir(parents=True)
    for name in "ab":
        (machine / f"xla_compile_cache__{name}.pb").write_bytes(bytes(1_000_000))
    kept_programs.vouch(machine)
    (machine / "xla_compile_cache__b.pb").write_bytes(b"")
    found = list(e_caches.check())
    assert [one.level for one in found] == ["ok", "warning", "warning", "ok", "ok"]
    assert found[0].what == f"compiled programs: 2 files, 1 MB in {programs}"
    assert found[1].what == "1 compiled programs are damaged"
    assert found[2].what == f"classifiers: not used: others can write to {classifiers} (`chmod go-w` it)"
    assert len(list(machine.glob("*.pb"))) == 2  # nothing was changed


def test_features_of_real_rows_are_counted(tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_FEATURE_CACHE", str(tmp_path))
    REFERENCES.write(REFERENCES.place("one"), {"rows": np.zeros((250_000, 1), np.float32)})
    assert f"features of real rows: 1 files, 1 MB in {tmp_path}" in [found.what for found in e_caches.check()]


def test_no_cache_is_left_out():
    """Each is off here; the sources say which there are."""
    sources = "".join(path.read_text() for path in Path(ganae_cli.__file__).parent.rglob("*.py"))
    known = set(re.findall(r"GANAE_[A-Z]+_CACHE", sources))
    assert known >= {"GANAE_FEATURE_CACHE", "GANAE_PICTURE_CACHE"}
    assert all(os.environ[name] == "off" for name in known)
    assert {name for found in e_caches.check() for name in known if f"({name} is off" in found.what} == known
