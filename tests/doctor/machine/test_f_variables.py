"""Environment variables that matter, without secrets."""

import os

from ganae_cli.doctor.machine import f_variables


def test_variables(monkeypatch):
    for name in list(os.environ):
        if name.startswith(f_variables.PREFIXES) or name in f_variables.OTHERS:
            monkeypatch.delenv(name)
    assert [found.what for found in f_variables.check()] == ["none is set"]
    monkeypatch.setenv("XLA_FLAGS", "--xla_x")
    monkeypatch.setenv("KERAS_TOKEN", "s3cret")
    monkeypatch.setenv("TF_CONFIG", '{"cluster": {"worker": ["host1:1"]}}')
    monkeypatch.setenv("UNRELATED", "x")
    found = [(one.level, one.what) for one in f_variables.check()]
    assert found == [("ok", "KERAS_TOKEN=(set)"), ("ok", "TF_CONFIG=(set)"), ("warning", "XLA_FLAGS=--xla_x")]
