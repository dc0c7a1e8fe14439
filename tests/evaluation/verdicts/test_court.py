"""All verdicts together: their lines, their entries, and what they need."""

import pytest

from ganae_cli.evaluation import evaluate
from ganae_cli.evaluation.verdicts import court
from ganae_cli.evaluation.verdicts.base import ACCUSED, HEALTHY, UNKNOWN, Verdict

WAYS = {
    "code_collapse", "discriminator_too_strong", "memorisation", "mode_collapse", "oscillation", "posterior_collapse",
}  # fmt: skip


def test_there_is_a_judge_for_each_way_to_fail():
    judges = court.judges()
    assert set(judges) == WAYS
    for name, judge in judges.items():
        assert judge.name.replace(" ", "_") == name
        assert judge.threshold
        assert judge.source


def test_judges_need_metrics_that_there_are():
    assert set(court.needs()) <= set(evaluate.metrics())
    assert {"copies", "clipped_coverage", "discriminator_auc"} <= set(court.needs())


def test_quick_measures_are_enough():
    quick = {metric for measure in evaluate.measures().values() if measure.is_quick for metric in measure.metrics}
    assert set(court.needs()) <= quick


def test_without_evidence_nobody_is_accused(evidence):
    assert {verdict.state for verdict in court.verdicts(evidence()).values()} == {UNKNOWN}


@pytest.fixture
def found():
    return {
        "a": Verdict("a collapse", ACCUSED, "9 % of it", "5 %", "someone", "x=1"),
        "b": Verdict("a swing", HEALTHY, "0.1"),
        "c": Verdict("a copy", HEALTHY, "0"),
        "d": Verdict("a code", UNKNOWN, "there is no encoder"),
    }


def test_an_accusation_comes_with_numbers_threshold_and_advice(found):
    assert court.lines(found.values()) == [
        "a collapse: 9 % of it (threshold: 5 %)",
        "  try: x=1",
        "otherwise healthy: no sign of a swing or a copy",
        "not judged: a code (there is no encoder)",
    ]
    del found["a"]
    assert court.lines(found.values())[0] == "healthy: no sign of a swing or a copy"


def test_entries_are_numbers_with_words_in_their_protocol(found):
    entries = {entry["metric"]: entry for entry in court.entries(found, {"step": 7})}
    assert [entries[name]["value"] for name in "abd"] == [1, 0, None]
    words = entries["a"]["protocol"]
    assert words == {
        "step": 7,
        "verdict": "accused",
        "seen": "9 % of it",
        "threshold": "5 %",
        "source": "someone",
        "advice": "x=1",
    }
