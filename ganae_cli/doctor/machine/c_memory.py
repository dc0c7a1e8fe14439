"""Memory: what is free for a training."""

from collections.abc import Iterator
from pathlib import Path

from ganae_cli.doctor.finding import Finding, ok, problem, warning
from ganae_cli.units import megabytes

LEAST, USUAL = 1_000_000_000, 2_000_000_000  # bytes; TensorFlow alone takes about 0.7 GB


def check() -> Iterator[Finding]:
    """Yield the memory that is free."""
    free = available()
    if free is None:
        yield ok("not known on this system")
    elif free < LEAST:
        yield problem(f"{megabytes(free)} are free", f"a training needs {megabytes(LEAST)}: end other programs")
    elif free < USUAL:
        yield warning(f"{megabytes(free)} are free", "a smaller train.batch_size takes less; `--dry-run` says how much")
    else:
        yield ok(f"{megabytes(free)} are free")


def available(root: Path = Path("/")) -> int | None:
    """Return the bytes that programs can still have: of the machine, or of the control group if that has fewer."""
    try:
        lines = (root / "proc/meminfo").read_text().splitlines()
        found = [1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")]
    except (OSError, ValueError, IndexError):
        found = []
    group = root / "sys/fs/cgroup"
    try:
        most, now = ((group / name).read_text().strip() for name in ("memory.max", "memory.current"))
        found += [int(most) - int(now)] if most != "max" else []
    except (OSError, ValueError):
        pass
    return min(found, default=None)
