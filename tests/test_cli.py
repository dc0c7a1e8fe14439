"""The dispatcher: the choice of the command, the treatment of errors, and no heavy import for a short answer."""

import json
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

from ganae_cli import __version__, cli
from ganae_cli.errors import UserError

ROOT = Path(cli.__file__).parent.parent


@pytest.fixture
def command(monkeypatch):
    """Return a function: `command(function)` makes `ganae train` run the function."""

    def install(run):
        monkeypatch.setitem(sys.modules, "ganae_cli.commands.train", types.SimpleNamespace(main=run))

    return install


def fails_with(error):
    def run(words):
        raise error

    return run


def test_help_lists_every_command_with_its_summary(capsys):
    assert cli.main(["--help"]) == 0
    text = capsys.readouterr().out
    for path in (ROOT / "ganae_cli" / "commands").glob("[!_]*.py"):
        assert f"  {path.stem:<11} {path.read_text().splitlines()[0].strip(chr(34))}" in text


def test_no_words_at_all_show_the_help(capsys):
    assert cli.main([]) == 0
    assert "usage: ganae COMMAND" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--version"], ["train", "--version"], ["--version", "train"]])
def test_version(words, capsys):
    assert cli.main(words) == 0
    assert capsys.readouterr().out == f"ganae {__version__}\n"


def test_unknown_command_names_the_nearest(capsys):
    assert cli.main(["trian", "seed=1"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("ganae: error: no command 'trian'; did you mean 'train'? (commands: ")
    assert error.count("\n") == 1


def test_flags_may_stand_before_the_command(command):
    seen = []
    command(lambda words: seen.append(words) or 0)
    assert cli.main(["--multirun", "train", "seed=1,2"]) == 0
    assert seen == [["--multirun", "seed=1,2"]]


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (UserError("no such\n  thing"), 2, "ganae: error: no such thing\n"),
        (RuntimeError("broke"), 1, "ganae: error: RuntimeError: broke (`ganae --debug ...` shows the traceback)\n"),
        (SystemExit(3), 3, ""),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_errors_are_one_line_and_an_exit_code(command, capsys, error, code, line):
    command(fails_with(error))
    assert cli.main(["train"]) == code
    assert capsys.readouterr().err == line


def test_a_failed_run_points_to_its_log(command, capsys):
    error = RuntimeError("broke")
    error.add_note("the traceback is in outputs/x/train.log")
    command(fails_with(error))
    assert cli.main(["train"]) == 1
    assert capsys.readouterr().err == "ganae: error: RuntimeError: broke (the traceback is in outputs/x/train.log)\n"


@pytest.mark.parametrize("words", [["--debug", "train"], ["train", "--debug"]])
def test_debug_shows_the_traceback(command, capsys, words):
    command(fails_with(RuntimeError("broke")))
    assert cli.main(words) == 1
    error = capsys.readouterr().err
    assert "Traceback (most recent call last)" in error
    assert error.endswith("ganae: error: RuntimeError: broke\n")


PROBE = """
import io, json, os, sys
from ganae_cli.cli import main
seen, sys.stdout = {}, io.StringIO()
os.environ["COMP_LINE"] = "ganae train model="
for line in ("--help", "train --help", "list models", "list runs", "-sc query=bash", "train model.zdim=3"):
    code = main(line.split())
    seen[line] = [code, [name for name in ("hydra", "omegaconf", "numpy", "tensorflow") if name in sys.modules]]
sys.__stdout__.write(json.dumps(seen))
"""


def test_an_answer_imports_nothing_heavy():
    run = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, cwd=ROOT, check=True)
    seen = json.loads(run.stdout)
    mistake = seen.pop("train model.zdim=3")
    assert seen == {words: [0, []] for words in seen}
    assert mistake[0] == 2
    assert "hydra" in mistake[1]
    assert "tensorflow" not in mistake[1]
    assert run.stderr == "ganae: error: unknown setting 'model.zdim'; did you mean 'model.z_dim'?\n"


def test_a_reader_that_goes_away_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    words = [sys.executable, "-m", "ganae_cli", "list", "losses"]
    run = subprocess.run(words, stdout=writer, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False)
    os.close(writer)
    assert run.stderr == ""
    assert run.returncode == 141


def test_a_program_that_calls_ganae_is_not_replaced(monkeypatch, capsys):
    """The command line starts again in place of the process; within another program that is an error like others."""
    from ganae_cli.commands import list as command
    from ganae_cli.errors import StartAgain

    def fail(words):
        raise StartAgain(["resume", "x"], {}) from RuntimeError("the cache is to blame")

    monkeypatch.setattr(command, "main", fail)
    assert cli.main(["list"]) == 1
    assert "ganae: error: RuntimeError: the cache is to blame" in capsys.readouterr().err
