"""`train.budget`, the time that a whole command may take, in place of a number of steps: what a config may say of it.

A budget is settled when the training begins (`training.budget`): from then on the config states steps and intervals in
numbers, and its budget is null. So a run that is resumed goes on to the same steps, and a budget that is typed then is
more time. Until then, intervals that nobody has set are null.
"""

from collections.abc import Iterable, MutableMapping
from typing import Any

from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.yaml_file import read
from ganae_cli.errors import UserError
from ganae_cli.units import seconds_of

INTERVALS = ("log_every", "sample_every", "checkpoint_every")
BUDGET, STEPS = "train.budget=", "train.steps="


def seconds(train: MutableMapping[str, Any]) -> float | None:
    """Return the budget of a config's section `train` in seconds; None if it has none."""
    given = train.get("budget")
    return None if given is None else seconds_of(given)


def length(train: MutableMapping[str, Any]) -> dict[str, float]:
    """Return what the status of a run that has not begun says of its length: its steps, or seconds of its budget.

    >>> length({"steps": 9000, "budget": None}), length({"steps": 9000, "budget": "10m"})
    ({'steps': 9000}, {'budget': 600.0})
    """
    given = seconds(train)
    return {"steps": train["steps"]} if given is None else {"budget": given}


def check(train: MutableMapping[str, Any]) -> None:
    """Raise UserError for a budget that is no time, and for an interval that is left open without one.

    >>> check({"budget": "soon"})
    Traceback (most recent call last):
    ganae_cli.errors.UserError: train.budget: 'soon' is no time: type 90s, 10m, 1h30m, or a number of minutes
    """
    given = train.get("budget")
    if given is not None and not seconds_of(given):
        raise UserError(f"train.budget: '{given}' is no time: type 90s, 10m, 1h30m, or a number of minutes")
    for key in INTERVALS if given is None else ():
        if key in train and train[key] is None:
            raise UserError(f"train.{key} cannot be null without train.budget: expected a whole number")


def open_up(train: MutableMapping[str, Any], words: Iterable[str], tree: ConfTree | None = None) -> None:
    """Leave open, in a new config with a budget, what nobody has set; `words` are those of the command line.

    A budget that only a file states gives way to steps of the command line, and steps of a file to any budget. Raises
    UserError for words that state both.
    """
    words = list(words)
    choose(train, words, tree)
    if train.get("budget") is None:
        return
    usual = _usual(tree)
    for key in INTERVALS:
        if train.get(key) == usual[key] and not _are_about(words, f"train.{key}="):
            train[key] = None


def choose(train: MutableMapping[str, Any], words: Iterable[str], tree: ConfTree | None = None) -> None:
    """Let a budget or steps of the command line stand alone. Raises UserError for words that state both."""
    words = list(words)
    if train.get("budget") is not None and _are_about(words, STEPS):
        if any(word.startswith(BUDGET) for word in words):
            raise UserError(
                "train.steps and train.budget exclude each other: the budget decides the steps; leave one out"
            )
        train["budget"] = None
    for key in INTERVALS if train.get("budget") is None and _are_about(words, (STEPS, BUDGET)) else ():
        if train.get(key, 0) is None:
            train[key] = _usual(tree)[key]


def _are_about(words: Iterable[str], beginning: str | tuple[str, ...]) -> bool:
    return any(word.startswith(beginning) for word in words)


def _usual(tree: ConfTree | None) -> dict[str, Any]:
    """Return the defaults of the section."""
    content, _, _ = read((tree or ConfTree()).folders[0] / "train.yaml")
    return content["train"]
