"""The weights files of checkpoints, in HDF5: looked through before a library loads one that may be a stranger's.

HDF5 can link to other files, take its numbers from them, declare any size without holding it, and be compressed. A file
that Keras has written uses none of that: groups, and plain arrays of numbers as large as the file says.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ganae_cli.errors import UserError, in_one_line

if TYPE_CHECKING:
    import h5py

MOST_OBJECTS = 200_000
MOST_DEEP = 64
FAULTS = (OSError, RuntimeError, ValueError, KeyError, TypeError, OverflowError, MemoryError, RecursionError)  # h5py's
KINDS = "biufV"  # of numbers; V: two bytes, as Keras writes bfloat16


class Sizes(NamedTuple):
    """How many arrays a weights file holds, and how many bytes they have together."""

    arrays: int
    nbytes: int


def check(path: Path) -> Sizes:
    """Return the sizes of a weights file. Raises UserError for one that is more than arrays of numbers in groups.

    Raises FileNotFoundError without a file.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            found = [_array_bytes(name, one) for name, one in _objects(file) if isinstance(one, h5py.Dataset)]
    except FileNotFoundError:
        raise
    except UserError as error:
        raise UserError(f"{path} is refused: {error}; weights of ganae are plain arrays") from error
    except FAULTS as error:
        raise UserError(f"cannot read {path}: {in_one_line(error)}") from error
    size = path.stat().st_size
    if sum(found) > size:
        raise UserError(f"{path} is refused: it declares {sum(found):,} bytes of arrays in a file of {size:,}")
    return Sizes(len(found), sum(found))


def _objects(file: "h5py.File") -> Iterator[tuple[str, object]]:
    """Yield the path and the object of everything in a file, each once. Raises UserError for links and circles."""
    import h5py

    seen, waiting = set(), [("", file, 0)]
    while waiting:
        place, group, depth = waiting.pop()
        for name in group:
            path = f"{place}/{name}"
            link = group.get(name, getlink=True)
            if not isinstance(link, h5py.HardLink):
                raise UserError(f"{path} is a link to {getattr(link, 'filename', '')}{getattr(link, 'path', '')}")
            inner = group[name]
            address = h5py.h5o.get_info(inner.id).addr
            if address in seen or depth > MOST_DEEP:
                raise UserError(f"{path} is there twice, or too deep within other groups")
            seen.add(address)
            if len(seen) > MOST_OBJECTS:
                raise UserError(f"it holds more than {MOST_OBJECTS:,} arrays and groups")
            if isinstance(inner, h5py.Group):
                waiting.append((path, inner, depth + 1))
            elif not isinstance(inner, h5py.Dataset):
                raise UserError(f"{path} is a {type(inner).__name__.lower()}")
            yield path, inner


def _array_bytes(name: str, array: "h5py.Dataset") -> int:
    """Return the bytes of an array. Raises UserError for one that is not in this file as it is, number by number."""
    from h5py import h5d

    plan, kind = array.id.get_create_plist(), array.dtype
    if kind.kind not in KINDS or kind.fields or kind.subdtype or array.shape is None or kind.itemsize > 16:
        raise UserError(f"{name} holds {kind}, no numbers")
    if plan.get_external_count():
        raise UserError(f"{name} takes its numbers from another file, {plan.get_external(0)[0]!r}")
    if plan.get_layout() not in (h5d.COMPACT, h5d.CONTIGUOUS) or plan.get_nfilters():
        raise UserError(f"{name} is virtual, compressed or in pieces")
    if plan.get_layout() == h5d.CONTIGUOUS and array.id.get_storage_size() < array.nbytes:
        raise UserError(f"{name} declares {array.nbytes:,} bytes and holds {array.id.get_storage_size():,}")
    return array.nbytes
