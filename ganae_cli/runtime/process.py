"""Facts about this process from the operating system, None where it does not tell; and its signals."""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ganae_cli.runtime import streams

# Ctrl-C, a scheduler, a closed terminal; a scheduler's warning that time is nearly over, and Ctrl-\
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGQUIT)
_OF_PROGRAMS = (signal.SIGUSR1, signal.SIGQUIT)  # left alone where the program has a use of its own for them


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


def available_memory() -> int | None:
    """Return the bytes of main memory that can still be had without swapping: of the machine, and of the control group.

    None where the system does not tell (macOS).
    """
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        found = [1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")]
        group = Path("/sys/fs/cgroup")
        with contextlib.suppress(OSError, ValueError):  # of a container; "max" is no number
            found.append(int((group / "memory.max").read_text()) - int((group / "memory.current").read_text()))
        return max(0, min(found)) if found else None
    except (OSError, ValueError, IndexError):
        return None


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


def _caught() -> list[signal.Signals]:
    """Return the signals of STOPPING that end a program, or that it handles and that ask it to stop."""
    handlers = {number: signal.getsignal(number) for number in STOPPING}
    own = [one for one in _OF_PROGRAMS if handlers[one] != signal.SIG_DFL and not isinstance(handlers[one], _Handler)]
    return [number for number in STOPPING if handlers[number] not in (signal.SIG_IGN, None) and number not in own]


@contextlib.contextmanager
def handling_signals(act: Callable[[int], object]) -> Iterator[None]:
    """Call `act(number)` on each of STOPPING that is not ignored (as `nohup` has it), for the time of a block.

    Only the main thread of a process may do so: in another thread the block runs, and signals are left to the program.
    On SIGHUP the terminal is gone, and what is written to it is let go.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = _Handler(act)
    before = {number: signal.signal(number, handler) for number in _caught()}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


class _Handler:
    """Acts on a signal; told apart from the handlers of the program that ganae is called by."""

    def __init__(self, act: Callable[[int], object]):
        self.act, self.gone = act, terminals()

    def __call__(self, number: int, frame: object) -> None:
        if number == signal.SIGHUP:
            streams.redirect_to_null(*self.gone)
        self.act(number)


@contextlib.contextmanager
def default_signals() -> Iterator[None]:
    """Let each of STOPPING end the process at once, for the time of a block that runs no Python code."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_DFL) for number in _caught()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
