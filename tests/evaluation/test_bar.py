"""The bar of an evaluation: live on a terminal, gone at its end; nothing where nobody looks."""

import io
from types import SimpleNamespace

import pytest

from ganae_cli.evaluation import bar
from ganae_cli.evaluation.bar import shown


class Terminal(io.StringIO):
    """Text that a terminal was sent."""

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    made = Terminal()
    monkeypatch.setattr(bar, "sys", SimpleNamespace(stderr=made))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return made


def test_it_names_what_is_measured_and_how_far_it_is(terminal):
    with shown("gan on digits") as at:
        at(0.25, "prior_mismatch")
    sent = terminal.getvalue()
    assert "gan on digits: prior mismatch" in sent
    assert " 25 %" in sent


def test_it_is_gone_at_the_end(terminal):
    with shown("gan on digits") as at:
        at(1.0, "fid")
    assert terminal.getvalue().rstrip("\r\n").endswith("\x1b[2K"), "its line is erased"


def test_it_is_gone_after_a_stop_too(terminal):
    with pytest.raises(KeyboardInterrupt):
        _stopped()
    assert "\x1b[?25h" in terminal.getvalue(), "the cursor is there again"


def _stopped():
    with shown("gan on digits") as at:
        at(0.5, "fid")
        raise KeyboardInterrupt


def test_elsewhere_nothing_is_printed(capsys):
    with shown("gan on digits") as at:
        at(0.5, "fid")
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""
