"""Evidence that is made by hand."""

import pytest

from ganae_cli.evaluation.scores import NEITHER, QUALITY, Evaluation, Metric, Score
from ganae_cli.evaluation.verdicts.base import Evidence


@pytest.fixture
def evidence():
    """Return a function that makes evidence of scores, metric -> value or (value, low, high, beside), and a history."""

    def make(history=(), known_modes=8, **values):
        scores = []
        for metric, value in values.items():
            parts = value if isinstance(value, tuple) else (value, None, None, None)
            scores.append(Score(metric, *parts, {"known_modes": known_modes}))
        metrics = {metric: Metric(QUALITY, metric, NEITHER) for metric in values}
        return Evidence(Evaluation({"n": 299}, metrics, tuple(scores), {}), history)

    return make
