"""The default: no tracker, no process, no file."""

from ganae_cli.trackers import choice


def test_none_is_no_tracker():
    assert choice.chosen({"name": "none"}) is None
    assert choice.chosen(None) is None
