"""Fuzzing: files of anybody, given to each reader. Only the tool's own errors, or a defined result, may come out.

GANAE_FUZZ_EXAMPLES is the number of files per test. The normal suite tries few, always the same; before a release:

    GANAE_FUZZ_EXAMPLES=12000 python -m pytest tests/fuzz
"""

import os
import random
from collections.abc import Callable

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from ganae_cli.errors import UserError

MANY = int(os.environ.get("GANAE_FUZZ_EXAMPLES") or 0)
FEW = 60


def fuzzed(share: float = 1.0) -> settings:
    """Return the settings of a test. share: of the number of files, for a reader that takes longer."""
    return settings(
        max_examples=max(1, round(share * (MANY or FEW))),
        derandomize=not MANY,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def changed(content: bytes) -> st.SearchStrategy[bytes]:
    """Return files like a valid one: with flipped bits, cut off, with pieces taken out, repeated or put in."""
    return st.builds(_change, st.just(content), st.integers(0, 2**63), st.integers(1, 6)) | st.binary(max_size=200)


PIECES = (b"\0" * 8, b"\xff" * 8, b"-1", b"1e999", b"NaN", b'"', b"[", b"{", b"\n", b",", b"9" * 30)


def _change(content: bytes, seed: int, times: int) -> bytes:
    draw, made = random.Random(seed), bytearray(content)
    for _ in range(times):
        at = draw.randrange(len(made) + 1)
        end = min(len(made), at + draw.choice((1, 2, 8, 64)))
        kind = draw.randrange(6)
        if kind <= 1 and at < len(made):
            made[at] ^= 1 << draw.randrange(8)
        elif kind == 2:
            del made[at:end]
        elif kind == 3:
            made[at:at] = made[at:end] * draw.choice((1, 2, 50))
        elif kind == 4:
            made[at:end] = draw.choice(
                (b"\0" * 8, b"\xff" * 8, b"-1", b"1e999", b'"', b"[", b"{", b"\n", b",", b"9" * 30)
            )
        elif draw.random() < 0.2:
            del made[at:]
    return bytes(made)


def only_user_errors(act: Callable[[], object]) -> object:
    """Return what a reader returns; None for a UserError, which must be one line and not longer than a screen."""
    try:
        return act()
    except UserError as error:
        said = str(error)
    assert "\n" not in said
    assert len(said) < 2000
    return None
