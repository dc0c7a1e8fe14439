"""How the pool begins a job: its status says so, unless another process was done with it first."""

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.sweeps.overview import FINISHED, state_of


class NotNeeded:
    """Stands in for the process of a job that is finished: it has ended, and well."""

    def poll(self) -> int:
        """Return the exit code."""
        return 0

    def send_signal(self, number: int) -> None:
        """Do nothing: nobody is there."""


def begin(folder: RunFolder, goes_further: bool = False) -> bool:
    """Write that a job is about to be trained. Return False, and write nothing, if it is finished.

    A list of jobs is made once, and meanwhile another process may have trained one of them. Raises UserError, and
    writes nothing, if another process trains in it. goes_further: it has settings that a finished job lacks.
    """
    if not goes_further and _is_finished(folder):  # its process may still hold it, as it closes its tracker
        return False
    with folder.claim():
        if not goes_further and _is_finished(folder):  # since
            return False
        folder.write_status("pending", error=None)  # the error of an earlier attempt is not that of this one
    return True


def _is_finished(folder: RunFolder) -> bool:
    return state_of(folder.status()) in FINISHED
