"""`ganae list`: plain names when piped, with what they mean on a terminal."""

import json
import os
import pty
import subprocess
import sys

import pytest
from omegaconf import OmegaConf

from ganae_cli import cli
from ganae_cli.command_line.catalogue import plural
from ganae_cli.commands.list import list_runs
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps import jobs


@pytest.fixture
def shown(capsys, monkeypatch):
    """`shown("models")` -> the lines that `ganae list models` prints on a terminal."""

    def lines(*words):
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        monkeypatch.setenv("COLUMNS", "400")
        return listed(capsys, *words)

    return lines


def listed(capsys, *words):
    assert cli.main(["list", *words]) == 0
    return capsys.readouterr().out.splitlines()


def test_models_are_the_names_that_model_accepts(capsys):
    names = listed(capsys, "models")
    assert names == ConfTree().options("model")
    assert {"aegan", "autoencoder", "gan"} <= set(names)


def test_each_name_has_its_help_on_a_terminal(shown):
    lines = shown("losses")
    assert any(line.split(maxsplit=1) == ["hinge", ConfTree().help("loss", "hinge")] for line in lines)


def test_kinds_are_the_folders_of_conf(capsys):
    kinds = listed(capsys)
    assert kinds == [*map(plural, ConfTree().groups()), "runs", "results"]
    assert {"models", "losses", "penalties", "hardware"} <= set(kinds)


def test_every_option_has_help():
    tree = ConfTree()
    silent = [
        f"{group}/{name}" for group in tree.groups() for name in tree.options(group) if not tree.help(group, name)
    ]
    assert silent == []


def test_a_group_of_the_users_is_a_kind(capsys, tmp_path, monkeypatch):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "mine.yaml").write_text("# help: my own\nname: mine\n")
    monkeypatch.setenv("GANAE_CONFIG_PATH", str(tmp_path))
    assert "mine" in listed(capsys, "models")


def test_unknown_kind(capsys):
    assert cli.main(["list", "modles"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("ganae: error: no kind 'modles'; did you mean 'models'? (kinds: ")


def test_runs_newest_first_with_state(shown, tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path))
    for name, state in (("2026-01-31/10-00-00-aaaa", "done"), ("2026-02-01/09-00-00-bbbb", "interrupted")):
        run = tmp_path / "train" / name
        run.mkdir(parents=True)
        (run / "config.yaml").write_text("model: {name: gan}\ndataset: {name: ring}\n")
        (run / "status.json").write_text(json.dumps({"state": state, "step": 5, "steps": 9}))
    lines = shown("runs")
    assert [line.split()[0].rsplit("-", 1)[-1] for line in lines] == ["bbbb", "aaaa"]
    assert lines[0].endswith("gan on ring, interrupted, step 5 of 9")


def test_a_run_whose_config_is_damaged_is_listed_all_the_same(shown, tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path))
    run = tmp_path / "train" / "2026-01-31" / "10-00-00-aaaa"
    run.mkdir(parents=True)
    (run / "config.yaml").write_text("model: {name")
    assert shown("runs")[0].endswith("unreadable config, unknown, step 0 of ?")


@pytest.mark.parametrize("status", ["[]", '"x"', '{"step": "9", "state": ["done"]}', '{"steps": {}}', "[" * 99_999])
def test_a_bad_status_of_one_run_does_not_hide_the_others(tmp_path, monkeypatch, status):
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path))
    for name, text in (("a", '{"state": "done", "step": 9, "steps": 9}'), ("b", status)):
        run = tmp_path / "train" / "2026-01-31" / name
        run.mkdir(parents=True)
        (run / "config.yaml").write_text("model: {name: gan}\ndataset: {name: ring}\n")
        (run / "status.json").write_text(text)
    (bad, bad_facts), (good, facts) = list_runs(has_help=True)
    assert (bad[-1], good[-1], facts) == ("b", "a", "gan on ring, done, step 9 of 9")
    assert bad_facts.startswith("gan on ring, unknown, step 0 of ?")


def test_a_bomb_in_one_config_does_not_hide_the_others(tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path))
    run = tmp_path / "train" / "2026-01-31" / "a"
    run.mkdir(parents=True)
    for text in ("a: &a [1, 2]\nmodel: {name: *a}\n", f"model: {{name: {'x' * 300}}}\ndataset: {{name: y}}\n"):
        (run / "config.yaml").write_text(text)
        [(_, facts)] = list_runs(has_help=True)
        assert facts.startswith("unreadable config, " if "&a" in text else f"{'x' * 100}…, ")


def test_names_with_escape_codes_reach_a_terminal_as_text(tmp_path):
    """`ganae list runs` on a terminal: neither a folder's name nor its files can write codes to it, nor by a pipe."""
    run = tmp_path / "train" / "2026-01-31" / "a\x1b[31mred"
    run.mkdir(parents=True)
    (run / "config.yaml").write_text('model: {name: "g\\e[32man"}\ndataset: {name: "ri\\u202eng"}\n')
    words = [sys.executable, "-m", "ganae_cli", "list", "runs"]
    own = {**os.environ, "GANAE_OUTPUTS": str(tmp_path), "COLUMNS": "400"}
    piped = subprocess.run(words, env=own, capture_output=True, text=True, check=True)
    assert piped.stdout == f"{run.parent}/a\\x1b[31mred\n"
    reader, writer = pty.openpty()
    subprocess.run(words, env=own, stdout=writer, check=True)
    os.close(writer)
    shown = os.read(reader, 9999).decode()
    os.close(reader)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert r"a\x1b[31mred" in shown
    assert r"g\x1b[32man on ri\u202eng" in shown


def test_a_folder_name_moves_no_terminal_behind_a_pipe_either(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path))
    run = tmp_path / "train" / "2026-01-31" / "12-00-00-\x1b[2J\nc0de  x"
    run.mkdir(parents=True)
    (run / "config.yaml").touch()
    assert listed(capsys, "runs") == [f"{run.parent}/12-00-00-\\x1b[2J\\x0ac0de  x"]


def test_a_sweep_counts_as_done_what_resume_leaves_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path))
    sweep = tmp_path / "sweep" / "2026-01-31" / "a"
    ends = [("done", None), ("interrupted", "stop_when"), ("interrupted", "max_minutes"), ("pending", None)]
    config = OmegaConf.create({"model": {"name": "gan"}, "train": {"steps": 9}})
    jobs.prepare(sweep, [([f"seed={seed}"], config) for seed in range(4)])
    for number, (state, stopped_by) in enumerate(ends):
        RunFolder(sweep / str(number)).write_status(state, stopped_by=stopped_by)
    (sweep / "notes").mkdir()
    assert list_runs(has_help=True) == [(str(sweep), "sweep, 2 of 4 done")]
    (sweep / "sweep.json").write_text("[")
    assert list_runs(has_help=True) == [(str(sweep), "sweep, unreadable sweep.json")]
