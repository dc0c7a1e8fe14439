"""Values: a narrow range and constant rows are warned of."""

import pytest

from ganae_cli.doctor.data import c_values
from ganae_cli.doctor.survey import Survey
from tests.datasets.recordings import SOUND


@pytest.mark.parametrize(("greatest", "level"), [(255, "ok"), (16, "warning")])
def test_a_narrow_range(greatest, level):
    (found,) = c_values.check(Survey("own", names=["a"], least=0, greatest=greatest))
    assert (found.level, found.what) == (level, f"from 0 to {greatest}, where 0 is black and 255 white")


def test_levels_of_sound():
    """Of 255 steps of 80 dB, from 51 to 204: -64 to -16 dB; a narrow range is no fault of quiet recordings."""
    survey = Survey("own", names=["a"] * 2, least=51, greatest=204, flat=["b.wav"], sound=SOUND)
    said = list(c_values.check(survey))
    assert [one.what for one in said] == ["bands from -64 to -16 dB of full scale", "silence: b.wav (1 in all)"]


def test_what_shows_nothing_is_named():
    survey = Survey("own", names=["a"] * 9, least=0, greatest=255, flat=list("abcdefg"))
    assert list(c_values.check(survey))[1].what == "one colour, and nothing to see: a, b, c, d, e, … (7 in all)"
    survey.kind, survey.flat = "points", ["column 2"]
    assert list(c_values.check(survey))[1].what == "the same number in every row: column 2 (1 in all)"
