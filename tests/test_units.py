"""Amounts as people read them."""

import pytest

from ganae_cli.units import duration, megabytes, seconds_of, short, span, step_time


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


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        *(("90s", 90), ("10m", 600), ("1h30m", 5400), ("1.5h", 5400), ("2d", 172_800), (" 1H 30M ", 5400)),
        *((10, 600), (0.5, 30), ("10", 600), ("0s", 0)),
        *(("", None), ("m", None), ("10 minutes", None), ("30m1h", None), ("-5m", None), ("1:30", None), ("1e2", None)),
    ],
)
def test_a_time_as_it_is_typed(typed, seconds):
    assert seconds_of(typed) == seconds


@pytest.mark.parametrize(("seconds", "text"), [(90, "1m30s"), (86_400, "1d"), (90_061, "1d1h1m1s"), (3599.7, "1h")])
def test_a_time_as_it_would_be_typed(seconds, text):
    assert span(seconds) == text
    assert seconds_of(text) == round(seconds)


def test_the_time_of_a_step():
    assert [step_time(one) for one in (0.0451, 0.00012, 0.9999, 12.345)] == ["45.1 ms", "0.12 ms", "1 s", "12.3 s"]
