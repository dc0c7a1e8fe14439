"""What doctor says of `evaluation.json`."""

import json

import pytest

from ganae_cli.doctor.run import h_evaluation


def entry(metric, step=4):
    return {"metric": metric, "value": 1.0, "interval": None, "protocol": {"step": step}}


def test_of_which_step(folder, seen):
    assert seen(h_evaluation.check) == [("ok", "none yet")]
    folder.evaluation.write([entry("fid"), entry("kid")])
    assert seen(h_evaluation.check) == [("ok", "2 entries, of step 4")]
    folder.evaluation.write([entry("fid", 2)])
    assert seen(h_evaluation.check) == [("ok", "1 entries, of step 2, and the newest weights are of step 4")]


def test_entries_that_are_none_are_counted(folder, seen):
    folder.evaluation.path.write_text(json.dumps([entry("fid"), entry("two words"), 7]))
    assert seen(h_evaluation.check) == [
        ("warning", "evaluation.json holds 2 entries that are none"),
        ("ok", "1 entries, of step 4"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "line 1 is not JSON"),
        ("[" * 60 + "]" * 60, "nested too deeply"),
        ("[" + " " * 2**22 + "]", "expected at most 4,194,304"),
        ("[]", "evaluation.json is empty"),
        ('{"fid": 3}', "evaluation.json is empty"),
    ],
)
def test_what_cannot_be_read(folder, seen, text, says):
    folder.evaluation.path.write_text(text)
    ((level, what),) = seen(h_evaluation.check)
    assert level == "warning"
    assert says in what
