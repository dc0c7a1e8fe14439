"""history.csv of a run: cut behind a step on resume, and clear of rows that a crash cut short."""

import os
import re
import subprocess
import sys

import pytest

from ganae_cli.errors import UserError
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


HEADER, ROWS = b"step,seconds,gan.loss\n", [b"2,1.0,0.5\n", b"4,2.0,0.25\n", b"6,3.0,0.125\n"]
DAMAGE = {  # file -> steps that are read, and what is said of it (None: nothing is wrong)
    "a byte order mark": (b"\xef\xbb\xbf" + HEADER + b"".join(ROWS), [2, 4, 6], None),
    "lines of Windows": ((HEADER + b"".join(ROWS)).replace(b"\n", b"\r\n"), [2, 4, 6], None),
    "a flipped bit in the header": (
        b"stdp,seconds,gan.loss\n" + b"".join(ROWS),
        [2, 4, 6],
        "header begins with 'stdp'",
    ),
    "no header": (b"".join(ROWS), [4, 6], "header begins with '2'"),
    "not UTF-8": (HEADER + ROWS[0] + b"4,2.0,\xff\n" + ROWS[2], [2, 6], "line 3 is no row of 3 numbers"),
    "a garbled number": (HEADER + ROWS[0] + b"4,2.o,0.25\n" + ROWS[2], [2, 6], "line 3 is no row of 3 numbers"),
    "a digit that is none": (HEADER + ROWS[0] + "2²,2.0,0.25\n".encode() + ROWS[2], [2, 6], "line 3 is no row"),
    "a negative step": (HEADER + b"-2,1.0,0.5\n" + ROWS[1], [4], "line 2 is no row"),
    "a step without end": (HEADER + b"9" * 9000 + b",1.0,0.5\n" + ROWS[1], [4], "line 2 is no row"),
    "one column more": (HEADER + ROWS[0] + b"4,2.0,0.25,7\n", [2], "line 3 is no row"),
    "one column less": (HEADER + ROWS[0] + b"4,2.0\n", [2], "line 3 is no row"),
    "a line end in quotes": (HEADER + b'2,"1.\n0",0.5\n' + ROWS[1], [4], r"line 2 is no row.* \(and 1 more faults\)"),
    "an empty line": (HEADER + ROWS[0] + b"\n" + ROWS[1], [2, 4], "line 3 is no row"),
    "a step twice": (HEADER + ROWS[0] + b"2,9.0,9.0\n" + ROWS[1], [2, 4], "line 3 has step 2, which was there before"),
    "steps out of order": (HEADER + ROWS[1] + ROWS[0], [4, 2], "its steps are not in order"),
    "zeros of a lost disk block": (HEADER + ROWS[0] + b"\0" * 4096, [2], None),
    "NaN and infinity": (HEADER + b"2,1.0,nan\n4,2.0,-inf\n", [2, 4], None),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_history_is_kept_aside_and_its_whole_rows_stay(history, case):
    """The file was wiped without a word for one flipped bit in its header."""
    content, steps, fault = DAMAGE[case]
    history.path.write_bytes(content)
    said, history.warn = [], lambda line: said.append(line)
    assert [int(row["step"]) for row in history.read()] == steps
    assert all("seconds" in row or fault for row in history.read())
    history.cut(100)
    rows = [line for line in content.replace(b"\r", b"").splitlines(keepends=True) if line in ROWS]
    assert all(row in history.path.read_bytes() for row in rows if fault is None or b"stdp" in content)
    aside = history.path.with_name("history.csv.damaged-1")
    if fault is None:
        assert (said, aside.exists()) == ([], False)
    else:
        assert aside.read_bytes() == content
        assert len(said) == 1
        assert re.search(fault, said[0]), said
        assert said[0].endswith("the file as history.csv.damaged-1")
    assert [int(row["step"]) for row in history.read()] == steps


def test_a_damaged_header_is_written_anew_by_the_first_row(history):
    history.path.write_bytes(HEADER.replace(b"gan.loss", b"gan.lors") + b"".join(ROWS))
    said, history.warn = [], lambda line: said.append(line)
    history.cut(4)
    assert said == []  # that a name is wrong is not seen before the run's own names are known
    append(history, 8, 10)
    assert history.path.read_bytes() == HEADER + b"".join(ROWS[:2]) + b"8,4.0,0.125\n10,5.0,0.1\n"
    assert len(said) == 1
    assert "gan.lors" in history.path.with_name("history.csv.damaged-1").read_text()


def test_a_header_is_mended_and_said_once(history):
    history.path.write_bytes(b"stdp" + HEADER[4:] + b"".join(ROWS))
    said, history.warn = [], lambda line: said.append(line)
    history.cut(4)
    append(history, 8)
    assert history.path.read_bytes() == HEADER + b"".join(ROWS[:2]) + b"8,4.0,0.125\n"
    assert (len(said), len(list(history.path.parent.glob("*damaged*")))) == (1, 1)


def test_columns_of_another_version_are_told_apart_by_name(history):
    history.path.write_text("step,gan.loss\n2,0.5\n")
    history.warn = print
    append(history, 4)
    assert history.path.read_text() == "step,seconds,gan.loss\n2,,0.5\n4,2.0,0.25\n"
    assert history.read()[0] == {"step": "2", "gan.loss": "0.5"}


def test_the_rows_that_remain_keep_their_bytes(history):
    """Numbers are not written in another way: 1.50 stays 1.50."""
    history.path.write_bytes(HEADER + b"2,1.50,5e-1\n4,2.0,.25\n")
    history.cut(2)
    assert history.path.read_bytes() == HEADER + b"2,1.50,5e-1\n"


def test_a_row_that_does_not_fit_on_the_disk_leaves_none(history):
    """The limit of a file's size stands for the full disk; half of the row would run into the next one."""
    append(history, 2)
    before = history.path.read_bytes()
    code = (
        "import resource, signal, sys; from pathlib import Path; from ganae_cli.storage.history import HistoryFile\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + 3},) * 2)\n"
        "HistoryFile(Path(sys.argv[1])).append({'step': 4, 'seconds': 2.0, 'gan.loss': 0.25})"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(history.path)], capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == f"OSError: [Errno 27] File too large: '{history.path}'"
    assert history.path.read_bytes() == before


def test_a_history_that_cannot_be_read_is_refused(history):
    os.mkfifo(history.path)
    with pytest.raises(UserError, match=r"cannot read .*history\.csv: it is not a file"):
        history.read()


@pytest.mark.parametrize("size", [1, 4, 12])
def test_a_header_that_a_kill_cut_short_is_no_damage(tmp_path, size):
    warnings = []
    history = HistoryFile(tmp_path / "history.csv", warnings.append)
    history.path.write_bytes(b"step,seconds,a.loss\n"[:size])
    history.cut(0)
    history.append({"step": 10, "seconds": 1.5, "a.loss": 0.5})
    assert history.path.read_text() == "step,seconds,a.loss\n10,1.5,0.5\n"
    assert warnings == []
    assert [path.name for path in tmp_path.iterdir()] == ["history.csv"]


def test_a_history_of_too_many_lines_is_refused_before_they_are_split(history, monkeypatch):
    monkeypatch.setattr("ganae_cli.storage.history.MOST_LINES", 3)
    append(history, 2, 4)
    assert len(history.read()) == 2
    append(history, 6)
    with pytest.raises(UserError, match=r"cannot read .*history\.csv: it has more than 3 lines"):
        history.read()


def test_few_of_many_faults_are_put_into_words(history):
    history.path.write_bytes(HEADER + b"x\n" * 100_000)
    found = history.scan()
    assert (len(found.faults), found.more_faults, found.lines) == (5, 99_995, [])


def test_a_column_that_a_new_setting_adds_is_no_damage(tmp_path):
    file = HistoryFile(tmp_path / "history.csv", warn=pytest.fail)
    file.append({"step": 10, "seconds": 1.0})
    HistoryFile(file.path, warn=pytest.fail).append({"step": 20, "seconds": 2.0, "rollbacks": 0})
    assert file.path.read_text() == "step,seconds,rollbacks\n10,1.0,\n20,2.0,0\n"
    assert [path.name for path in tmp_path.iterdir()] == ["history.csv"]


def test_columns_in_another_order_take_their_numbers_along(tmp_path):
    file = HistoryFile(tmp_path / "history.csv", warn=pytest.fail)
    file.append({"step": 10, "fid": 1.0, "kid": 2.0})
    HistoryFile(file.path, warn=pytest.fail).append({"step": 20, "kid": 4.0, "fid": 3.0})
    assert file.path.read_text() == "step,kid,fid\n10,2.0,1.0\n20,4.0,3.0\n"
