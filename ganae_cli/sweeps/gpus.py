"""GPUs for jobs that train at the same time: each job sees its own, by CUDA_VISIBLE_DEVICES."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

VARIABLE = "CUDA_VISIBLE_DEVICES"
DRIVER = Path("/proc/driver/nvidia/gpus")  # a folder for each GPU, where the driver is loaded
SECONDS = 20  # that nvidia-smi may take


def variables(place: int, at_once: int, hardware: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment variable with the GPUs of a job; {} where there is nothing to divide.

    place: of the job among those that train at once, from 0. hardware: the section of its config.
    """
    if at_once == 1 or hardware.get("device") == "cpu":
        return {}
    known = visible()
    if len(known) < 2:
        return {}
    wanted = hardware.get("devices") or (len(known) // at_once if hardware.get("strategy") == "mirrored" else 1)
    return {VARIABLE: ",".join(share(known, place, max(1, wanted)))}


def share(known: Sequence[str], place: int, wanted: int) -> list[str]:
    """Return the GPUs of a job: those behind the ones of the job before it, round and round.

    >>> share(["0", "1", "2"], 1, 1), share(["0", "1", "2", "3"], 1, 2), share(["0", "1"], 2, 1)
    (['1'], ['2', '3'], ['0'])
    """
    count = min(wanted, len(known))
    return [known[(place * count + number) % len(known)] for number in range(count)]


def visible() -> list[str]:
    """Return the GPUs that this process may use, as CUDA names them; [] if there are none. Needs no TensorFlow."""
    given = os.environ.get(VARIABLE)
    if given is None:
        return _installed()
    names = [name.strip() for name in given.split(",")]
    end = next((i for i, name in enumerate(names) if name in ("", "-1", "NoDevFiles")), len(names))
    return names[:end]  # CUDA reads no further than the first that there is not


@cache
def _installed() -> list[str]:
    """Return the numbers of the GPUs of this machine."""
    if not DRIVER.is_dir():
        return []
    try:
        listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, timeout=SECONDS)
        count = sum(line.startswith("GPU ") for line in listed.stdout.splitlines())
    except (OSError, subprocess.SubprocessError):
        count = len(list(DRIVER.iterdir()))
    return [str(number) for number in range(count)]
