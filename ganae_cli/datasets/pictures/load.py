"""All pictures of a tree, decoded: from the cache, into a file of it, into memory, or anew each time they are read."""

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any, NamedTuple

import numpy as np

from ganae_cli.datasets.pictures import cache, look
from ganae_cli.datasets.pictures.cache import Cache, Facts
from ganae_cli.datasets.pictures.decode import Wanted
from ganae_cli.datasets.pictures.parallel import mapped
from ganae_cli.datasets.pictures.source import Decoded, Pictures
from ganae_cli.datasets.pictures.tree import Entries, Tree, or_reason
from ganae_cli.datasets.room import refuse_beyond_memory
from ganae_cli.datasets.rows import BLOCK, IN_MEMORY
from ganae_cli.errors import UserError
from ganae_cli.runtime.process import available_memory
from ganae_cli.storage.atomic import replacing
from ganae_cli.units import megabytes

SLOW = 1.0  # seconds of decoding, from which on the result is worth a file
MOST_AT_ONCE = 32  # pictures that a thread decodes before it looks up


@dataclass(frozen=True)
class Options:
    """Options of a dataset of pictures, as `image_folder` has them; size: (height, width) or None."""

    size: tuple[int, int] | None = None
    resize: str = "crop"
    channels: int | None = None
    skip_unreadable: bool = False
    cache: str = "auto"


class Loaded(NamedTuple):
    """Files that can be read, and the pixels of their images uint8 (N, height, width, channels).

    entries: the files, of pictures `tree.Entry`. notes: lines for the user.
    """

    entries: Sequence[Any]
    pixels: "np.ndarray | Decoded"
    facts: Facts
    notes: tuple[str, ...] = ()


def load(tree: Tree, options: Options) -> Loaded:
    """Decode the pictures of a tree, unless the cache has them.

    Raises UserError for files that cannot be read, unless `options.skip_unreadable`; for pictures of several sizes
    without a size; for what does not fit where `options.cache` wants it.
    """
    kept = Cache(cache.key(tree.entries, options.size, options.resize, options.channels))
    known = kept.facts()
    if known:
        broken = [entry for entry in tree.entries if entry.name in known.faults]
        if can_be_read_now(Pictures(tree, broken, Wanted(known.size, options.resize, known.channels))):
            known = None
    facts = known or _looked_at(tree, options)
    if not options.skip_unreadable:
        refuse_unreadable(tree, facts.faults)
    entries = _without(tree.entries, facts.faults)
    if not entries:
        refuse_unreadable(tree, facts.faults)
    source = Pictures(tree, entries, Wanted(facts.size, options.resize, facts.channels))
    return arranged(source, facts, kept, known is not None, options)


def arranged(source: Decoded, facts: Facts, kept: Cache, is_known: bool, options: Options) -> Loaded:
    """Decode the files that look sound to where `options.cache` wants them, unless the cache has them.

    facts: what is known of all files of the tree. is_known: it was found by decoding them, in an earlier run. options:
    `skip_unreadable` and `cache` count. Raises UserError as `load` does.
    """
    entries = source.entries
    pixels = kept.pixels(source.shape) if is_known and options.cache in ("auto", "disk") else None
    if pixels is not None:
        return Loaded(entries, pixels, facts)
    place, note = _place(kept, source, options.cache)
    if place == "none" and is_known:
        return Loaded(entries, source, facts, note)
    began = time.perf_counter()
    pixels, faults = _decoded(source, kept, place)
    facts = replace(facts, faults=facts.faults | faults)
    if time.perf_counter() - began > SLOW or place == "disk":
        if place == "memory" and options.cache == "auto" and not kept.lacks_room(source.nbytes):
            _write(kept, pixels)
        kept.write_facts(facts)
    ordered = {entry.name: facts.faults[entry.name] for entry in source.tree.entries if entry.name in facts.faults}
    if not options.skip_unreadable or len(faults) == len(entries):
        refuse_unreadable(source.tree, ordered)
    entries = _without(entries, faults)
    return Loaded(entries, source.of(entries) if pixels is None else pixels, facts, note)


def _without(entries: Sequence[Any], faults: dict[str, str]) -> Sequence[Any]:
    """Return the entries of files that can be read."""
    if not faults:
        return entries
    left = (entry for entry in entries if entry.name not in faults)
    return Entries(left) if isinstance(entries, Entries) else list(left)


def _looked_at(tree: Tree, options: Options) -> Facts:
    """Read all headers, and settle the size and the channels of the array."""
    seen = look.look(tree)
    if options.size is None and len(seen.sizes) > 1:
        look.find_broken(tree, seen)
    if not seen.sizes or not options.skip_unreadable:
        refuse_unreadable(tree, seen.faults)
    size = options.size or look.common_size(seen.sizes, str(tree.path))
    return Facts(size, options.channels or (3 if seen.colour else 1), seen.transparent, seen.faults)


def can_be_read_now(broken: Decoded) -> bool:
    """Return True if one of the files can be read that an earlier run could not, for want of memory or of a disk."""
    if not broken.entries:
        return False
    made = mapped(or_reason(broken.images_of), broken.entries, f"decoding {broken.what}", what=broken.what)
    return any(not isinstance(found, str) for found in made)


def refuse_unreadable(tree: Tree, faults: dict[str, str]) -> None:
    """Raise UserError, naming the first, if there are files that cannot be read. faults: name -> why."""
    if not faults:
        return
    name, why = next(iter(faults.items()))
    way_on = "mend or remove them (ganae data check names all), or type dataset.skip_unreadable=true"
    raise UserError(
        f"dataset.path={tree.path}: {len(faults):,} of {len(tree.entries):,} files cannot be read, the first is "
        f"{name}: {why}{f'; {way_on}' if len(faults) < len(tree.entries) else ''}"
    )


def _place(kept: Cache, source: Decoded, option: str) -> tuple[str, tuple[str, ...]]:
    """Return where the pixels go, "memory", "disk" or "none", and a note if that is slow."""
    size = source.nbytes
    if option == "memory":
        refuse_beyond_memory("dataset.cache=memory", size)
    if option == "disk" and (fault := kept.lacks_room(size)):
        raise UserError(f"dataset.cache=disk: {fault}; the variable {cache.VARIABLE} names another folder")
    if option != "auto":
        return option, ()
    free = available_memory()
    if size <= min(IN_MEMORY, IN_MEMORY if free is None else free // 2):
        return "memory", ()
    fault = kept.lacks_room(size)
    if not fault:
        return "disk", ()
    if free is not None and size <= free // 2:
        return "memory", ()
    return "none", (f"{source.what} are decoded anew in each epoch: they take {megabytes(size)}, and {fault}",)


def _decoded(source: Decoded, kept: Cache, place: str) -> tuple[np.ndarray | None, dict[str, str]]:
    """Decode all files once. Return the pixels of those that can be decoded, and why the others cannot."""
    faults: dict[str, str] = {}
    blocks = _blocks(source, faults)
    if place == "none":
        for _ in blocks:
            pass
        return None, faults
    if place == "memory":
        return _in_memory(source, blocks), faults
    count = 0
    with _writing(kept) as file:
        for block in blocks:
            file.write(block.data)
            count += len(block)
    return kept.pixels((count, *source.shape[1:])), faults


def _blocks(source: Decoded, faults: dict[str, str]) -> Iterator[np.ndarray]:
    """Yield the images of each file, in order, and fill in why other files cannot be decoded."""
    at_once = max(1, min(MOST_AT_ONCE, BLOCK // max(1, source.nbytes // len(source.entries))))
    made = mapped(or_reason(source.images_of), source.entries, f"decoding {source.what}", at_once, source.what)
    for entry, found in zip(source.entries, made, strict=True):
        if isinstance(found, str):
            faults[entry.name] = found
        else:
            yield found


def _in_memory(source: Decoded, blocks: Iterator[np.ndarray]) -> np.ndarray:
    filled, count = np.empty(source.shape, np.uint8), 0
    for block in blocks:
        filled[count : count + len(block)] = block
        count += len(block)
    return filled[:count]


@contextlib.contextmanager
def _writing(kept: Cache) -> Iterator[IO[bytes]]:
    """Give the file of the pixels, which takes its place at the end of the block. Raises UserError for a full disk."""
    try:
        with replacing(kept.pixels_file) as temporary, temporary.open("wb") as file:
            yield file
            file.flush()
    except OSError as error:
        raise UserError(
            f"cannot write {kept.pixels_file}: {error.strerror or error}; the variable {cache.VARIABLE} names another "
            "folder, and dataset.cache=none goes without"
        ) from error


def _write(kept: Cache, pixels: np.ndarray | None) -> None:
    if pixels is not None and len(pixels):
        with contextlib.suppress(UserError), _writing(kept) as file:
            file.write(np.ascontiguousarray(pixels).data)
