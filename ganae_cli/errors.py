"""Errors that the user can correct."""

from collections.abc import Iterable


class UserError(ValueError):
    """Input or a request that is refused: shown as one line, `ganae: error: …`, with exit code 2."""


class UnknownSetting(UserError):
    """A config key that no file lists. key: its dotted path."""

    def __init__(self, text: str, key: str):
        super().__init__(text)
        self.key = key


class StartAgain(Exception):
    """Ends this process and starts another command in its place. words: its command line; [] for the same one.

    variables: set in its environment.
    """

    def __init__(self, words: list[str], variables: dict[str, str]):
        super().__init__(f"start again: {' '.join(words)}")
        self.words, self.variables = words, variables


def in_one_line(error: BaseException, most: int = 300) -> str:
    """Return what an error of a library says, in one line of `most` letters, for the end of a sentence of ours.

    >>> in_one_line(ValueError("bad\\n   magic number.")), in_one_line(KeyError()), in_one_line(OSError("abc"), most=2)
    ('bad magic number', 'KeyError', 'ab…')
    """
    text = " ".join(str(error).split())
    return f"{text[:most]}…" if len(text) > most else text.rstrip(". ") or type(error).__name__


def did_you_mean(given: str, allowed: Iterable[object]) -> str:
    """Return "; did you mean 'x'?" for the nearest of the allowed words, or "" if none is near.

    >>> did_you_mean("gann", ["gan", "vae"])
    "; did you mean 'gan'?"
    """
    close = nearest(given, allowed)
    return f"; did you mean '{close}'?" if close else ""


def did_you_mean_flag(given: str, flags: Iterable[str]) -> str:
    """Return "; did you mean '--x'?" for the nearest flag, or "". The dashes, which all have, make none alike.

    >>> did_you_mean_flag("--mutlirun", ["--multirun", "--help"]), did_you_mean_flag("--label", ["--help"])
    ("; did you mean '--multirun'?", '')
    """
    by_name = {flag.strip("-"): flag for flag in flags}
    close = nearest(given.strip("-"), by_name)
    return f"; did you mean '{by_name[close]}'?" if close else ""


def nearest(given: str, allowed: Iterable[object], cutoff: float = 0.6) -> str:
    """Return the nearest of the allowed words, upper and lower case being the same; "" if none is near.

    cutoff: how alike two words must be, between 0 and 1 (`difflib`).

    >>> nearest("VAE", ["gan", "vae"])
    'vae'
    """
    import difflib

    names = {str(name).lower(): str(name) for name in allowed}
    close = difflib.get_close_matches(given.lower(), names, n=1, cutoff=cutoff)
    return names[close[0]] if close else ""
