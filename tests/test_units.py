"""Amounts as people read them."""

import pytest

from ganae_cli.units import duration, megabytes, short


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (3599, "59:59"), (3600, "1:00:00"), (90_061, "25:01:01")]
)
def test_duration(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (999, "999"), (1000, "1.00 k"), (999_600, "1.00 M"), (18_766_626_816, "18.8 G"), (5e18, "5.00 E")],
)
def test_short(count, text):
    assert short(count) == text


def test_the_unit_stands_behind_a_blank():
    assert (short(512, "FLOP"), short(1920, "FLOP")) == ("512 FLOP", "1.92 kFLOP")


def test_megabytes():
    assert (megabytes(811_700_000), megabytes(12_345_000_000)) == ("812 MB", "12.3 GB")
