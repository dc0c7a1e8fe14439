"""Who the workers of a run are, and which of them this process is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ganae_cli.errors import UserError


@dataclass(frozen=True)
class Cluster:
    """The addresses HOST:PORT of all workers in the order of their ranks, the chief's first; rank: of this process.

    named_by: what named them, for messages. has_own_gpus: each process sees no GPU but its own, by its scheduler.
    """

    addresses: tuple[str, ...]
    rank: int
    named_by: str = field(default="TF_CONFIG", compare=False)
    has_own_gpus: bool = field(default=False, compare=False)

    @property
    def own(self) -> str:
        """The address of this process."""
        return self.addresses[self.rank]

    @property
    def place(self) -> int:
        """The number of this process among the workers of its machine."""
        return sum(_host(address) == _host(self.own) for address in self.addresses[: self.rank])

    @property
    def neighbours(self) -> int:
        """How many workers there are on this machine, with this one.

        >>> two = Cluster(("a:1", "b:1", "b:2"), rank=2)
        >>> two.place, two.neighbours
        (1, 2)
        """
        return sum(_host(address) == _host(self.own) for address in self.addresses)

    def name(self, rank: int) -> str:
        """Return a worker as it is named to the user.

        >>> Cluster(("a:1", "b:1"), rank=0).name(1)
        'worker 1 (b:1)'
        """
        return f"worker {rank} ({'the chief, ' if rank == 0 else ''}{self.addresses[rank]})"


def _host(address: str) -> str:
    return address.rpartition(":")[0]


def checked(given: Any, where: str) -> tuple[str, ...]:
    """Return a list of addresses. where: that names it, as in "hardware.workers". Raises UserError if it is not sound.

    >>> checked(["a:1", "[::1]:2222"], "the list")
    ('a:1', '[::1]:2222')
    """
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise UserError(f"{where} has {_shown(given)} where a list of addresses HOST:PORT is expected")
    for text in given:
        host, _, port = str(text).rpartition(":")
        if not host or not (port.isascii() and port.isdecimal()) or not 0 < int(port) < 65536:
            raise UserError(f"{where} names the address {_shown(text)}, which is not HOST:PORT")
    return tuple(given)


def _shown(value: Any) -> str:
    try:
        return json.dumps(value)
    except TypeError:
        return repr(value)
