"""The process of a tracker: requests in, answers out, whatever the tracker does."""

import json

from ganae_cli.trackers import child
from tests.trackers.recorder import PLUGIN, steps, told

ABOUT = {"folder": "/runs/a", "outputs": "/runs", "name": "a", "params": {"seed": "0"}, "run": None, "group": None}
ABOUT |= {"group_folder": None, "continues": None}


def opening(out, **changes):
    asked = {"name": "recorder", "options": {"out": str(out)}, "plugins": [PLUGIN], "about": ABOUT | changes}
    return {"do": "open"} | asked


def rows(*numbers):
    return {"do": "rows", "rows": [{"step": n, "values": {"g.loss": 0.5, "fid": None}, "when": 1.0} for n in numbers]}


def served(*requests):
    """Return the answers to requests, before the end of the input."""
    answers = []
    child.serve([json.dumps(request) for request in requests], lambda line: answers.append(json.loads(line)))
    return answers


def test_a_run_from_beginning_to_end(recorder, tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG...")
    pictures = [
        {"do": "picture", "step": 200, "name": "samples", "path": str(tmp_path / name)}
        for name in ("a.png", "gone.png")
    ]
    closing = {"do": "close", "state": "done", "metrics": {"modes": 8, "features": "pixels"}, "words": {"v": "healthy"}}
    closing["files"] = [("/runs/a/step-1.h5", "checkpoint")]
    answers = served(opening(recorder), rows(100, 200), *pictures, closing)
    assert answers == [{"ok": {"run": "r0", "place": "out told.jsonl", "step": None}}, *[{"ok": {}}] * 4]
    assert told(recorder) == {
        "r0": [
            ["open", "a", None, None, {"seed": "0"}],
            ["row", 100, {"g/loss": 0.5}, 1.0],
            ["row", 200, {"g/loss": 0.5}, 1.0],
            ["picture", 200, "samples", "89504e47"],
            ["file", "step-1.h5", "checkpoint"],
            ["close", "done", {"modes": 8.0}, {"v": "healthy"}, 200],
        ]
    }


def test_an_error_is_an_answer_and_the_next_request_is_served(recorder):
    recorder.with_suffix(".fault").write_text("raise")
    answers = served(opening(recorder), rows(100), {"do": "nonsense"})
    assert answers[1] == {"error": "RuntimeError: the disk of https://tracks.org/x is full"}
    assert "KeyError" in answers[2]["error"]


def test_a_run_whose_training_was_killed_is_closed(recorder):
    served(opening(recorder), rows(100))
    assert told(recorder)["r0"][-1] == ["close", "interrupted", {}, {}, 100]


def test_another_course_ends_the_run_before(recorder):
    served(
        opening(recorder),
        rows(100, 200),
        opening(recorder, continues="r0"),
        rows(100),
        {"do": "close", "state": "done"},
    )
    found = told(recorder)
    assert (steps(found["r0"]), steps(found["r1"])) == ([100, 200], [100])
    assert found["r0"][-1][:2] == ["close", "interrupted"]
    assert found["r1"][0][3] == "r0"
