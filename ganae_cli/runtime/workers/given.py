"""The workers that a config names: hardware.workers, and hardware.worker for which of them this process is."""

from collections.abc import Sequence

from ganae_cli.errors import UserError
from ganae_cli.runtime.workers.cluster import Cluster, checked

WORKERS, WORKER = "hardware.workers", "hardware.worker"


def cluster(workers: Sequence[str] | None, worker: int | None) -> Cluster | None:
    """Return the cluster that a config names; None if it names none. Raises UserError for one that is not sound.

    >>> cluster(["host1:2222", "host2:2222"], 1).own
    'host2:2222'
    """
    if workers is None:
        if worker is not None:
            raise UserError(f"{WORKER}={worker} counts in {WORKERS}, which is null: {WORKERS}=[HOST:PORT,HOST:PORT]")
        return None
    addresses = checked(workers, WORKERS)
    if not addresses:
        raise UserError(f"{WORKERS} is empty: name every worker, as in {WORKERS}=[host1:2222,host2:2222]")
    if len(set(addresses)) < len(addresses):
        raise UserError(f"{WORKERS} names an address twice")
    last = len(addresses) - 1
    if worker is None or not 0 <= worker <= last:
        allowed = f"{WORKER}=N, N from 0 to {last}" if last else f"{WORKER}=0, the only one"
        got = "" if worker is None else f", got {worker}"
        raise UserError(
            f"{WORKERS} names {len(addresses)}, and {WORKER} says which of them this process is: type {allowed}{got}"
        )
    return Cluster(addresses, worker, WORKERS)
