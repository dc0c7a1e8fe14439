"""What is pasted into a bug report names nobody."""

import platform

import pytest

from ganae_cli.doctor import anonymous


def test_no_home_folder_no_user_no_host(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada.l")
    monkeypatch.setenv("USER", "ada.l")
    monkeypatch.setenv("LOGNAME", "ada.l")
    monkeypatch.setattr(platform, "node", lambda: "engine7.example.org")
    text = "/home/ada.l/runs and /scratch/ada.l/x on engine7 (engine7.example.org); adalbert stays"
    assert anonymous.anonymous(text) == "~/runs and /scratch/USER/x on HOST (HOST); adalbert stays"


def test_no_escape_codes():
    assert anonymous.anonymous("a\x1b[31mred\n") == r"a\x1b[31mred\n"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("GANAE_OUTPUTS", "runs", "runs"),
        ("KERAS_API_KEY", "123", "(set)"),
        ("GANAE_PASSWORD", "123", "(set)"),
        ("HYDRA_X", "postgres://me:pw@db/x", "(set)"),
        ("TF_X", "x" * 201, "(set)"),
    ],
)
def test_secrets_are_not_shown(name, value, expected):
    assert anonymous.shown(name, value) == expected
