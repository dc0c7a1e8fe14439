"""The medians and the ratio of the benchmark of neighbours, worked out by hand; and that it runs."""

import subprocess
import sys

import pytest

from tests.benchmarks.neighbours import ROOT, lines


def test_the_table_states_medians_and_ratios_within_rounds():
    """Seconds 2, 4, 3 beside 8, 8, 15: medians 3 and 8, ratios 4, 2 and 5."""
    found = {
        name: [{"seconds": s, "busy": s + 2, "memory": 10 * s, "scores": {"recall": score}} for s in seconds]
        for name, seconds, score in (("ganae", (2.0, 4.0, 3.0), 0.5), ("prdc", (8.0, 8.0, 15.0), 0.75))
    }
    _, ganae, prdc, wall, busy, end = lines(found)
    assert ganae.split() == ["ganae", "3.00", "5.00", "30", "recall", "0.5000"]
    assert prdc.split() == ["prdc", "8.00", "10.00", "80", "recall", "0.7500"]
    assert wall == "prdc / ganae, seconds: 4.00, 2.00 to 5.00 over 3 rounds"
    assert busy == "prdc / ganae, seconds of CPU: 2.50, 1.67 to 3.40 over 3 rounds"
    assert end == "scores are 2.5e-01 apart at most"


def test_it_runs():
    pytest.importorskip("prdc")
    words = ["--rows", "300", "--dimensions", "200", "--rounds", "1", "--threads", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.neighbours", *words], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "scores are 0.0e+00 apart at most"
