"""Room for data in memory: what a config asks for is compared with what is free, before any of it is taken."""

from ganae_cli.errors import UserError
from ganae_cli.runtime.process import available_memory
from ganae_cli.units import megabytes


def refuse_beyond_memory(option: str, needed: int) -> None:
    """Raise UserError, naming an option, if what it asks for needs more bytes than are free.

    A system may promise more memory than it has, and end the process that uses it.
    """
    free = available_memory()
    if free is not None and needed > free:
        raise UserError(f"{option} asks for {megabytes(needed)} of memory, and {megabytes(free)} are free")
