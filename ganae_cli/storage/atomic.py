"""Files that are replaced whole."""

import os
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Readers see the old text or the new one, never half of it, whenever the process dies."""
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
