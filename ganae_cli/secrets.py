"""Values that must not be shown: those of variables that a config names as `${oc.env:NAME}`."""

import contextlib
import os
from collections.abc import Iterator

LEAST_HIDDEN = 6  # characters of a value that is hidden; a shorter one is no secret, and part of many words
PLAIN = {"GANAE_OUTPUTS", "GANAE_STAMP", "HOME", "USER", "LOGNAME", "PWD", "TMPDIR"}  # parts of every path: no secrets
_hidden: dict[str, str] = {}  # value -> what is shown in its place
_asked: list[list[str]] = []  # one list for each block of `variables_asked` that is open


def hide(value: str, instead: str) -> None:
    """Show `instead` wherever a text for the user or a log has this value, from now on.

    Not while the value names a folder: a place is no secret, and paths and commands below it must be ones to type.
    """
    if len(value) >= LEAST_HIDDEN:
        _hidden[value] = instead


def without_hidden(text: str) -> str:
    """Return text in which hidden values are replaced.

    >>> hide("s3cret-path", "${oc.env:DATA}")
    >>> without_hidden("dataset.path=s3cret-path: no such file")
    'dataset.path=${oc.env:DATA}: no such file'
    """
    for value in sorted(_hidden, key=len, reverse=True):
        if value in text and not os.path.isdir(value):  # noqa: PTH112 -- as little is imported as by the program itself
            text = text.replace(value, _hidden[value])
    return text


@contextlib.contextmanager
def variables_asked() -> Iterator[list[str]]:
    """Give a list of the variables that references are resolved to within the block; see `hide_variables`."""
    names: list[str] = []
    _asked.append(names)
    try:
        yield names
    finally:
        _asked.pop()


def hide_variables() -> None:
    """Hide the values that `${oc.env:NAME}` in a config stands for, once they are asked for; not those of PLAIN."""
    from omegaconf import OmegaConf
    from omegaconf.resolvers import oc

    def env(key: str, *default: object) -> object:
        for names in _asked:
            names.append(key)
        if key in os.environ and key not in PLAIN:
            hide(os.environ[key], f"${{oc.env:{key}}}")
        return oc.env(key, *default)

    OmegaConf.register_new_resolver("oc.env", env, replace=True)
