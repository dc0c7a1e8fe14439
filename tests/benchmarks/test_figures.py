"""The benchmark's medians and ratios, worked out by hand; and that it runs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.table import Figures, lines
from tests.benchmarks.timing import Timed, enough, median_ms
from tests.benchmarks.workloads import WORKLOADS

ROOT = Path(__file__).parents[2]
MS = {"ganae": (2.0, 4.0, 3.0), "torch": (4.0, 6.0, 12.0), "torch-compile": (5.0, 3.0, 3.5)}


@pytest.fixture
def figures():
    rounds = [{name: Timed(ms=ms[i]) for name, ms in MS.items()} for i in range(3)]
    return Figures("mlp", WORKLOADS["mlp"], flops=6e9, parameters=10, peaks=[4000.0, 2000.0, 9000.0], rounds=rounds)


def test_ratios_are_taken_within_a_round(figures):
    assert figures.ratios("torch") == [2.0, 1.5, 4.0]
    assert figures.best_torch == "torch-compile"  # medians 6 and 3.5 ms
    assert figures.ratios("torch-compile") == [2.5, 0.75, pytest.approx(3.5 / 3)]


def test_a_round_that_failed_counts_for_nothing(figures):
    figures.rounds[0]["ganae"] = Timed(error="killed")
    assert figures.ratios("torch") == [1.5, 4.0]
    assert [timed.ms for timed in figures.of("ganae")] == [4.0, 3.0]
    assert "failed in 1 rounds: killed" in lines(figures, ["ganae"])[3]


def test_the_table_states_medians(figures):
    """ganae: 3 ms for 6 GFLOP are 2000 GFLOP/s, half of the median peak; 512 points in 3 ms are 170,667 a second."""
    _, title, _, ganae, torch, _, end = lines(figures, list(MS))
    assert title == "mlp: 6 GFLOP a step, 10 parameters, 3 rounds; matrix product 4000 GFLOP/s"
    assert ganae.split()[:5] == ["ganae", "3", "170667", "2000.0", "50%"]
    assert torch.endswith("2.00 (1.50-4.00)")
    assert end == "best PyTorch (torch-compile) / ganae: 1.17, 0.75 to 2.50 over 3 rounds"


def test_networks_of_another_size_are_told(figures):
    figures.rounds[1]["torch"].parameters = 11
    assert "OTHER NETWORKS: 11 parameters" in lines(figures, ["torch"])[3]


def test_a_step_is_the_median_interval_over_its_steps():
    assert median_ms([0.5, 9.0, 1.0], interval=250) == 4.0
    assert not enough(4, since=0.0, seconds=1.0)
    assert enough(5, since=0.0, seconds=1.0)


@pytest.mark.slow
def test_it_runs(tmp_path):
    out = tmp_path / "found.json"
    words = ["mlp", "--rounds", "1", "--seconds", "1", "--contenders", "ganae", "--out", str(out)]
    subprocess.run([sys.executable, "-m", "tests.benchmarks.train_step", *words], cwd=ROOT, check=True)
    (found,) = json.loads(out.read_text())
    # The matrix products of two hidden layers of 128 units, forward and backward, of D on 2 x 512 points and of G.
    assert found["flops"] == pytest.approx(0.19e9, rel=0.05)
    assert found["rounds"][0]["ganae"]["error"] is None
    assert found["rounds"][0]["ganae"]["ms"] > 0
