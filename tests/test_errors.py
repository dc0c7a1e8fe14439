"""The suggestion at the end of an error."""

import pytest

from ganae_cli.errors import UnknownSetting, UserError, did_you_mean


@pytest.mark.parametrize(
    ("given", "expected"),
    [("hing", "; did you mean 'hinge'?"), ("xyz", ""), ("wasserstien", "; did you mean 'wasserstein'?")],
)
def test_the_nearest_word_is_offered_if_it_is_near(given, expected):
    assert did_you_mean(given, ["hinge", "wasserstein"]) == expected


def test_names_may_be_numbers():
    assert did_you_mean("100", [10, 1000]) in ("; did you mean '1000'?", "; did you mean '10'?")


def test_an_unknown_setting_is_the_users_error_and_knows_its_key():
    error = UnknownSetting("unknown setting 'a.b'", "a.b")
    assert isinstance(error, UserError)
    assert (str(error), error.key) == ("unknown setting 'a.b'", "a.b")
