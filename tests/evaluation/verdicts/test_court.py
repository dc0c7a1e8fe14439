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


def near(evidence, density, precision, real=0.9):
    """Return an evaluation with these scores, and those of held-out rows."""
    scores = {"clipped_density": density, "precision": precision}
    known = {name: (value, None, None, real) for name, value in scores.items() if value is not None}
    return evidence(**known).evaluation


def test_nothing_is_called_healthy_where_samples_are_nowhere_near_the_data(found, evidence):
    lost = near(evidence, 0.0, 0.01)
    first = (
        "samples are nowhere near the data: clipped density 0% (held-out rows: 90%), precision 1% (held-out rows: 90%)"
    )
    lines = court.lines(found.values(), lost)
    assert lines[:4] == ["a collapse: 9 % of it (threshold: 5 %)", "  try: x=1", first, "no sign of a swing or a copy"]
    del found["a"]
    lines = court.lines(found.values(), lost)
    assert lines[0] == first
    assert lines[1].startswith("  try: a longer training (train.steps)")
    assert "healthy" not in " ".join(lines)


@pytest.mark.parametrize(
    ("density", "precision", "real", "is_lost"),
    [
        (0.0, 0.0, 0.9, True),
        (0.04, None, 0.9, True),
        (0.04, 0.04, 0.9, True),
        (0.04, 0.04, 0.5, False),  # 8 % of what real rows score
        (0.02, 0.6, 0.95, False),  # an autoencoder of 20 steps: blurs among the data
        (0.0, 0.0, 0.1, False),  # hardly any real row is near to others: that says nothing of samples
        (0.0, 0.0, None, True),
        (None, None, 0.9, False),
    ],
)
def test_nowhere_is_next_to_nothing_beside_real_rows_that_score(evidence, density, precision, real, is_lost):
    assert bool(court.nowhere(near(evidence, density, precision, real))) == is_lost


def test_what_tells_that_is_measured_for_judges(evidence):
    assert {"clipped_density", "precision"} <= set(court.needs())
    assert court.nowhere(None) == ""


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
