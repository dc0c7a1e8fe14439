"""`evaluation.json`: what was measured, strict JSON; what a stranger may have written into it stops nothing."""

import json

import pytest

from ganae_cli.storage import evaluation_file
from ganae_cli.storage.evaluation_file import EvaluationFile


@pytest.fixture
def file(tmp_path):
    return EvaluationFile(tmp_path / "evaluation.json")


def entry(metric, value, step=30, **protocol):
    return {"metric": metric, "value": value, "interval": None, "protocol": {"step": step} | protocol}


def test_what_was_written_is_read(file):
    file.write([entry("fid", 1.5, features="pixels"), entry("reverse_kl", None)])
    assert json.loads(file.path.read_text()) == file.read()
    assert [one["metric"] for one in file.read()] == ["fid", "reverse_kl"]
    assert file.values() == {"features": "pixels", "fid": 1.5}, "a value that is not known is no column"


def test_a_reader_sees_the_old_file_or_the_new_one(file):
    file.write([entry("fid", 1.5)])
    with file.path.open() as old:
        file.write([entry("fid", 2.5)])
        assert json.load(old) == [entry("fid", 1.5)]
    assert file.read() == [entry("fid", 2.5)]


def test_what_json_cannot_hold_is_refused_and_the_file_stays(file):
    file.write([entry("fid", 1.5)])
    with pytest.raises(ValueError, match="JSON compliant"):
        file.write([entry("fid", float("nan"))])
    assert file.values() == {"fid": 1.5}


def test_a_huge_file_is_not_read_and_of_many_entries_the_first(file, monkeypatch):
    file.write([entry(f"m{number}", 1.0) for number in range(5)])
    monkeypatch.setattr(evaluation_file, "MOST_ENTRIES", 3)
    assert list(file.values()) == ["m0", "m1", "m2"]
    size = file.path.stat().st_size
    monkeypatch.setattr(evaluation_file, "MOST_BYTES", size)
    assert file.read()
    monkeypatch.setattr(evaluation_file, "MOST_BYTES", size - 1)
    assert file.read() == []


def test_a_file_of_another_step_has_nothing_to_say_of_this_one(file):
    file.write([entry("fid", 1.5, step=30)])
    assert file.values(30) == {"fid": 1.5}
    assert file.values(60) == {}


def test_what_a_training_measured_at_its_end_is_no_full_evaluation(file):
    assert not file.is_full(30)
    file.write([entry("fid", 1.5, step=30, quick=True)])
    assert not file.is_full(30)
    file.write([entry("mse", 1.5, step=30, quick=True), entry("fid", 1.5, step=30)])
    assert file.is_full(30)
    assert not file.is_full(60)


def test_features_are_named_only_if_they_are_of_one_space(file):
    file.write([entry("fid", 1.0, features="pixels"), entry("kid", 2.0, features="encoder")])
    assert file.values() == {"fid": 1.0, "kid": 2.0}


@pytest.mark.parametrize(
    "text",
    ["", "{", "{}", "7", '"text"', "[1, null, []]", '[{"metric": 3, "value": 1, "protocol": {}}]'],
)
def test_what_is_no_evaluation_is_none(file, text):
    file.path.write_text(text)
    assert file.read() == []


def test_entries_that_are_none_are_left_out(file):
    wrong = [
        entry(7, 1.0),
        entry("text", "many"),
        {"metric": "bare", "value": 1.0},
        entry("space", 1.0, features=["a"]),
        {"metric": "listed", "value": 1.0, "protocol": []},
        entry("two words", 1.0),
        entry("a,b\n| c |", 1.0),
        entry("\x1b[31mred", 1.0),
        entry("größe", 1.0),
        {"metric": "none", "protocol": {}},
        entry("m" * 81, 1.0),
        entry("endless", float("inf")),
        entry("true", True),
        entry("huge", 10**400),
        entry("spaces", 1.0, features="pixels\n"),
    ]
    right = [entry("m" * 80, 1.0, features="pixels"), entry("fid", 2)]
    file.path.write_text(json.dumps([*wrong, *right]))
    assert file.read() == right


def test_no_file_is_no_evaluation(file):
    assert file.read() == []
    assert file.values(30) == {}
