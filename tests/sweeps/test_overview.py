"""The state of a sweep's jobs, live and in results.csv."""

import csv
import io
import sys

import pytest
from omegaconf import OmegaConf

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps import jobs
from ganae_cli.sweeps.overview import differing, finish, job_folders, live

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


def test_jobs_are_in_the_order_of_their_numbers(tmp_path):
    jobs.prepare(tmp_path, [([f"seed={seed}"], CONFIG) for seed in range(11)])
    assert [path.name for path in job_folders(tmp_path)] == [str(number) for number in range(11)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([["a=1", "b=1"], ["a=2", "b=1"]], [{"a": "1"}, {"a": "2"}]),
        ([["a=1", "b=x=y"]], [{"a": "1", "b": "x=y"}]),
        ([["a=1"], ["a=1"]], [{}, {}]),
        ([["a=1", "~b"], []], [{"a": "1"}, {"a": ""}]),
        ([], []),
    ],
)
def test_overrides_that_differ(given, expected):
    assert differing(given) == expected


def test_without_a_terminal_there_is_a_line_as_each_job_ends(sweep, capsys):
    with live(sweep) as show:
        show()
        assert capsys.readouterr().err == ""
        for path in job_folders(sweep):
            show(path)
    assert capsys.readouterr().err.splitlines() == [
        "job 0  seed=1  done at step 9",
        "job 1  seed=2  failed at step 3: broke",
    ]


def test_on_a_terminal_there_is_a_table_of_all_jobs(sweep, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with live(sweep) as show:
        show()
        show(sweep / "0")
    lines = [line for line in terminal.getvalue().splitlines() if "│" in line]
    assert [cell.strip() for cell in lines[0].split("│")[1:-1]] == ["0", "1", "done", "9/9", "12", ""]
    assert [cell.strip() for cell in lines[1].split("│")[1:-1]] == ["1", "2", "failed", "3/9", "0", "broke"]
