"""When a loss term or a metric has got no better for long enough."""

import math

import pytest
from omegaconf import OmegaConf

from ganae_cli.training.callbacks import patience
from ganae_cli.training.callbacks.patience import Patience


def over_at(values, better="lower", most=2):
    """Return the number of the value at which the patience was over first, None for never."""
    ends = []
    counted = Patience("m", better, most, lambda: ends.append(number))
    for number, value in enumerate(values):
        counted.take({"step": 10 * number, "m": value})
    return ends[0] if ends else None


@pytest.mark.parametrize(
    ("values", "better", "expected"),
    [
        ((5, 4, 3, 2), "lower", None),
        ((5, 4, 3, 2), "higher", 2),
        ((5, 6, 4, 5, 6), "lower", 4),  # the 4 begins anew
        ((5, 5, 5), "lower", 2),  # the same value is no better
        ((5, None, "", 6, None, 7), "lower", 5),  # rows without an evaluation do not count
        ((5, math.nan, math.inf), "lower", 2),
        ((math.nan, math.nan, 5), "lower", 1),
        ((math.inf, 5, 4, 4), "higher", 3),  # infinity is no best value that nothing could be better than
        ((0.5, -math.inf, 0.6), "lower", 2),
        (("5.0", "4.0", "6.0", "7.0"), "lower", 3),  # as they stand in the file
    ],
)
def test_values_that_are_no_better_are_counted_since_the_best(values, better, expected):
    assert over_at(values, better) == expected


def test_the_line_names_the_best_value_and_its_step():
    counted = Patience("fid", "lower", 2)
    assert counted.line() == "fid had no finite value"
    for step, value in ((10, 9.0), (20, 7.25), (30, 8.0), (40, 8.0)):
        counted.take({"step": step, "fid": value})
    assert counted.line() == "no better fid than 7.25 at step 20, 2 values ago"


def test_a_config_says_what_is_watched_and_which_values_are_better():
    rows = [{"step": "10", "fid": "3"}, {"step": "20", "fid": "4"}]
    train = OmegaConf.create({"stop_when": "fid", "patience": 1})
    assert patience.of(train, rows).is_over
    train.stop_when = "clipped_coverage"
    assert patience.of(train, rows).better == "higher"
    train.stop_when = "generator.fool"
    assert patience.of(train, rows).better == "lower"
    train.stop_when = None
    assert patience.of(train, rows) is None
    assert patience.of(OmegaConf.create({}), rows) is None  # a config of an older version
