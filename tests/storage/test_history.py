"""history.csv of a run: cut behind a step on resume, and clear of rows that a crash cut short."""

import pytest

from ganae_cli.storage.history import HistoryFile


@pytest.fixture
def history(tmp_path):
    return HistoryFile(tmp_path / "history.csv")


def append(history, *steps):
    for step in steps:
        history.append({"step": step, "seconds": 0.5 * step, "gan.loss": 1 / step})


def test_history_has_one_header_and_is_cut_behind_a_step(history):
    assert history.read() == []
    append(history, 2, 4, 5)
    history.cut(4)
    assert history.path.read_text() == "step,seconds,gan.loss\n2,1.0,0.5\n4,2.0,0.25\n"
    append(history, 8)
    assert [row["step"] for row in history.read()] == ["2", "4", "8"]
    assert history.read()[-1] == {"step": "8", "seconds": "4.0", "gan.loss": "0.125"}


def test_cutting_what_is_not_there_changes_nothing(history):
    history.cut(4)
    assert not history.path.exists()
    append(history, 2, 4)
    before = history.path.stat()
    history.cut(4)
    assert history.path.stat().st_ino == before.st_ino


def test_history_can_be_cut_to_nothing(history):
    append(history, 2)
    history.cut(0)
    append(history, 3)
    assert history.path.read_text() == f"step,seconds,gan.loss\n3,1.5,{1 / 3}\n"


@pytest.mark.parametrize("half", ["1", "16", "16,8.", "16,8.0,0.06"])
def test_a_row_that_a_crash_cut_off_is_dropped(history, half):
    """The row of step 16, which had no checkpoint yet, is cut off; its first digit alone looks like step 1."""
    append(history, 2, 4)
    with history.path.open("a") as file:
        file.write(half)
    history.cut(4)
    append(history, 8)
    assert history.path.read_text() == "step,seconds,gan.loss\n2,1.0,0.5\n4,2.0,0.25\n8,4.0,0.125\n"
