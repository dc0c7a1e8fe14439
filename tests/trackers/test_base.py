"""The base of trackers: what is missing is named with its extra."""

import pytest

from ganae_cli.errors import UserError
from ganae_cli.trackers.base import Tracker, plain, without_login
from ganae_cli.trackers.none import NoTracker


class Strange(NoTracker):
    extra, modules = "strange", ("json", "no_such_module_of_a_tracker")


def test_a_missing_library_is_named_with_its_extra():
    with pytest.raises(UserError) as refused:
        Strange().check("odd")
    assert str(refused.value) == (
        "tracker=odd needs the extra `strange`: pip install 'ganae[strange]' (no_such_module_of_a_tracker not found)"
    )


def test_a_tracker_that_does_not_say_how_is_not_begun():
    with pytest.raises(TypeError, match="abstract"):
        type("Half", (Tracker,), {"row": lambda *_: None})()


def test_values_are_numbers_grouped_by_player():
    assert plain({"g.loss": 1, "fid": 2.5, "features": "pixels", "rank": None}) == {"g/loss": 1.0, "fid": 2.5}


def test_logins_in_addresses_are_not_shown():
    assert (
        without_login("at postgresql://ann:pw@host/db or http://host/a@b")
        == "at postgresql://host/db or http://host/a@b"
    )
