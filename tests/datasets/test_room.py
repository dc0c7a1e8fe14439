"""What does not fit into memory is refused before it is taken."""

import pytest

from ganae_cli.datasets import room
from ganae_cli.errors import UserError


def test_by_what_is_free(monkeypatch):
    monkeypatch.setattr(room, "available_memory", lambda: 10**9)
    room.refuse_beyond_memory("dataset.count", 10**9)
    with pytest.raises(UserError, match=r"^dataset\.count asks for 2,?000 MB of memory, and 1,?000 MB are free$"):
        room.refuse_beyond_memory("dataset.count", 2 * 10**9)
    monkeypatch.setattr(room, "available_memory", lambda: None)
    room.refuse_beyond_memory("dataset.count", 10**30)
