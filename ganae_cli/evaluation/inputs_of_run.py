"""What a run's folder says of the inputs that its model takes, and the reading of them, before TensorFlow is there."""

from pathlib import Path
from typing import NamedTuple

from ganae_cli.errors import UserError
from ganae_cli.evaluation import inputs, point_inputs
from ganae_cli.evaluation.inputs import Read
from ganae_cli.storage.run_folder import RunFolder


class Named(NamedTuple):
    """A row that the user names. picture: a file that was read; None: the held-out row of this number is meant."""

    text: str
    picture: Read | None
    number: int = 0


def shape_of(folder: Path) -> tuple[int, ...]:
    """Return the shape of the data of a run, as a checkpoint states it. Raises UserError if none does."""
    for one in RunFolder(folder).checkpoints.list():
        if "architecture" in one.about:  # which was checked when it was read
            return tuple(one.about["architecture"]["shape"])
    raise UserError(f"{folder} has no checkpoint yet that states the shape of its data")


def columns_of(folder: RunFolder, count: int) -> tuple[str, ...]:
    """Return the names of the `count` numbers of a point, as the table had them that the run learned from; or ()."""
    named = [session["data"].get("columns", []) for session in folder.sessions() if "data" in session]
    return tuple(next((names for names in reversed(named) if len(names) == count), ()))


def read(folder: Path, path: str, flag: str = "--input") -> Read:
    """Return the images or points of the user's own, for the model of a run. Raises UserError for what does not fit.

    Pictures of another size are fitted as the run's own were (dataset.resize), or cropped.
    """
    shape = shape_of(folder)
    if len(shape) == 1:
        return point_inputs.read(path, shape[0], columns_of(RunFolder(folder), shape[0]), flag)
    how = RunFolder(folder).read_config().get("dataset", {}).get("resize", "crop")
    return inputs.read(path, shape, how=how, flag=flag)


def named(folder: Path, text: str, flag: str) -> Named:
    """Return the row that a word names: a number is one of the held-out rows, anything else a picture.

    Raises UserError for what cannot be read, and for files of several.
    """
    if text.isascii() and text.isdecimal():
        return Named(text, None, int(text))
    if len(shape_of(folder)) == 1:
        raise UserError(f"{flag} {text}: expected the number of a held-out point, from 0")
    found = read(folder, text, flag)
    if len(found.rows) > 1:
        raise UserError(f"{flag} {text}: expected one picture, it holds {len(found.rows):,}")
    return Named(text, found)
