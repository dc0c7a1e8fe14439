"""The JSON file of a checkpoint: each fact that cannot be is named, and the checkpoint before it used."""

import json

import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage import checkpoint_facts
from ganae_cli.storage.checkpoints import Checkpoints

ARCHITECTURE = {"model": {}, "networks": {}, "optimizer": {"gan": {}}, "hardware": {}, "shape": [8, 8, 1], "terms": "x"}
STANDARD = {"mean": [0.0, 1], "std": [1.0, 0.5]}
SOUND = {"rate": 8000, "frames": 32, "hop": 50, "n_fft": 256, "mel_bins": 16}
SOUND |= {"low_hz": 0.0, "high_hz": 4000.0, "top_db": -6, "range_db": 80.0}
FACTS = {"last_row": 8, "seconds": 1.5, "metric": {"a": 1.0, "b": None}, "architecture": ARCHITECTURE}
WRONG = {
    "step": [None, "10", 10.0, True, -1, 11, 10**30],
    "sha256": [None, 7, "x" * 64, "A" * 64, "ab", ["a"]],
    "metric": [1, [1], {"a": "1"}, {"a": {}}, {"a": True}, {"a": 10**30}],
    "last_row": ["8", -1, 8.5, 11, None, 10**30],
    "seconds": ["1", -0.5, float("nan"), float("inf"), None, 10**400],
    "standard": [
        *([], {}, {"mean": [0], "std": [0]}, {"mean": [0], "std": [1, 1]}, {"mean": "0", "std": "1"}),
        *({"mean": [], "std": []}, {"mean": [float("nan")], "std": [1]}, {"mean": [[0]], "std": [[1]]}),
    ],
    "sound": [
        *(
            [],
            {},
            {"rate": 8000},
            *(SOUND | {key: wrong} for key in SOUND for wrong in ("1", None, float("nan"), True)),
        ),
        *(SOUND | {key: 0} for key in ("rate", "frames", "hop", "n_fft", "mel_bins", "high_hz", "range_db")),
        *(SOUND | {"n_fft": wrong} for wrong in (49, 1601)),  # less than a column of 50, more than 32 of them
        *(SOUND | change for change in ({"hop": 10**9}, {"n_fft": 2**27}, {"high_hz": 4001.0}, {"low_hz": -1.0})),
    ],
    "line": [None, "1", -1, 2**31 + 1, 2**63 - 1],
    "architecture": [
        *([], {}, "x", *(ARCHITECTURE | {key: 3} for key in ARCHITECTURE)),
        *(ARCHITECTURE | {"shape": shape} for shape in ([], [0], [2, 2], [-1], ["8"], [1.5], [10**9] * 3, [True])),
        ARCHITECTURE | {"optimizer": {"gan": 1}},
    ],
}


@pytest.fixture
def checkpoints(tmp_path):
    made = Checkpoints(tmp_path)
    for step in (5, 10):
        made.add(
            step, lambda path: path.write_text("abc"), **FACTS | {"last_row": step}, standard=STANDARD, sound=SOUND
        )
    return made


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in WRONG.items() for value in values])
def test_a_fact_that_cannot_be_is_named_and_the_checkpoint_before_it_used(checkpoints, key, value):
    path = checkpoints.folder / "step-00000010.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    with pytest.raises(UserError, match=rf"step-00000010\.json.*{key}") as error:
        checkpoint_facts.read(path, 10)
    assert "\n" not in str(error.value)
    warnings = []
    assert checkpoints.newest(warnings.append).step == 5
    assert len(warnings) == 1
    assert str(path) in warnings[0]


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", "null", '"x"', "7", "[" * 9999, '{"step": 10}', "{}", '{"a":' * 40 + "1" + "}" * 40]
)
def test_what_is_no_object_of_facts_is_damaged(checkpoints, text):
    (checkpoints.folder / "step-00000010.json").write_text(text)
    assert [one.fault is None for one in checkpoints.list()] == [False, True]
    assert checkpoints.newest().step == 5


def test_facts_that_can_be_are_read_as_they_are(checkpoints):
    newest = checkpoints.newest()
    of_data = {"standard": STANDARD, "sound": SOUND}
    assert newest.about == FACTS | {"last_row": 10, "step": 10, "sha256": newest.about["sha256"]} | of_data
    assert newest.fact("architecture") == ARCHITECTURE


def test_a_fact_that_lacks_is_named_by_who_needs_it(checkpoints):
    bare = checkpoints.add(20, lambda path: path.write_text("abc"))
    with pytest.raises(UserError, match=r"step-00000020\.json has no 'architecture'"):
        bare.fact("architecture")


def test_a_file_of_megabytes_is_damaged(checkpoints):
    """All are read at once, and kept."""
    path = checkpoints.folder / "step-00000010.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"more": "x" * 2**20}))
    assert [one.fault is None for one in checkpoints.list()] == [False, True]
