"""Errors that the user can correct."""

from collections.abc import Iterable


class UserError(ValueError):
    """Input or a request that is refused: shown as one line, `ganae: error: …`, with exit code 2."""


class UnknownSetting(UserError):
    """A config key that no file lists. key: its dotted path."""

    def __init__(self, text: str, key: str):
        super().__init__(text)
        self.key = key


def did_you_mean(given: str, allowed: Iterable[object]) -> str:
    """Return "; did you mean 'x'?" for the nearest of the allowed words, or "" if none is near.

    >>> did_you_mean("gann", ["gan", "vae"])
    "; did you mean 'gan'?"
    """
    import difflib

    close = difflib.get_close_matches(given, [str(name) for name in allowed], n=1)
    return f"; did you mean '{close[0]}'?" if close else ""
