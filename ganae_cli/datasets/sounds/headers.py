"""What the headers of all recordings say, and which files are none."""

from collections import Counter
from functools import partial
from typing import NamedTuple

from ganae_cli.datasets.pictures.parallel import mapped
from ganae_cli.datasets.pictures.tree import Tree, or_reason
from ganae_cli.datasets.sounds.recording import Recording, header
from ganae_cli.errors import UserError


class Headers(NamedTuple):
    """What was found. recordings: in order. faults: name -> why it cannot be read, in order."""

    recordings: list[Recording]
    faults: dict[str, str]


def read(tree: Tree) -> Headers:
    """Read the headers of all files."""
    found = Headers([], {})
    every = mapped(or_reason(partial(header, tree)), tree.entries, "reading headers", what="recordings")
    for entry, about in zip(tree.entries, every, strict=True):
        if isinstance(about, str):
            found.faults[entry.name] = about
        else:
            found.recordings.append(about)
    return found


def common_rate(recordings: list[Recording], path: str) -> int:
    """Return the only sample rate. Raises UserError for several, with the setting to type."""
    rates = Counter(recording.rate for recording in recordings)
    if len(rates) == 1:
        return next(iter(rates))
    ordered = sorted(rates.items(), key=lambda one: (-one[1], one[0]))
    listed = ", ".join(f"{count:,} of {rate:,} Hz" for rate, count in ordered[:3])
    more = ", …" if len(ordered) > 3 else ""
    raise UserError(
        f"dataset.path={path} has recordings of {len(rates):,} sample rates ({listed}{more}); type "
        f"dataset.sample_rate={ordered[0][0]} to resample the others"
    )
