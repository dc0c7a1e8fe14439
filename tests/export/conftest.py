"""Runs of three steps, as the tests of commands have them."""

from tests.commands.conftest import small_run

__all__ = ["small_run"]
