"""A finding: what a check saw, whether it is a problem, and what to do about it."""

from typing import NamedTuple

OK, WARNING, PROBLEM = "ok", "warning", "problem"


class Finding(NamedTuple):
    """level: ok, warning or problem. what: was seen. advice: what to do; "" if there is nothing to do."""

    level: str
    what: str
    advice: str = ""


def ok(what: str, advice: str = "") -> Finding:
    """Return a finding that asks for nothing. advice: what may be done all the same."""
    return Finding(OK, what, advice)


def warning(what: str, advice: str = "") -> Finding:
    """Return a finding that ganae can live with."""
    return Finding(WARNING, what, advice)


def problem(what: str, advice: str = "") -> Finding:
    """Return a finding that keeps something from working."""
    return Finding(PROBLEM, what, advice)
