"""Installed versions against those that ganae needs."""

from importlib import metadata

from ganae_cli.doctor.machine import a_installation


def test_this_installation_is_as_it_should_be():
    assert [found.level for found in a_installation.check()] == ["ok", "ok"]


def test_what_is_missing_or_of_another_version(monkeypatch, tmp_path):
    needed = ["numpy>=99", "no-such-package-of-ganae>=1", "torch>=99; extra == 'bench'"]
    monkeypatch.setattr(metadata, "requires", lambda name: needed)
    monkeypatch.setattr(a_installation, "conf_dir", lambda: tmp_path)
    problems = [found for found in a_installation.check() if found.level == "problem"]
    assert [found.advice for found in problems] == [
        "pip install 'numpy>=99'",
        "pip install 'no-such-package-of-ganae>=1'",
        "install ganae anew",
    ]
