"""The workers that the variable TF_CONFIG names, as Vertex AI and Kubeflow write it."""

import json
import os
from typing import Any, NoReturn

from ganae_cli.errors import UserError
from ganae_cli.runtime.workers.cluster import Cluster, checked

VARIABLE = "TF_CONFIG"
EXAMPLE = '{"cluster": {"worker": ["host1:2222", "host2:2222"]}, "task": {"type": "worker", "index": 0}}'
CHIEFS = ("chief", "master")  # two names of one task; the second is the older
TRAINING = (*CHIEFS, "worker")  # types of tasks that train, in the order of their ranks
EVALUATOR = "evaluator"


def cluster() -> Cluster | None:
    """Return the cluster that TF_CONFIG names; None if it names none, or if this process is the evaluator beside it.

    The chief is the task "chief", or else the first worker. Raises UserError for a TF_CONFIG that is not sound, and for
    a process that shall not train: ganae has no parameter servers.
    """
    jobs, kind, index = _read()
    if not jobs or kind == EVALUATOR:
        return None
    if not isinstance(jobs, dict) or kind is None:
        _refuse("names no workers and which one this is")
    others = [name for name in dict.fromkeys([*jobs, kind]) if name not in (*TRAINING, EVALUATOR)]
    if others:
        raise UserError(
            f"the variable TF_CONFIG names a task of type '{others[0]}': ganae trains with a chief and workers alone; "
            f"expected {EXAMPLE}"
        )
    addresses = {name: checked(jobs.get(name, []), "the variable TF_CONFIG") for name in TRAINING}
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(addresses[kind]):
        _refuse(f"names no {kind} of index {index!r}")
    every = tuple(address for name in TRAINING for address in addresses[name])
    chiefs = sum(len(addresses[name]) for name in CHIEFS)
    if chiefs > 1 or len(set(every)) < len(every):
        _refuse("names two chiefs, or an address twice")
    return Cluster(every, index + (chiefs if kind == "worker" else 0))


def is_evaluator() -> bool:
    """Return True if TF_CONFIG makes this process an evaluator, which stands beside the workers and does not train."""
    jobs, kind, _ = _read()
    return bool(jobs) and kind == EVALUATOR


def _read() -> tuple[Any, Any, Any]:
    """Return the tasks of the cluster, and type and index of this one."""
    try:
        given = json.loads(os.environ.get(VARIABLE, "").strip() or "{}")
    except (ValueError, RecursionError) as error:
        _refuse(f"is not JSON ({error})")
    if not isinstance(given, dict):
        _refuse("names no workers and which one this is")
    task = given.get("task")
    kind, index = (task.get("type"), task.get("index")) if isinstance(task, dict) else (None, None)
    return given.get("cluster"), kind if isinstance(kind, str) else None, index


def _refuse(what: str) -> NoReturn:
    raise UserError(f"the variable TF_CONFIG {what}; expected {EXAMPLE}")
