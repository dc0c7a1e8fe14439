"""Facts about this process from the operating system: processors, memory and age; None where it does not tell."""

import os
import sys
import time
from pathlib import Path


def peak_memory() -> int | None:
    """Return the peak of the process's main memory since it began, in bytes (resident, with shared pages)."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024  # bytes on macOS, KiB elsewhere


def memory() -> int | None:
    """Return the process's main memory now, in bytes; its peak so far where only that is known (macOS)."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return peak_memory()
    return pages * os.sysconf("SC_PAGE_SIZE")


def file_memory() -> int | None:
    """Return how much of the main memory now is pages of files, such as libraries, in bytes (Linux)."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    found = [line.split() for line in lines if line.startswith("RssFile:")]
    return 1024 * int(found[0][1]) if found else None


def age() -> float | None:
    """Return the seconds since the process began (Linux)."""
    try:
        # The second field is the name in brackets, which may hold spaces: so count the fields behind it.
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        began = int(fields[19]) / os.sysconf("SC_CLK_TCK")  # field 22, in ticks since the machine was switched on
        return time.clock_gettime(time.CLOCK_BOOTTIME) - began
    except (OSError, ValueError, IndexError, AttributeError):
        return None


def processors() -> int:
    """Return the number of processors that the process may use, which may be fewer than the machine has."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def terminals() -> list[int]:
    """Return the file descriptors of standard output (1) and error (2) that are open terminals."""
    return [stream for stream in (1, 2) if os.isatty(stream)]


def redirect_to_null(streams: list[int]) -> None:
    """Redirect file descriptors to /dev/null: after SIGHUP their terminal is gone, and writing to it would fail."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(null, stream)
    os.close(null)
