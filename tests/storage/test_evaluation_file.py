"""`evaluation.json`: what was measured, strict JSON; what a stranger may have written into it stops nothing."""

import json

import pytest

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


def test_a_file_of_another_step_has_nothing_to_say_of_this_one(file):
    file.write([entry("fid", 1.5, step=30)])
    assert file.values(30) == {"fid": 1.5}
    assert file.values(60) == {}


def test_what_a_training_measured_at_its_end_is_no_full_evaluation(file):
    assert not file.is_full(30)
    file.write([entry("fid", 1.5, step=30, quick=True)])
    assert not file.is_full(30)
    file.write([entry("fid", 1.5, step=30)])
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
        entry("m" * 81, 1.0),
        entry("endless", float("inf")),
        entry("true", True),
        entry("huge", 10**400),
        entry("spaces", 1.0, features="pixels\n"),
    ]
    file.path.write_text(json.dumps([*wrong, entry("fid", 2.0)]))
    assert file.values() == {"fid": 2.0}


def test_no_file_is_no_evaluation(file):
    assert file.read() == []
    assert file.values(30) == {}
