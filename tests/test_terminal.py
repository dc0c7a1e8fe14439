"""Width, wrapping and quoting, with a real terminal where they depend on one."""

import fcntl
import os
import pty
import shlex
import struct
import subprocess
import sys
import termios

import pytest

from ganae_cli.terminal import PIPED, columns, command, fitted, one_line, printable, tell, width, wrapped

LONG = "the smallest and the largest class have 6% and 15% of all samples; the spread within classes is 0.93"


@pytest.fixture(autouse=True)
def no_columns(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def terminal():
    """Return a function that opens a terminal so many columns wide, as a text stream to write to."""
    opened = []

    def wide(count):
        reader, writer = pty.openpty()
        fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 24, count, 0, 0))
        stream = os.fdopen(writer, "w")
        opened.append((reader, stream))
        return stream

    yield wide
    for reader, stream in opened:
        stream.close()
        os.close(reader)


def shown(words, count, **variables):
    """Return the lines that a command prints to a terminal so many columns wide, standard error included."""
    reader, writer = pty.openpty()
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 24, count, 0, 0))
    variables = {key: value for key, value in os.environ.items() if key != "COLUMNS"} | variables
    job = subprocess.Popen([sys.executable, *words], stdin=writer, stdout=writer, stderr=writer, env=variables)
    os.close(writer)
    said = b""
    while True:
        try:
            piece = os.read(reader, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        said += piece
    os.close(reader)
    job.wait(60)
    return said.decode().replace("\r\n", "\n").splitlines()


def test_the_width_is_that_of_the_terminal_of_columns_or_fixed(terminal, monkeypatch, tmp_path):
    assert width(terminal(73)) == 73
    assert width(terminal(5)) == 40  # too narrow to break lines for it
    with (tmp_path / "file").open("w") as file:
        assert width(file) == PIPED == 100
        monkeypatch.setenv("COLUMNS", "61")
        assert width(file) == 61
        monkeypatch.setenv("COLUMNS", "wide")
        assert width(file) == 100


def test_lines_are_broken_at_spaces_only_and_keep_their_indent():
    lines = wrapped(f"   {LONG}", 40)
    assert " ".join(line.strip() for line in lines) == LONG
    assert all(line.startswith("   ") and len(line) <= 40 for line in lines)
    assert wrapped("a" * 50, 40) == ["a" * 50]  # a path stays whole
    assert wrapped("", 40) == [""]


def test_a_command_is_not_broken():
    go_on = "ganae resume 'my outputs/train/2026-11-27/16-23-25-8543' train.steps=20000"
    assert wrapped(f"  {go_on}", 40) == [f"  {go_on}"]
    assert wrapped(f"stopped at step 200; go on with: {go_on}", 40) == ["stopped at step 200; go on with:", go_on]
    lines = wrapped(f"the folder already holds a run; `{go_on}` goes on with it", 40)
    assert lines == ["the folder already holds a run;", f"`{go_on}`", "goes on with it"]


def test_text_is_fitted_to_a_terminal_and_left_alone_elsewhere(terminal, tmp_path):
    with (tmp_path / "file").open("w") as file:
        assert fitted(LONG, file) == LONG
    assert max(map(len, fitted(f"{LONG}\n{LONG}", terminal(50)).split("\n"))) <= 50


@pytest.mark.parametrize("count", [60, 80, 100, 200])
def test_columns_fit_the_line(count):
    rows = [("key=1", LONG), ("a_key_that_is_longer_than_two_fifths_of_the_line=1", LONG), ("Title", "")]
    lines = columns(rows, count)
    assert max(map(len, lines)) <= max(count, 52)
    assert " ".join(" ".join(lines).split()) == f"key=1 {LONG} {rows[1][0]} {LONG} Title"


def test_a_command_can_be_pasted():
    words = ["resume", "my runs/it's", "model.weights={generator: {fool: 2}}", "seed=1"]
    assert shlex.split(command(*words)) == ["ganae", *words]
    assert command("resume", "outputs/a-1", "seed=1") == "ganae resume outputs/a-1 seed=1"


def test_an_error_breaks_at_spaces_on_a_terminal():
    lines = shown(["-m", "ganae_cli", "train", "model=gam"], 60)
    assert lines[0].startswith("ganae: error: no model named 'gam'; did you mean 'gan'?")
    assert len(lines) > 3
    assert max(map(len, lines)) <= 60
    assert "contractive_autoencoder," in " ".join(lines).split()


def test_a_list_breaks_at_spaces_on_a_terminal():
    lines = shown(["-m", "ganae_cli", "list", "models"], 80)
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("aegan  ") for line in lines)


OBEYED = {
    "\x1b[2J": r"\x1b[2J",  # clears the screen
    "\x1b]0;title\x07": r"\x1b]0;title\x07",  # names the window
    "\x9b31m": r"\x9b31m",  # the same codes in one byte, C1
    "safe\rerror": r"safe\x0derror",  # writes over what was there
    "a\bb\x7f": r"a\x08b\x7f",
    "\u202egnp.exe": r"\u202egnp.exe",  # reads as exe.png
    "\u2066a\u2069\u200f\u061c": r"\u2066a\u2069\u200f\u061c",
    "a\u2028b\x0bc\x0cd": r"a\u2028b\x0bc\x0cd",
    "\ufeff": r"\ufeff",
    os.fsdecode(b"run\x9b31m"): r"run\x9b31m",  # the byte of a file name that is no UTF-8
}


@pytest.mark.parametrize("text", OBEYED)
def test_what_a_terminal_would_obey_is_shown_instead(text, capsys):
    assert printable(text) == OBEYED[text]
    tell(text)
    assert capsys.readouterr().err == f"{OBEYED[text]}\n"


def test_a_line_with_a_line_end_in_it_is_one_line(capsys):
    """As that of a file whose name has one, which could say whatever a stranger wants."""
    tell("  warning: a\nganae: error: b.png is left out")
    assert capsys.readouterr().err == "  warning: a\\x0aganae: error: b.png is left out\n"


def test_text_of_all_languages_stays():
    text = "3² é — ✓ 日本語 עברית عربى 👩‍🚀\n\tZürich"
    assert printable(text) == text
    assert one_line(text) == text.replace("\n\t", " ")
