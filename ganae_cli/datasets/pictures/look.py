"""What the headers of all pictures say: sizes, grey or colour, transparency, and which files are no pictures."""

from collections import Counter
from dataclasses import dataclass, field
from functools import partial

from ganae_cli.datasets.pictures.decode import Header, Wanted, header, pixels
from ganae_cli.datasets.pictures.parallel import mapped
from ganae_cli.datasets.pictures.tree import Entry, Tree, Unreadable, or_reason
from ganae_cli.errors import UserError

SUGGESTED = (16, 32, 64)  # sides; larger ones take long to learn
TRIED = 10  # pictures of which one that can be read stands for all
FEW = 100  # pictures of another size than all others, which are decoded to see if they are broken


@dataclass
class Look:
    """What was found. sizes: (height, width) -> count. faults: name -> why it cannot be read, in order.

    some: (height, width) -> the first pictures of that size, as long as there are few sizes.
    """

    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    colour: int = 0
    transparent: int = 0
    faults: dict[str, str] = field(default_factory=dict)
    some: dict[tuple[int, int], list[Entry]] = field(default_factory=dict)


def look(tree: Tree) -> Look:
    """Read the headers of all pictures."""

    found = Look()
    read = or_reason(partial(header, tree))
    for entry, about in zip(tree.entries, mapped(read, tree.entries, "reading headers"), strict=True):
        if isinstance(about, str):
            found.faults[entry.name] = about
        else:
            found.sizes[about.size] += 1
            if found.sizes[about.size] <= FEW and len(found.sizes) <= FEW + 1:
                found.some.setdefault(about.size, []).append(entry)
            found.colour += not about.is_grey
            found.transparent += about.has_alpha
    return found


def first(tree: Tree) -> Header | None:
    """Return what the first picture is; None if none of the first ones can be read."""
    read = or_reason(partial(header, tree))
    found = (read(entry) for entry in tree.entries[:TRIED])
    return next((one for one in found if isinstance(one, Header)), None)


def find_broken(tree: Tree, found: Look) -> None:
    """Decode the pictures of another size than most, if they are few: those that are broken are no reason for a size.

    They become faults, and no longer count among the sizes.
    """
    usual, count = found.sizes.most_common(1)[0]
    if found.sizes.total() - count > FEW:
        return
    for size, entries in found.some.items():
        for entry in entries if size != usual else ():
            try:
                pixels(tree.read(entry), Wanted(None, "crop", 3))
            except Unreadable as error:
                found.faults[entry.name] = str(error)
                found.sizes[size] -= 1
    found.sizes = +found.sizes


def common_size(sizes: Counter[tuple[int, int]], path: str) -> tuple[int, int]:
    """Return the only size. Raises UserError for several, with the setting to type.

    >>> common_size(Counter({(32, 32): 5, (48, 64): 2}), "own")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ganae_cli.errors.UserError: dataset.path=own has pictures of 2 sizes (5 of 32x32, 2 of 48x64; height x width); ...
    """
    if len(sizes) == 1:
        return next(iter(sizes))
    ordered = sorted(sizes.items(), key=lambda one: (-one[1], one[0]))
    listed = [f"{count:,} of {height}x{width}" for (height, width), count in ordered[:3]]
    more = ", …" if len(sizes) > 3 else ""
    raise UserError(
        f"dataset.path={path} has pictures of {len(sizes):,} sizes ({', '.join(listed)}{more}; height x width); type "
        f"dataset.image_size={suggested(sizes)}, or [height,width], and dataset.resize=crop, pad or stretch"
    )


def suggested(sizes: Counter[tuple[int, int]]) -> str:
    """Return an image_size for pictures of several sizes: the size of most, if it is small, or a side that fits most.

    >>> suggested(Counter({(300, 400): 9, (90, 40): 1})), suggested(Counter({(20, 30): 9, (9, 9): 1}))
    ('64', '[20,30]')
    """
    (height, width), count = sizes.most_common(1)[0]
    if 2 * count > sizes.total() and max(height, width) <= SUGGESTED[-1]:
        return str(height) if height == width else f"[{height},{width}]"
    shorter = sorted(Counter(min(size) for size in sizes.elements()).elements())
    usual = shorter[len(shorter) // 10]  # nine of ten are no smaller
    return str(max((side for side in SUGGESTED if side <= usual), default=SUGGESTED[0]))
