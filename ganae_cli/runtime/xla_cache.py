"""Cache of compiled programs on disk, so that the second run of a config does not wait for XLA.

TensorFlow names a program's file by its code alone, so everything else that a program depends on, processor, threads,
TensorFlow's version and XLA's flags, has a folder of its own. A program read back is the one that was written: results
stay the same to the bit.

The variable GANAE_XLA_CACHE names another folder than the user's cache, or is `off`.
"""

import hashlib
import os
import platform
import shutil
import sys
from importlib import metadata
from pathlib import Path

from ganae_cli.runtime import process

VARIABLE = "GANAE_XLA_CACHE"
MOST_BYTES = 500_000_000  # size of all programs together, at most; the oldest files are deleted first


def keep_programs(threads: int | None) -> Path | None:
    """Turn the cache on and return its folder, or None without a cache. Call it before TensorFlow is imported.

    threads: of the run; None: all processors. There is no cache if GANAE_XLA_CACHE is `off`, if the user's own flags
    name one, or if the folder cannot be used.
    """
    flags, given = os.environ.get("TF_XLA_FLAGS", ""), os.environ.get(VARIABLE, "")
    if given == "off" or "persistent_cache" in flags:
        return None
    try:
        root = Path(given).expanduser().absolute() if given else _users_cache() / "ganae" / "xla"
        folder = root / _machine(threads or process.processors())
        if " " in str(folder):  # TensorFlow splits its flags at spaces
            return None
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # its files are executed: only the user may add one
        _delete_oldest(root)
    except (OSError, RuntimeError):  # the folder cannot be written, or the user has no home
        return None
    ours = f"--tf_xla_persistent_cache_directory={folder} --tf_xla_persistent_cache_device_types=CPU"
    os.environ["TF_XLA_FLAGS"] = f"{flags} {ours}".strip()
    return folder


def forget() -> bool:
    """Delete the folder of programs of this process; return True if there was one."""
    flags = dict(word.partition("=")[::2] for word in os.environ.get("TF_XLA_FLAGS", "").split())
    folder = flags.get("--tf_xla_persistent_cache_directory")
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
    return bool(folder)


def _users_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _machine(threads: int) -> str:
    """Return a name for all that a program depends on besides its code. Different machines may share a home folder."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))})
    except OSError:
        processor = [platform.processor(), platform.machine()]
    facts = [metadata.version("tensorflow"), os.environ.get("XLA_FLAGS", ""), str(threads), *processor]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]


def _delete_oldest(root: Path) -> None:
    """Delete programs, oldest first, until all of them together have at most MOST_BYTES."""
    programs = sorted((path.stat().st_mtime, path.stat().st_size, path) for path in root.glob("*/*.pb"))
    total = sum(size for _, size, _ in programs)
    for _, size, path in programs:
        if total <= MOST_BYTES:
            return
        path.unlink(missing_ok=True)
        total -= size
