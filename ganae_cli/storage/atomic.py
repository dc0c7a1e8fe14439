"""Replace files as a whole, so that a reader never sees half of one."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(path: Path, sync: bool = True) -> Iterator[Path]:
    """Give a temporary path beside `path`; at the end of the block what was written there takes the place of `path`.

    Whenever the process dies, `path` holds the old content or the new one. An exception in the block removes the
    temporary file and leaves `path` as it was. The temporary path keeps the suffix: some libraries go by it.

    sync: wait until the content is on disk, so that it also outlives a power cut.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "notes.txt"
    >>> with replacing(path) as temporary:
    ...     _ = temporary.write_text("complete")
    ...     path.exists()
    False
    >>> path.read_text()
    'complete'
    """
    temporary = path.with_name(f".tmp-{path.name}")
    try:
        yield temporary
        if sync:
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_atomically(path: Path, text: str) -> None:
    """Write text (UTF-8): a reader sees the old text or the new one, never half of it."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
