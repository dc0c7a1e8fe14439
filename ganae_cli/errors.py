"""The one kind of error that is the user's to mend."""


class UserError(ValueError):
    """Input or a request that cannot be met: shown as one line, `ganae: error: …`, exit code 2."""


class UnknownSetting(UserError):
    """A key that nothing lists; `key` is its dotted path."""

    def __init__(self, text: str, key: str):
        super().__init__(text)
        self.key = key


def did_you_mean(given: str, allowed) -> str:
    """'; did you mean 'x'?' for the nearest of `allowed`, or nothing when none is near."""
    import difflib

    close = difflib.get_close_matches(given, [str(name) for name in allowed], n=1)
    return f"; did you mean '{close[0]}'?" if close else ""
