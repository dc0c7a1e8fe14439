"""Digits of results: as many as the error says."""

import pytest

from ganae_cli.sweeps.numbers import mean, short, with_error


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (("1.0", "inf", "3.0"), "2.0 ± 1.0 (and inf)"),  # s = sqrt 2 of two values, over sqrt 2
        (("inf", "inf"), "inf, inf"),
        (("2.0", "nan"), "2 (and nan)"),
        (("2.0", ""), ""),
        (("0.125", "0.125"), "0.125"),
        ((), ""),
    ],
)
def test_what_is_not_finite_is_named_beside_the_mean(values, said):
    """The reverse KL divergence of a run that finds no mode is infinite."""
    assert mean(values) == said


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        (6152.3, 648.1, "6,150 ± 650"),
        (0.36, 0.0021, "0.3600 ± 0.0021"),
        (0.36, 0.0996, "0.36 ± 0.10"),  # rounded, the error has another first digit
        (12.0, 0.96, "12.00 ± 0.96"),
        (12.0, 0.996, "12.0 ± 1.0"),
        (298_564.0, 12.3, "298,564 ± 12"),
        (298_564.0, 9.96, "298,564 ± 10"),
        (1_234_567.0, 99_600.0, "1,230,000 ± 100,000"),
        (-0.5, 0.25, "-0.50 ± 0.25"),
        (0.0, 0.5, "0.00 ± 0.50"),
        (3.21e-8, 1.4e-9, "(3.21 ± 0.14)e-08"),
        (1.0, 1e-9, "1.0000000000 ± 0.0000000010"),
    ],
)
def test_the_error_has_two_digits_and_the_value_the_same_decimals(value, error, said):
    assert with_error(value, error) == said


def test_numbers_at_the_end_of_the_range():
    assert mean(["1e308", "1.7e308"]) == short("1.35e308")
    assert mean(["-1e308", "1e308"]) == "(0.0 ± 1.0)e+308"
    assert mean(["5e-324", "1e-323"]) == "9.88e-324"
