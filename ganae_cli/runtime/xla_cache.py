"""Compiled programs are kept between runs, so that the second run of a config does not wait for XLA.

TensorFlow files a program by its code alone, so there is a folder for all else that it depends on: processor, threads,
TensorFlow and the flags of XLA. A program read back is the program that was written: results stay the same to the bit.

GANAE_XLA_CACHE names another folder than the user's cache, or is `off`.
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
MOST_BYTES = 500_000_000  # of all programs together; those used longest ago go first


def keep_programs(threads: int | None) -> Path | None:
    """Where programs are kept, None for nowhere. To be called before TensorFlow is imported. threads: of a run."""
    flags, given = os.environ.get("TF_XLA_FLAGS", ""), os.environ.get(VARIABLE, "")
    if given == "off" or "persistent_cache" in flags:
        return None
    try:
        root = Path(given).absolute() if given else _users_cache() / "ganae" / "xla"
        folder = root / _machine(threads or process.processors())
        if " " in str(folder):  # TensorFlow cuts its flags at spaces
            return None
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # programs: nobody else may put one there
        _make_room(root)
    except (OSError, RuntimeError):  # no place to write, or no home
        return None
    ours = f"--tf_xla_persistent_cache_directory={folder} --tf_xla_persistent_cache_device_types=CPU"
    os.environ["TF_XLA_FLAGS"] = f"{flags} {ours}".strip()
    return folder


def forget() -> bool:
    """Throw away the programs of this process' folder; whether there was one."""
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
    """A name for what a program depends on beside its code. A home folder may be shared by unlike machines."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))})
    except OSError:
        processor = [platform.processor(), platform.machine()]
    facts = [metadata.version("tensorflow"), os.environ.get("XLA_FLAGS", ""), str(threads), *processor]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]


def _make_room(root: Path) -> None:
    programs = sorted((path.stat().st_mtime, path.stat().st_size, path) for path in root.glob("*/*.pb"))
    total = sum(size for _, size, _ in programs)
    for _, size, path in programs:
        if total <= MOST_BYTES:
            return
        path.unlink(missing_ok=True)
        total -= size
