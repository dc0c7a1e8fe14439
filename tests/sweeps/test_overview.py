"""The state of a sweep's jobs, live and in results.csv."""

import contextlib
import csv
import fcntl
import os
import platform
import pty
import re
import struct
import subprocess
import sys
import termios
import time

import pytest
from omegaconf import OmegaConf

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps import jobs
from ganae_cli.sweeps.overview import finish, job_folders, shown

CONFIG = OmegaConf.create({"model": {"name": "gan"}, "train": {"steps": 9}})


def results(sweep):
    with (sweep / "results.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_results_are_the_last_row_what_was_swept_and_the_status(sweep, capsys):
    assert finish(sweep) == 1
    first, second = results(sweep)
    assert [(row["job"], row["state"], row["seed"]) for row in (first, second)] == [
        ("0", "done", "1"),
        ("1", "failed", "2"),
    ]
    assert list(first) == ["job", "state", "seed", "parameters", "generator.fool", "seconds", "folder"]
    assert "model" not in first
    assert (float(first["generator.fool"]), float(first["seconds"]), first["folder"]) == (0.25, 12.5, "0")
    said = capsys.readouterr().err
    assert "1 of 2 jobs done" in said
    assert f"ganae resume {sweep}" in said


def test_a_sweep_whose_jobs_are_all_done_is_no_failure(sweep, capsys):
    RunFolder(sweep / "1").write_status("done")
    assert finish(sweep) == 0
    assert "ganae resume" not in capsys.readouterr().err


def test_a_job_out_of_time_is_no_failure_and_can_go_on(sweep, capsys):
    RunFolder(sweep / "1").write_status("interrupted", error=None, stopped_by="max_minutes")
    assert finish(sweep) == 0
    assert [row["state"] for row in results(sweep)] == ["done", "out of time"]
    said = capsys.readouterr().err
    assert "1 of 2 jobs done, 1 out of time: " in said
    assert f"ganae resume {sweep}" in said


def test_a_job_that_ended_as_it_collapsed_has_a_state_of_its_own(sweep, capsys):
    RunFolder(sweep / "1").write_status("interrupted", error=None, stopped_by="collapse")
    assert finish(sweep) == 0
    assert [row["state"] for row in results(sweep)] == ["done", "collapsed"]
    assert "1 of 2 jobs done, 1 collapsed: " in capsys.readouterr().err


def test_a_job_that_was_told_to_stop_or_goes_on_is_not_out_of_time(sweep):
    for state, reason in (("interrupted", "SIGTERM"), ("pending", "max_minutes"), ("failed", "max_minutes")):
        RunFolder(sweep / "1").write_status(state, stopped_by=reason)
        assert finish(sweep) == 1
        assert results(sweep)[1]["state"] == state


def test_jobs_are_in_the_order_of_their_numbers(tmp_path):
    jobs.prepare(tmp_path, [([f"seed={seed}"], CONFIG) for seed in range(11)])
    assert [path.name for path in job_folders(tmp_path)] == [str(number) for number in range(11)]


def end(sweep, number, state, **facts):
    """Let a job end, as its process does."""
    RunFolder(sweep / str(number)).write_status(state, **facts)


def test_without_a_terminal_there_is_a_line_as_each_job_ends(sweep, capsys):
    with shown(sweep):
        assert capsys.readouterr().err == ""  # what had ended before is not told again
        end(sweep, 0, "done", step=9, seconds=75.2)
        wait_for(
            lambda: (said := capsys.readouterr().err) and said == "job 0 (1 of 2)  seed=1  done at step 9 in 1:15\n"
        )
        end(sweep, 1, "running", error=None)
        end(sweep, 1, "failed", step=3, error="broke")
    assert capsys.readouterr().err == "job 1 (2 of 2)  seed=2  failed at step 3: broke\n"


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_job_is_told_once(sweep, capsys):
    with shown(sweep):
        end(sweep, 1, "failed", step=3, error="broke")
        time.sleep(1.2)  # more than two looks
    assert capsys.readouterr().err.count("job 1") == 1


CHILD = """
import sys, time
from pathlib import Path
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps.overview import shown
sweep = Path(sys.argv[1])
with shown(sweep):
    time.sleep(0.6)
    for path in sorted(sweep.glob("[0-9]*"), key=lambda path: int(path.name)):
        RunFolder(path).write_status("done", step=9, steps=9, seconds=75)
        time.sleep(0.6)
"""


def on_a_terminal(sweep, columns, lines=24):
    """Return what `shown` writes to a terminal of this size while one job after another ends."""
    reader, writer = pty.openpty()
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    variables = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES")} | {"TERM": "xterm"}
    command = [sys.executable, "-c", CHILD, str(sweep)]
    job = subprocess.Popen(command, stdin=writer, stdout=writer, stderr=writer, env=variables)
    os.close(writer)
    said = b""
    with contextlib.suppress(OSError):
        while piece := os.read(reader, 65536):
            said += piece
    os.close(reader)
    assert job.wait(60) == 0
    return said.decode().replace("\r\n", "\n")


def left_on_screen(said):
    """Return the lines that a terminal shows at the end: rich erases the live table line by line, going up."""
    lines, row = [""], 0
    for piece in re.split(r"(\x1b\[[0-9;?]*[A-Za-z]|\n|\r)", said):
        if piece == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif piece == "\x1b[2K":
            lines[row] = ""
        elif re.fullmatch(r"\x1b\[[0-9]*A", piece):
            row -= int(piece[2:-1] or 1)
        elif piece != "\r" and not piece.startswith("\x1b"):
            lines[row] += piece
    return [line.rstrip() for line in lines]


@pytest.mark.parametrize("columns", [100, 80])
def test_on_a_terminal_lines_stay_and_one_table(tmp_path, columns):
    """Names of settings are whole, whatever the width."""
    words = [["model.z_dim=8", f"optimizer.discriminator_learning_rate=0.000{n}"] for n in range(1, 4)]
    words[2][0] = "model.z_dim=16"
    jobs.prepare(tmp_path / "sweep", [(job, CONFIG) for job in words])
    said = on_a_terminal(tmp_path / "sweep", columns)
    lines = left_on_screen(said)
    assert sum("settings" in line for line in lines) == 1
    told = " ".join(" ".join(lines[: next(i for i, line in enumerate(lines) if "settings" in line)]).split())
    ends = [f"job {n} ({n + 1} of 3) {' '.join(job)} done at step 9 in 1:15" for n, job in enumerate(words)]
    assert told == " ".join(ends)
    table = " ".join("\n".join(lines).partition("settings")[2].split())
    for number, job in enumerate(words):
        assert f"{number} {job[0]}" in table
        assert job[1] in table
    assert "3 jobs: 3 done" in table
    assert max(map(len, lines)) <= columns


def test_a_live_table_fits_the_terminal_and_the_last_one_has_all_jobs(tmp_path):
    jobs.prepare(tmp_path / "sweep", [([f"seed={seed}"], CONFIG) for seed in range(5)])
    lines = left_on_screen(on_a_terminal(tmp_path / "sweep", 80, lines=12))
    at = next(i for i, line in enumerate(lines) if "settings" in line)
    assert [line.split()[:2] for line in lines[at + 2 : at + 7]] == [[str(n), f"seed={n}"] for n in range(5)]


def test_settings_in_brackets_are_text_and_escape_codes_are_shown(tmp_path):
    """rich takes [red] for markup, and a terminal obeys escape codes."""
    config = OmegaConf.create({"model": {"name": "gan"}, "train": {"steps": 9}})
    jobs.prepare(tmp_path / "sweep", [([f"a=[red]{number}[/red]", f"x=\x1b[31m{number}"], config) for number in (1, 2)])
    said = on_a_terminal(tmp_path / "sweep", columns=120)
    assert "[red]1[/red]" in said
    assert r"\x1b[31m1" in said
    assert "\x1b[31m" not in said


def test_an_evaluation_is_part_of_the_results_but_renames_no_job(sweep):
    """Its file may have come from a stranger."""
    folder = RunFolder(sweep / "0")
    step = folder.status().get("step")
    names = ("fid", "job", "state", "seed", "folder")
    folder.evaluation.write(
        {"metric": name, "value": 77.0, "protocol": {"step": step, "features": "pixels"}} for name in names
    )
    finish(sweep)
    first, second = results(sweep)
    assert (first["fid"], first["features"], second["fid"]) == ("77.0", "pixels", "")
    assert [first[name] for name in ("job", "state", "seed", "folder")] == ["0", "done", "1", "0"]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000 + "]" * 5000,
        '[{"metric": "fid", "value": ' + "9" * 5000 + ', "protocol": {"step": 9}}]',
        "[" + ", ".join(['{"metric": "fid", "value": 1.0, "protocol": {"step": 9}}'] * 90_000) + "]",
        '[{"metric": ["fid"], "value": 1, "protocol": {"step": 9}}, {"metric": "fid", "value": "1", "protocol": {}}]',
        '[{"metric": "fid", "value": NaN, "protocol": {"step": 9}}]',
        "\x00",
    ],
    ids=["deep", "long number", "huge", "other types", "NaN", "no text"],
)
def test_an_evaluation_that_cannot_be_trusted_is_none(sweep, text):
    finish(sweep)
    before = results(sweep)
    (sweep / "0" / "evaluation.json").write_text(text)
    finish(sweep)
    assert results(sweep) == before


def test_a_job_that_runs_without_a_process_is_interrupted(sweep):
    """Launchers such as joblib kill their jobs, which cannot say so."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for pid, expected in ((ended.pid, "interrupted"), (os.getpid(), "running")):
        RunFolder(sweep / "1").write_status("running", pid=pid, host=platform.node(), error=None)
        finish(sweep)
        assert results(sweep)[1]["state"] == expected
