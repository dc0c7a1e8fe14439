"""Cache of compiled programs on disk, so that the second run of a config does not wait for XLA.

TensorFlow names a program's file by its code alone, so everything else that a program depends on, processor, threads,
TensorFlow's build and XLA's flags, has a folder of its own. A program read back is the one that was written: results
stay the same to the bit.

No run fails because of the cache. A folder that cannot be written, is nearly full or may hold what others wrote is not
used; a damaged program is deleted (`kept_programs`); and if a step fails all the same where the cache may be the cause,
CacheFault lets the command go on without one.

The variable GANAE_XLA_CACHE names another folder than the user's cache, or is `off`.
"""

import contextlib
import hashlib
import importlib.util
import os
import platform
import shutil
import threading
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

from ganae_cli.errors import UserError
from ganae_cli.runtime import kept_programs, process, user_cache
from ganae_cli.terminal import tell

VARIABLE = "GANAE_XLA_CACHE"
MOST_BYTES = 250_000_000  # size of all programs together, at most; the oldest files are deleted first
LEAST_FREE = 50_000_000  # bytes; a program has 1 to 10 MB, and TensorFlow ends the step that cannot write one
_FLAG = "--tf_xla_persistent_cache_directory"
OUT_OF_MEMORY = (  # in what TensorFlow says of it
    *("RESOURCE_EXHAUSTED", "OOM when allocating", "failed to allocate memory"),
    *("out of memory", "Out of memory"),
)


class CacheFault(RuntimeError):
    """A step failed where the cache may be the cause: the programs are thrown away, and nothing of the run is lost."""


@contextlib.contextmanager
def keep_programs(threads: int | None) -> Iterator[Path | None]:
    """Turn the cache on and give its folder, or None without a cache. TensorFlow is imported within the block.

    Meanwhile the programs are checked; the end of the block waits for that. A fault of the cache is said in one line.

    threads: of the run; None: all processors. There is no cache if GANAE_XLA_CACHE is `off`, if the user's own flags
    name one, or if the folder cannot be used.
    """
    flags, root = os.environ.get("TF_XLA_FLAGS", ""), user_cache.folder(VARIABLE, "xla")
    if root is None or "persistent_cache" in flags:
        yield None
        return
    folder = root / machine(threads or process.processors())
    fault = f"{folder} has a space in its name" if " " in str(folder) else None  # TensorFlow splits its flags there
    fault = fault or user_cache.made(root) or user_cache.made(folder, LEAST_FREE)
    if fault:
        tell(f"ganae: warning: no cache of compiled programs: {fault}; {VARIABLE} names another folder, or is off")
        yield None
        return
    os.environ["TF_XLA_FLAGS"] = f"{flags} {_FLAG}={folder} --tf_xla_persistent_cache_device_types=CPU".strip()
    cleaning = threading.Thread(target=_clean, args=(root, folder), name="kept programs")
    cleaning.start()
    try:
        yield folder
    finally:
        cleaning.join()


def vouch() -> None:
    """Keep the programs that this process has compiled: they have run."""
    folder = _folder()
    if folder:
        kept_programs.vouch(folder)


@contextlib.contextmanager
def blamed(is_first_step: Callable[[], bool], can_start_again: bool = True) -> Iterator[None]:
    """Turn an error of the block into CacheFault if the cache may be the cause, and throw the programs away.

    is_first_step: asked after an error: did it happen before the end of the first step, which reads all programs?
    can_start_again: False for one of several workers, for which the others do not wait; its error stays as it is.
    """
    try:
        yield
    except Exception as error:
        folder = _folder()
        if folder is None or not _may_be_to_blame(error, folder, is_first_step):
            raise
        forget()
        if not can_start_again:
            error.add_note(f"compiled programs kept in {folder} are thrown away: try again")
            raise
        what = f"{type(error).__name__} where compiled programs are read or written"
        reason = next((line for line in str(error).splitlines() if str(folder) in line), "").partition("; ")[2]
        raise CacheFault(f"{what}{f' ({reason})' if reason else ''}: those kept in {folder} are thrown away") from error


def without_programs(fault: CacheFault) -> dict[str, str]:
    """Say that a command starts again without the cache, and return the environment variables for that."""
    tell(f"ganae: warning: {fault}; going on without a cache of compiled programs")
    return {VARIABLE: "off", "TF_XLA_FLAGS": _user_flags()}


def forget() -> bool:
    """Delete the folder of programs of this process; return True if there was one."""
    folder = _folder()
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
    return bool(folder)


def machine(threads: int) -> str:
    """Return a name for all that a program depends on besides its code. Different machines may share a home folder."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))})
    except OSError:
        processor = [platform.processor(), platform.machine()]
    facts = [metadata.version("tensorflow"), *_build(), os.environ.get("XLA_FLAGS", ""), str(threads), *processor]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]


def _build() -> list[str]:
    """Return what tells builds of one version of TensorFlow apart: the sizes of its libraries."""
    spec = importlib.util.find_spec("tensorflow")
    places = [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
    return [f"{path.name} {path.stat().st_size}" for place in places for path in sorted(place.glob("libtensorflow*"))]


def _folder() -> Path | None:
    """Return the folder of programs of this process; None without a cache."""
    flags = dict(word.partition("=")[::2] for word in os.environ.get("TF_XLA_FLAGS", "").split())
    return Path(flags[_FLAG]) if flags.get(_FLAG) else None


def _user_flags() -> str:
    """Return the flags of XLA without ours."""
    words = os.environ.get("TF_XLA_FLAGS", "").split()
    return " ".join(word for word in words if "persistent_cache" not in word)


def _clean(root: Path, folder: Path) -> None:
    try:
        damaged = kept_programs.clean(folder)
        kept_programs.delete_oldest(root, MOST_BYTES)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)  # what cannot be checked must not be run
        tell(f"ganae: warning: kept programs cannot be checked and are compiled anew: {error}")
        return
    if damaged:
        count = f"{len(damaged)} kept program{'s' if len(damaged) > 1 else ''}"
        tell(f"ganae: warning: {count} in {folder} damaged: deleted, and compiled anew")


def _may_be_to_blame(error: Exception, folder: Path, is_first_step: Callable[[], bool]) -> bool:
    """Return True for an error that names the folder, or one of TensorFlow's in the first step.

    Keras takes some of them for the end of the data, which is then a RuntimeError.
    """
    if isinstance(error, UserError) or any(words in str(error) for words in OUT_OF_MEMORY):
        return str(folder) in str(error)
    is_tensorflows = type(error).__module__.startswith("tensorflow") or type(error) is RuntimeError
    return str(folder) in str(error) or (is_tensorflows and is_first_step())
