"""When a worker waits for the others: in a step, and not while its callbacks write."""

from types import SimpleNamespace

from ganae_cli.training.callbacks.peers import Peers


def test_a_worker_waits_in_a_step_only():
    said = []
    peers = Peers(SimpleNamespace(waits=said.append))
    for step in range(2):
        peers.on_train_batch_begin(step)
        peers.on_train_batch_end(step)
    assert said == [True, False, True, False]
