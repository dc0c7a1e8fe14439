"""The terminal's encoding."""

import io
import sys

import pytest

from ganae_cli.doctor.machine import g_terminal


@pytest.mark.parametrize(("encoding", "level"), [("UTF8", "ok"), ("ascii", "warning")])
def test_encoding(monkeypatch, encoding, level):
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    (found,) = g_terminal.check()
    assert found.level == level
    assert "no terminal" in found.what
    assert "LC_ALL=C.UTF-8" in found.what
