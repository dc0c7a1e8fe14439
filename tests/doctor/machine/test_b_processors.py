"""Processors, and the limit of a control group."""

import pytest

from ganae_cli.doctor.machine import b_processors


@pytest.mark.parametrize(("text", "expected"), [("150000 100000\n", 1.5), ("max 100000\n", None), ("", None)])
def test_quota(tmp_path, text, expected):
    (tmp_path / "cpu.max").write_text(text)
    assert b_processors.quota(tmp_path / "cpu.max") == expected
    assert b_processors.quota(tmp_path / "none") is None


def test_fewer_than_threads(tmp_path, monkeypatch):
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    monkeypatch.setattr(b_processors, "CPU_MAX", tmp_path / "cpu.max")
    (_, found) = b_processors.check()
    assert found == ("warning", "the control group allows 0.5 processors", "hardware.threads=1 is faster")
