"""Operations of a graph that a format cannot hold, or that a comparison cannot judge, and the layers they are from."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import tensorflow as tf

from ganae_cli.errors import UserError

_RANDOM = re.compile(r"Random(?!Dataset)|Multinomial|TruncatedNormal|^Stateless(?!If$|While$|Case$)")
_HALF = (tf.bfloat16.as_datatype_enum, tf.float16.as_datatype_enum)


class Operation(NamedTuple):
    """An operation of a graph: its kind, and the path of the layer that it belongs to."""

    kind: str
    layer: str


def random_operations(function: Any) -> list[Operation]:
    """Return the operations of a concrete function that draw random numbers."""
    return [Operation(node.op, layer_of(node.name)) for node in _nodes(function) if _RANDOM.search(node.op)]


def half_operations(function: Any) -> list[Operation]:
    """Return the operations of a concrete function that compute in half precision."""
    return [
        Operation(node.op, layer_of(node.name))
        for node in _nodes(function)
        if any(value.type in _HALF for key, value in node.attr.items() if key in ("T", "DstT", "dtype"))
    ]


def refuse(function: Any, form: str) -> None:
    """Raise UserError, naming the layer, for what makes converters write a file that nobody can read."""
    for found, why in (
        (random_operations(function), "draws random numbers"),
        (half_operations(function), "computes in half precision"),
    ):
        if found:
            kind, layer = found[0]
            raise UserError(
                f"--format {form} cannot hold layer '{layer}', which {why} ({kind}): choose --format saved_model, or "
                "leave the layer out of the network"
            )


def _nodes(function: Any) -> Iterator[Any]:
    graph = function.graph.as_graph_def()
    yield from graph.node
    for inner in graph.library.function:
        yield from inner.node_def


def layer_of(path: str) -> str:
    """Return the layer of an operation's path.

    >>> layer_of("functional_1/noise_1/random_normal/RandomStandardNormal"), layer_of("Erf")
    ('noise_1', 'Erf')
    """
    parts = path.split("/")
    return parts[1] if len(parts) > 2 else parts[0]
