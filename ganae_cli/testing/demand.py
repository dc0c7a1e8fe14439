"""The way in which a contract says that it does not hold."""


def demand(holds, sentence: str) -> None:
    """Raise AssertionError with a sentence, unless what it demands holds."""
    if not holds:
        raise AssertionError(sentence)
