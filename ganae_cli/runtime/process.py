"""What the operating system says of this process: its processors, memory and age; None where it does not say."""

import os
import sys
import time
from pathlib import Path


def peak_memory() -> int | None:
    """The most main memory, in bytes, that the process has had at once since it began (resident, shared pages too)."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024  # bytes on macOS, KiB elsewhere


def memory() -> int | None:
    """Main memory, in bytes, that the process has now; its peak so far where only that is known (macOS)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return peak_memory()
    return pages * os.sysconf("SC_PAGE_SIZE")


def age() -> float | None:
    """Seconds since the process began (Linux)."""
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()  # a name in brackets may hold spaces
        began = int(fields[19]) / os.sysconf("SC_CLK_TCK")  # field 22, in ticks since the machine was switched on
        return time.clock_gettime(time.CLOCK_BOOTTIME) - began
    except (OSError, ValueError, IndexError, AttributeError):
        return None


def processors() -> int:
    """How many it may compute on, which may be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def terminals() -> list[int]:
    """Which of standard output and error are terminals; one that is closed no longer says so."""
    return [stream for stream in (1, 2) if os.isatty(stream)]


def leave(streams: list[int]) -> None:
    """Write to nowhere instead: after SIGHUP nobody reads them any more, and writing there would fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(nowhere, stream)
    os.close(nowhere)
