"""The journal: it is data, is mended after a crash, needs no lock files, and one of another study is refused."""

import builtins
import json
import time

import pytest

from ganae_cli.errors import UserError
from ganae_cli.tuning import journal

optuna = pytest.importorskip("optuna")


def filled(path):
    study = journal.opened(path, ["minimize"], is_new=True)
    for value in (2.0, 1.0):
        trial = study.ask()
        trial.suggest_float("a", 0, 1)
        study.tell(trial, value)
    return study


def test_a_journal_is_lines_of_json_and_nothing_lies_beside_it(tmp_path):
    path = tmp_path / "journal.jsonl"
    filled(path)
    assert all(isinstance(json.loads(line), dict) for line in path.read_text().splitlines())
    assert [file.name for file in tmp_path.iterdir()] == ["journal.jsonl"]
    assert journal.opened(path, ["minimize"], is_new=False).best_value == 1.0


def test_a_lock_file_that_a_kill_of_optuna_left_stops_nothing(tmp_path):
    path = tmp_path / "journal.jsonl"
    (tmp_path / "journal.jsonl.lock").write_text("")
    began = time.monotonic()
    filled(path)
    assert journal.opened(path, ["minimize"], is_new=False).best_value == 1.0
    assert time.monotonic() - began < 20  # Optuna itself waits for 30 seconds


def test_a_line_that_was_cut_short_is_cut_off(tmp_path):
    path = tmp_path / "journal.jsonl"
    filled(path)
    before = path.read_bytes()
    path.write_bytes(before + b'{"op_code":4,"wor')
    study = journal.opened(path, ["minimize"], is_new=False)
    assert path.read_bytes() == before
    study.ask()
    assert len(journal.opened(path, ["minimize"], is_new=False).trials) == 3


@pytest.mark.parametrize("content", ["", '{"op_code":0,"wor'])
def test_a_journal_that_a_kill_left_without_a_line_is_begun_anew(tmp_path, content):
    path = tmp_path / "journal.jsonl"
    path.write_text(content)
    assert journal.opened(path, ["minimize"], is_new=False).trials == []
    assert len(path.read_text().splitlines()) == 1


@pytest.mark.parametrize("content", ["nonsense\n", "[]\n", '{"op_code": 99}\n'])
def test_a_file_that_is_no_journal_is_refused(tmp_path, content):
    path = tmp_path / "journal.jsonl"
    path.write_text(content)
    with pytest.raises(UserError, match=f"cannot read {path}: it is no journal of a study"):
        journal.opened(path, ["minimize"], is_new=False)


def test_a_journal_of_other_aims_is_refused(tmp_path):
    filled(tmp_path / "journal.jsonl")
    with pytest.raises(UserError, match=r"is the journal of another study: it is to minimize"):
        journal.opened(tmp_path / "journal.jsonl", ["maximize"], is_new=False)


def test_without_optuna_the_extra_is_named(monkeypatch):
    real = builtins.__import__

    def lacking(name, *given, **options):
        if name == "optuna":
            raise ImportError("No module named 'optuna'")
        return real(name, *given, **options)

    monkeypatch.setattr(builtins, "__import__", lacking)
    with pytest.raises(UserError, match=r"ganae tune needs the extra `tune`: pip install 'ganae\[tune\]' \(optuna"):
        journal.optuna()
