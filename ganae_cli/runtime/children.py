"""Python processes that this one starts: they import nothing from the current folder, as `ganae` itself does not.

`python -m` would look there first, so that a `yaml.py` that lies there, by chance or by malice, is run. Packages of the
user's own are found as before: through PYTHONPATH, or named with `plugins`.
"""

# ruff: noqa: PTH100, PTH109, PTH120 -- `python -m ganae_cli` begins here, before pathlib may be imported

import os
import sys

import ganae_cli


def command(module: str, *words: str) -> list[str]:
    """Return the command line that runs a module as a process of the same Python."""
    return [sys.executable, *(["-P"] if _can_be_safe() else []), "-m", module, *words]


def environment() -> dict[str, str]:
    """Return variables for Python processes that others start, such as those of a launcher of Hydra."""
    return {"PYTHONSAFEPATH": "1"} if _can_be_safe() else {}


def leave_current_folder_out() -> None:
    """Let this process, started by `python -m`, import nothing more from the current folder."""
    if not sys.flags.safe_path and sys.path[0] in ("", _current_folder()) and _can_be_safe():
        del sys.path[0]


def _can_be_safe() -> bool:
    """Return False if ganae itself is only found in the current folder: a checkout that is not installed."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(ganae_cli.__file__)))
    return root in sys.path[1:] or root != _current_folder()


def _current_folder() -> str | None:
    """Return the current folder; None if it has been deleted."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        return None
