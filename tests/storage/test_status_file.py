"""status.json of anybody: entries of a wrong type are left out, and whoever reads it goes on."""

import json
import platform

import pytest

from ganae_cli.storage import status_file
from ganae_cli.storage.run_folder import RunFolder

GOOD = {"state": "done", "step": 30, "steps": 30, "seconds": 1.5, "error": None, "pid": 12, "host": "a", "model": "gan"}
GOOD |= {"metrics": {"modes": 8, "spread": float("inf"), "name": "x", "none": None}, "compile_seconds": 0.5}
OTHERS = [None, True, -1, 1.5, 10**15, 10**30, float("nan"), "2²", [], [1], {}, {"a": {"b": [1]}}]


@pytest.mark.parametrize(
    "text", ["", "[]", '"x"', "null", "7", "{half", "[" * 99_999, '{"step": ' + "9" * 9999 + "}", "\0"]
)
def test_what_is_no_object_says_nothing(tmp_path, text):
    (tmp_path / "status.json").write_text(text)
    assert RunFolder(tmp_path).status() == {}
    assert RunFolder(tmp_path).state() == "unknown"


def test_what_a_run_writes_is_read_as_it_is(tmp_path):
    (tmp_path / "status.json").write_text(json.dumps(GOOD))
    assert status_file.read(tmp_path / "status.json") == GOOD


@pytest.mark.parametrize("key", GOOD)
def test_an_entry_of_a_wrong_type_is_left_out(tmp_path, key):
    """What is left can be used without a look at it: compared, formatted, added."""
    for value in OTHERS:
        (tmp_path / "status.json").write_text(json.dumps(GOOD | {key: value}))
        found = RunFolder(tmp_path).status()
        assert {name: found[name] for name in GOOD if name != key} == {n: v for n, v in GOOD.items() if n != key}
        assert isinstance(found.get("step", 0), int)
        assert 0 <= found.get("step", 0) < 2**63
        assert isinstance(found.get("seconds", 0), int | float)
        assert isinstance(found.get("error") or "", str)
        with_host = found | {"host": platform.node(), "state": "running"}
        (tmp_path / "status.json").write_text(json.dumps(with_host))
        assert RunFolder(tmp_path).state() in ("running", "interrupted")
        assert all(not isinstance(metric, dict | list) for metric in found.get("metrics", {}).values())


def test_rollbacks_are_kept(tmp_path):
    text = '{"state": "running", "rollbacks": [{"from": 30, "to": 20, "term": "generator.loss"}]}'
    (tmp_path / "status.json").write_text(text)
    assert status_file.read(tmp_path / "status.json")["rollbacks"] == [{"from": 30, "to": 20, "term": "generator.loss"}]
