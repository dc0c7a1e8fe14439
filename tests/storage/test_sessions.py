"""environment.json of anybody: no facts that others would trip over, and a damaged file is not lost."""

import json

import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage import sessions
from ganae_cli.storage.run_folder import RunFolder

DATA = {"fingerprint": "ab", "training_rows": 8, "test_rows": 2, "shape": [2]}


@pytest.mark.parametrize("text", ["[1]", "null", "{", "3", '"x"', ""])
def test_a_file_that_is_no_object_is_kept_aside_and_a_new_one_begun(tmp_path, text):
    folder, said = RunFolder(tmp_path), []
    folder.environment.write_text(text)
    assert folder.sessions() == []
    with pytest.raises(UserError, match=r"cannot read .*environment\.json"):
        sessions.read(folder.environment)
    folder.add_session({"threads": 2}, True, said.append)
    assert folder.sessions() == [{"threads": 2}]
    assert (tmp_path / "environment.json.damaged-1").read_text() == text
    assert len(said) == 1
    assert "environment.json.damaged-1" in said[0]


@pytest.mark.parametrize("later", [None, 3, "x", {}, [1], ["x"], [None, [2]]])
def test_what_is_no_session_is_left_out(tmp_path, later):
    (tmp_path / "environment.json").write_text(json.dumps({"threads": 2, "resumed": later}))
    assert sessions.read(tmp_path / "environment.json") == [{"threads": 2}]


STRANGE = (
    {"fingerprint": 1},
    {"shape": "2"},
    {"validation_rows": "3"},
    {"columns": "ab"},
    {"columns": [1]},
    {"labels": 1},
)


@pytest.mark.parametrize("data", [None, 3, "x", [], {}, *(DATA | one for one in STRANGE)])
def test_data_that_cannot_be_compared_are_left_out(tmp_path, data):
    path = tmp_path / "environment.json"
    for value, is_kept in ((data, False), (DATA, True)):
        path.write_text(json.dumps({"data": value, "threads": "2", "replicas": 1}))
        assert sessions.read(path) == [({"data": DATA} if is_kept else {}) | {"replicas": 1}]
