"""Checks before TensorFlow is imported: is this process one of several, and are the others known?

Paths in a config are checked by `config.paths`.
"""

from ganae_cli.errors import UserError
from ganae_cli.runtime import workers
from ganae_cli.runtime.workers import Cluster


def joins_workers(strategy: str) -> Cluster | None:
    """Return the cluster of which this process is a worker, as hardware.strategy and the variable TF_CONFIG say.

    One worker alone is none of several. Raises UserError for hardware.strategy=multi_worker without TF_CONFIG, and for
    a TF_CONFIG that is not sound.
    """
    if strategy not in ("auto", "multi_worker"):
        return None
    found = workers.cluster()
    if strategy == "multi_worker" and found is None:
        raise UserError(
            f"hardware=multi_worker needs the variable TF_CONFIG in each worker's environment, as in {workers.EXAMPLE}"
        )
    return found if found and len(found.addresses) > 1 else None
