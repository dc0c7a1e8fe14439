"""Who the workers are, and who of them shares a machine."""

import pytest

from ganae_cli.errors import UserError
from ganae_cli.runtime.workers.cluster import Cluster, checked


def test_workers_of_one_machine_count_their_places():
    addresses = ("a:1", "b:1", "a:2", "a:3", "b:2")
    places = [(Cluster(addresses, rank).place, Cluster(addresses, rank).neighbours) for rank in range(5)]
    assert places == [(0, 3), (0, 2), (1, 3), (2, 3), (1, 2)]


def test_the_chief_is_named():
    assert Cluster(("a:1", "b:1"), 1).name(0) == "worker 0 (the chief, a:1)"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("a:1", 'the list has "a:1" where a list of addresses HOST:PORT is expected'),
        ({"a": 1}, "where a list"),
        (["a:1", ":2"], 'names the address ":2", which is not HOST:PORT'),
        (["a:0"], 'names the address "a:0"'),
        (["a:²"], "names the address"),
    ],
)
def test_a_list_that_is_not_sound(given, message):
    with pytest.raises(UserError, match=message):
        checked(given, "the list")
