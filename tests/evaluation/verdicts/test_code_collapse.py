"""Code collapse: pairs of inputs with one code, and codes on a line that lose the data."""

import pytest

from ganae_cli.evaluation.verdicts.base import ACCUSED, HEALTHY, UNKNOWN
from ganae_cli.evaluation.verdicts.code_collapse import CodeCollapse


def state(evidence, **scores):
    return CodeCollapse().judge(evidence(**scores)).state


@pytest.mark.parametrize(("rate", "expected"), [(0.051, ACCUSED), (0.049, HEALTHY), (0.008, HEALTHY)])
def test_collisions(evidence, rate, expected):
    """0.008: codes of one dimension, by chance."""
    assert state(evidence, collision_rate=rate) == expected


@pytest.mark.parametrize(
    ("rank", "z_dim", "error", "expected"),
    [
        (1.4, 32, 0.51, ACCUSED),
        (1.6, 32, 0.51, HEALTHY),
        (1.4, 32, 0.49, HEALTHY),  # one direction is all that the data have
        (1.4, 2, 0.9, HEALTHY),  # a code of two numbers is nearly a line anyway
        (5.0, 32, 0.1, HEALTHY),  # `irmae`, whose low rank is intended
    ],
)
def test_codes_on_a_line_are_accused_where_they_lose_the_data(evidence, rank, z_dim, error, expected):
    scores = {"effective_rank": (rank, None, None, z_dim), "mse": (error, 0, 9, 1.0), "collision_rate": 0.0}
    assert state(evidence, **scores) == expected


def test_the_numbers_are_told(evidence):
    verdict = CodeCollapse().judge(evidence(collision_rate=0.25, effective_rank=(1.2, None, None, 4)))
    assert verdict.what == "25.0% of pairs of different inputs have one code; codes have an effective rank of 1.2 of 4"


def test_without_an_encoder_nothing_is_said(evidence):
    assert state(evidence) == UNKNOWN
