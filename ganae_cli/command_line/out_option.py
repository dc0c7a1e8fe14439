"""The flag --out: what kind of file its suffix asks for, and whether it can be written, before anything is computed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ganae_cli.command_line.options import Options
from ganae_cli.errors import UserError

FOLDER = "folder"
PICTURE, MOVING, ARRAYS, TABLE = "picture", "moving", "arrays", "table"
PICTURES = {".png": PICTURE, ".jpg": PICTURE, ".jpeg": PICTURE}  # suffix, in any case of letters -> kind


def add(made: Options, suffixes: dict[str, str], default: str, more: str = "") -> None:
    """Add --out. more: words behind the names of files."""
    names = ", ".join(f"FILE{suffix}" for suffix in suffixes)
    made.add_argument("--out", default=default, help=f"{names}{more} (default: {default})")


def place_of(text: str, suffixes: dict[str, str]) -> tuple[Path, str]:
    """Return the file that --out names, and its kind. Raises UserError for another suffix, and for no place to write.

    suffixes: suffix -> kind.
    """
    out = Path(text).expanduser()
    if text.endswith("/") or out.is_dir() or out.suffix.lower() not in suffixes:
        raise UserError(f"--out {text}: expected {expected(suffixes)}")
    check_place(text, out.parent)
    return out, suffixes[out.suffix.lower()]


def check_scale(scale: int | None, text: str, kind: str) -> None:
    """Raise UserError for a --scale of what is no picture."""
    if scale and kind not in (PICTURE, MOVING, FOLDER):
        raise UserError(f"--scale {scale} enlarges pictures, and --out {text} is none")


def expected(suffixes: dict[str, str]) -> str:
    """Return the kinds of files in words.

    >>> expected({".png": "picture", ".gif": "moving", ".npz": "arrays"})
    'FILE.png, FILE.gif or FILE.npz'
    """
    *names, last = [f"FILE{suffix}" for suffix in suffixes]
    return f"{', '.join(names)} or {last}" if names else last


def check_place(text: str, folder: Path) -> None:
    """Raise UserError if nothing can be written into a folder, which need not be there yet."""
    while not (folder.exists() or folder.is_symlink()) and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        raise UserError(f"--out {text}: {folder} is a file, not a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UserError(f"--out {text}: no permission to write in {folder}")


@contextmanager
def writing(text: str) -> Iterator[None]:
    """Turn what goes wrong with the disk in a block into one line."""
    try:
        yield
    except OSError as error:
        raise UserError(f"--out {text}: {error.strerror or error}") from error
