"""Lines on standard error as JSON objects, or faults alone: from whomever they come."""

import json
import subprocess
import sys
from datetime import datetime

import pytest

from ganae_cli import cli, terminal
from ganae_cli.errors import UserError
from ganae_cli.runtime import messages
from ganae_cli.runtime.messages import JSON, TEXT


@pytest.fixture(autouse=True)
def text_again():
    terminal.take_lines(None)  # nothing is known of a run that another test has trained in this process
    yield
    messages.end()


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


# In this process, whose standard error pytest replaces ------------------------------------------------------------


def test_a_line_is_an_object_with_the_documented_fields(capsys):
    messages.choose(JSON)
    terminal.tell("ganae: warning: the disk is slow")
    terminal.know(run="/runs/a")
    terminal.tell(
        "step 2/4", event="progress", step=2, values={"g.loss": float("nan"), "kl": float("inf"), "fid": None}
    )
    warning, progress = lines(capsys.readouterr().err)
    assert datetime.fromisoformat(warning.pop("time")).tzinfo is not None
    assert warning == {"level": "warning", "event": "message", "message": "ganae: warning: the disk is slow"}
    assert {key: progress[key] for key in ("level", "event", "message", "step", "run")} == {
        **{"level": "info", "event": "progress", "message": "step 2/4", "step": 2, "run": "/runs/a"}
    }
    assert progress["values"] == {"g.loss": "NaN", "kl": "Infinity", "fid": None}


def test_text_is_as_it_was(capsys):
    terminal.tell("step 2/4", event="progress", step=2)
    terminal.event("end", "done", state="done")
    assert capsys.readouterr().err == "step 2/4\n"


def test_hidden_values_and_line_ends_are_in_no_line(capsys, monkeypatch):
    from ganae_cli import secrets

    monkeypatch.setattr(secrets, "_hidden", {"pass-word": "${oc.env:KEY}"})
    messages.choose(JSON)
    terminal.tell("a\nb pass-word é", place="x/pass-word", nested=[{"k": "pass-word"}])
    (found,) = lines(capsys.readouterr().err)
    assert found["message"] == "a\\x0ab ${oc.env:KEY} é"
    assert (found["place"], found["nested"]) == ("x/${oc.env:KEY}", [{"k": "${oc.env:KEY}"}])


def test_quiet_shows_faults_alone(capsys):
    assert messages.begin(["train", "--quiet", "seed=1"]) == ["train", "seed=1"]
    terminal.tell("step 2/4")
    terminal.tell("ganae: warning: slow")
    terminal.tell("job 3 failed", level="error")
    assert capsys.readouterr().err == "ganae: warning: slow\njob 3 failed\n"


def test_both_together(capsys):
    messages.begin(["train", "--quiet", "log.format=json"])
    terminal.tell("step 2/4")
    terminal.tell("ganae: error: no room")
    assert [one["message"] for one in lines(capsys.readouterr().err)] == ["ganae: error: no room"]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["train", "log.format=json", "seed=1"], ["train", "log.format=json", "seed=1"]),
        (["resume", "latest", "++log.format=json"], ["resume", "latest", "++log.format=json"]),
        (["list", "models", "log.format=json"], ["list", "models"]),
        (["--debug", "sample", "latest", "log.format=json"], ["--debug", "sample", "latest"]),
    ],
)
def test_commands_without_settings_do_not_get_the_word(words, left):
    assert messages.begin(words) == left
    assert messages.is_chosen()


def test_a_format_that_there_is_not_is_refused():
    with pytest.raises(UserError, match=r"^log\.format=jsn: expected one of text, json; did you mean 'json'\?$"):
        messages.begin(["list", "models", "log.format=jsn"])


def test_a_config_chooses_and_the_end_takes_it_back(capsys):
    messages.choose(TEXT)
    assert not messages.is_chosen()
    messages.choose(JSON)
    assert messages.is_chosen()
    messages.end()
    terminal.tell("plain")
    assert capsys.readouterr().err == "plain\n"


def test_errors_are_found_in_either_format(capsys):
    messages.choose(JSON)
    terminal.tell("ganae: error: no room")
    text = capsys.readouterr().err.strip()
    assert messages.error_in(text) == messages.error_in("ganae: error: no room") == "ganae: error: no room"
    assert messages.error_in("{'a'") is messages.error_in('{"level": 3}') is messages.error_in("step 2/4") is None


def test_a_process_that_is_started_can_write_to_the_true_standard_error():
    script = (
        "import os, sys; from ganae_cli.runtime import messages; print(messages.descriptor(), messages.is_json()); "
        "messages.choose('json'); os.write(messages.descriptor(), b'as it is\\n'); "
        "print(messages.is_json(), messages.is_quiet()); messages.end(); messages.begin(['list', '--quiet']); "
        "print(messages.is_json(), messages.is_quiet()); messages.end()"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert (run.stderr, run.stdout) == ("as it is\n", "None False\nTrue False\nFalse True\n")


@pytest.mark.parametrize("words", [["trian"], ["list", "modls"], ["resume", "no such run"], ["train", "dataset=rin"]])
def test_an_error_of_a_command_is_an_object_and_its_exit_code_the_same(words, capsys):
    assert cli.main([*words, "log.format=json"]) == 2
    (found,) = lines(capsys.readouterr().err)
    assert (found["level"], found["message"][:14]) == ("error", "ganae: error: ")
    assert not messages.is_chosen()


# In a process of its own --------------------------------------------------------------------------------------------

SCRIPT = """
import os, sys, warnings
from ganae_cli.runtime import messages, streams
from ganae_cli.terminal import tell
streams.secure()
messages.begin(["train", *sys.argv[1:]])
tell("of ours")
os.write(2, b"of a library in C\\n")
print("of Python", file=sys.stderr)
os.system("echo of a child >&2")
warnings.warn("careful")
os.write(2, b"without an end \\x1b[31m")
print(sys.stderr.isatty(), file=sys.stdout)
messages.end()
print("plain again", file=sys.stderr)
"""


def script(*words):
    run = subprocess.run([sys.executable, "-c", SCRIPT, *words], capture_output=True, text=True, check=True, timeout=60)
    return run.stderr.splitlines()


def test_no_line_passes_by_whoever_writes_it():
    *told, last = script("log.format=json")
    assert last == "plain again"
    found = [json.loads(line) for line in told]
    texts = {one["message"]: one["event"] for one in found}
    assert texts["of ours"] == "message"
    others = ("of a library in C", "of Python", "of a child", "without an end \\x1b[31m")
    assert {texts[one] for one in others} == {"output"}
    assert any("UserWarning: careful" in text for text in texts)


def test_with_quiet_lines_of_others_stay():
    told = script("--quiet")
    assert "of ours" not in told
    assert {"of a library in C", "of Python", "of a child", "plain again"} <= set(told)


def test_no_bar_is_drawn_where_rich_is_told_to_draw_one():
    script = (
        "import sys; from ganae_cli.runtime import messages, streams; streams.secure(); "
        "messages.begin(['train', 'log.format=json']); from ganae_cli.evaluation import bar\n"
        "with bar.shown('a run') as show: show(0.5, 'fid')\n"
        "messages.end()"
    )
    variables = {"FORCE_COLOR": "1", "TERM": "xterm"}
    import os

    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=os.environ | variables,
    )
    assert run.stderr == ""
