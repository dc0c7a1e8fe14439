"""Files: every fault is named, and what to type."""

from collections import Counter

from ganae_cli.doctor.data import a_files
from ganae_cli.doctor.finding import ok, problem, warning
from ganae_cli.doctor.survey import Survey


def test_every_file_that_cannot_be_read_is_named():
    survey = Survey(
        "own", names=["a"], faults={"b\n.png": "it is empty", "c.png": "half"}, left_out=Counter({".txt": 2})
    )
    survey.refused, survey.warned = ["two sizes"], ["3 .heic are left out"]
    expected = [
        ok("own: 1 pictures can be read"),
        problem("b .png cannot be read: it is empty", a_files.WAY_ON),
        problem("c.png cannot be read: half", a_files.WAY_ON),
        ok("no pictures, left out: 2 .txt"),
        problem("two sizes"),
        warning("3 .heic are left out"),
    ]
    assert list(a_files.check(survey)) == expected


def test_what_is_to_be_said_of_recordings():
    survey = Survey("own", names=["a"] * 3, what="clips", told=["2 recordings"], left_out=Counter({".txt": 1}))
    said = [ok("own: 3 clips can be read"), ok("2 recordings"), ok("no clips, left out: 1 .txt")]
    assert list(a_files.check(survey)) == said


def test_what_is_skipped_is_a_warning():
    survey = Survey("own", names=["a"], faults={"c.png": "half"}, skips=True)
    assert list(a_files.check(survey))[1] == warning("c.png cannot be read: half", "it is left out")
