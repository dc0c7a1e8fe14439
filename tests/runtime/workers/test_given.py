"""The workers that a config names."""

import pytest

from ganae_cli.errors import UserError
from ganae_cli.runtime.workers.cluster import Cluster
from ganae_cli.runtime.workers.given import cluster


def test_a_list_and_a_number():
    assert cluster(["a:1", "b:2"], 1) == Cluster(("a:1", "b:2"), 1)
    assert cluster(None, None) is None


@pytest.mark.parametrize(
    ("workers", "worker", "message"),
    [
        (["a:1", "b:1"], None, r"^hardware.workers names 2, and .*: type hardware.worker=N, N from 0 to 1$"),
        (["a:1", "b:1"], 2, "N from 0 to 1, got 2$"),
        (["a:1"], None, "^hardware.workers names 1, .*: type hardware.worker=0, the only one$"),
        (["a:1", "a:1"], 0, "hardware.workers names an address twice"),
        (["a"], 0, 'hardware.workers names the address "a", which is not HOST:PORT'),
        ([], 0, "hardware.workers is empty"),
        (None, 1, "hardware.worker=1 counts in hardware.workers, which is null"),
    ],
)
def test_what_is_not_sound(workers, worker, message):
    with pytest.raises(UserError, match=message):
        cluster(workers, worker)
