"""The workers that SLURM has started: one for each task of a job step, as its variables SLURM_… say.

Every task finds the same list by itself. Hosts are those of the step, in the order in which SLURM places tasks. The
port follows from the numbers of job and step, so that jobs which share a machine do not meet each other's workers.
"""

import os
import re
from typing import NoReturn

from ganae_cli.errors import UserError
from ganae_cli.runtime.workers.cluster import Cluster

PORT = "GANAE_WORKER_PORT"  # variable: port of the first worker of each machine, instead of one by the job's number
FIRST_PORT, PORTS, PORTS_OF_STEP = 12000, 20000, 16  # below those that systems hand out by themselves (from 32768)
MOST = 2**16  # hosts or tasks
_BRACKETS = re.compile(r"([^\[\],]*)\[([^\[\]]*)\]")


def cluster() -> Cluster | None:
    """Return the cluster of the tasks of a job step; None if this process is not one of SLURM's tasks.

    Raises UserError for variables that do not fit together, and for a job of several tasks whose script runs ganae
    without `srun`, which would be one process alone.
    """
    number = _number("SLURM_STEP_NUM_TASKS", "SLURM_NTASKS", "SLURM_NPROCS")
    rank = _number("SLURM_PROCID")
    if number is None or rank is None:
        return None
    is_script = os.environ.get("ENVIRONMENT") == "BATCH" and _number("SLURM_STEP_ID", "SLURM_STEPID") is None
    if is_script and number > 1:
        raise UserError(
            f"this is a SLURM job of {number} tasks, and ganae was started once: start it with srun ganae …"
        )
    hosts = _expanded("SLURM_STEP_NODELIST", "SLURM_JOB_NODELIST", "SLURM_NODELIST")
    counts = _counts(len(hosts), number)
    placed = _placed(counts)
    if not 0 <= rank < number:
        _refuse(f"SLURM_PROCID={rank} of {number} tasks")
    for name, expected in (("SLURM_NODEID", placed[rank][0]), ("SLURM_LOCALID", placed[rank][1])):
        if (said := _number(name)) is not None and said != expected:
            _refuse(f"{name}={said} of task {rank}, where {expected} was expected; srun --distribution=block")
    first = _first_port(max(counts))
    addresses = tuple(f"{hosts[node]}:{first + local}" for node, local in placed)
    return Cluster(addresses, rank, "SLURM", has_own_gpus=_has_own_gpus())


def expand(text: str) -> list[str]:
    """Return the hosts of a list as SLURM writes it. Raises ValueError for one that cannot be read.

    >>> expand("node[01-03,7],gpu-a[1-2],login")
    ['node01', 'node02', 'node03', 'node7', 'gpu-a1', 'gpu-a2', 'login']
    >>> expand("rack[1-2]n[1,3].local")
    ['rack1n1.local', 'rack1n3.local', 'rack2n1.local', 'rack2n3.local']
    """
    found: list[str] = []
    for part in re.findall(r"(?:[^,\[\]]|\[[^\[\]]*\])+|,|.", text):
        if part == ",":
            continue
        found += _expand(part)
        if len(found) > MOST:
            raise ValueError(text)
    return found


def _expand(part: str) -> list[str]:
    match = _BRACKETS.match(part)
    if not match:
        if not part or "[" in part or "]" in part:
            raise ValueError(part)
        return [part]
    head, ranges = match.groups()
    rest = part[match.end() :]
    tails = _expand(rest) if rest else [""]
    return [f"{head}{number}{tail}" for number in _numbers(ranges) for tail in tails]


def _numbers(ranges: str) -> list[str]:
    """Return the numbers of ranges, as wide as they are written.

    >>> _numbers("08-10,3")
    ['08', '09', '10', '3']
    """
    found: list[str] = []
    for one in ranges.split(","):
        first, dash, last = one.partition("-")
        last = last if dash else first
        if not re.fullmatch(r"[0-9]{1,9}", first) or not re.fullmatch(r"[0-9]{1,9}", last):
            raise ValueError(one)
        low, high = int(first), int(last)
        if not 0 <= high - low < MOST:
            raise ValueError(one)
        found += [str(number).zfill(len(first)) for number in range(low, high + 1)]
    return found


def _expanded(*names: str) -> list[str]:
    name, text = next(((name, os.environ[name]) for name in names if os.environ.get(name)), (names[0], ""))
    try:
        hosts = expand(text)
    except ValueError:
        hosts = []
    if not hosts or len(set(hosts)) < len(hosts):
        _refuse(f"{name}={text}" if text else f"no {name}")
    return hosts


def _counts(nodes: int, tasks: int) -> list[int]:
    """Return the number of tasks on each host, as SLURM writes it: "2(x3),1"."""
    name = next((name for name in ("SLURM_STEP_TASKS_PER_NODE", "SLURM_TASKS_PER_NODE") if os.environ.get(name)), "")
    text = os.environ.get(name, "1" if nodes == tasks == 1 else f"{tasks // nodes}(x{nodes})")
    found: list[int] = []
    for one in text.split(","):
        match = re.fullmatch(r"([0-9]{1,5})(?:\(x([0-9]{1,5})\))?", one.strip())
        if not match:
            _refuse(f"{name}={text}")
        found += [int(match[1])] * int(match[2] or 1)
    if len(found) != nodes or sum(found) != tasks:
        _refuse(f"{tasks} tasks on {nodes} hosts, where {name}={text}")
    return found


def _placed(counts: list[int]) -> list[tuple[int, int]]:
    """Return (host, number on it) of each task: host after host, or one to each host in turn."""
    if os.environ.get("SLURM_DISTRIBUTION", "").startswith("cyclic"):
        return [(node, local) for local in range(max(counts)) for node, count in enumerate(counts) if local < count]
    return [(node, local) for node, count in enumerate(counts) for local in range(count)]


def _first_port(tasks: int) -> int:
    given = os.environ.get(PORT)
    if given:
        if not (given.isascii() and given.isdecimal()) or not 0 < int(given) <= 65536 - tasks:
            raise UserError(f"the variable {PORT} must be a port, 1 to {65536 - tasks}, got '{given}'")
        return int(given)
    job, step = _number("SLURM_JOB_ID", "SLURM_JOBID") or 0, _number("SLURM_STEP_ID", "SLURM_STEPID") or 0
    return FIRST_PORT + PORTS_OF_STEP * (job * 7 + step) % PORTS


def _has_own_gpus() -> bool:
    """Return True if SLURM gives each task GPUs of its own, not all tasks of a machine the same ones."""
    others = os.environ.get("SLURM_TRES_PER_TASK", "")  # cpu=4,gres/gpu=1
    return bool(os.environ.get("SLURM_GPUS_PER_TASK")) or "gpu" in others


def _number(*names: str) -> int | None:
    """Return the value of the first of the variables that is a whole number."""
    given = [os.environ[name] for name in names if os.environ.get(name)]
    return int(given[0]) if given and re.fullmatch(r"[0-9]{1,12}", given[0]) else None


def _refuse(what: str) -> NoReturn:
    raise UserError(f"cannot tell the workers from SLURM's variables ({what}); name them with hardware.workers")
