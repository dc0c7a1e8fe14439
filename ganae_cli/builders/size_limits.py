"""Networks that a weights file cannot be of: refused before they are built, or a stranger's config fills memory."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from ganae_cli import registry
from ganae_cli.config.declared import declared
from ganae_cli.errors import UserError
from ganae_cli.networks import auto
from ganae_cli.storage import weights_file
from ganae_cli.storage.checkpoints import Checkpoint

SHARE = 4  # a layer has weights for at least so small a share of the square of its width: it may work in groups
BYTES = 4  # of a weight
MOST_NUMBERS = 2**24  # of an image that convolutions, whose weights do not grow with it, may be asked to make


def check(sections: Mapping[str, Any], checkpoint: Checkpoint) -> None:
    """Raise UserError for networks that need more arrays or bytes than the weights file of a checkpoint has.

    sections: `model` and `networks` of the config, resolved. What is counted is less than any of ganae's networks has:
    one array for each of `depth` layers, and for each but the first a share of the weights between `width` units and as
    many.
    """
    held = weights_file.check(checkpoint.weights)
    shape, classes = checkpoint.fact("architecture")["shape"], checkpoint.fact("architecture").get("classes") or []
    for place, network in _networks(sections, ""):
        network = _complete(network, tuple(shape))
        width, depth = (_number(network.get(key)) for key in ("width", "depth"))
        square = min(width, _number(network.get("max_width")) or width) ** 2
        needed = max(0, depth - 1) * square * BYTES / SHARE * float(network.get("squeeze_ratio") or 1)
        if network.get("name") in declared("network") and (depth > held.arrays or needed > held.nbytes):
            raise UserError(
                f"{place} of width {width} and depth {depth} does not fit {checkpoint.weights}, which holds "
                f"{held.arrays:,} arrays of {held.nbytes:,} bytes: the config is not that of the weights"
            )
    numbers, z_dim = math.prod(shape), _number(sections["model"].get("z_dim"))
    if max(z_dim, len(classes)) * BYTES > held.nbytes or numbers > max(MOST_NUMBERS, held.nbytes):
        raise UserError(
            f"{checkpoint.weights} is too small for z_dim {z_dim}, data of {numbers:,} numbers, "
            f"or {len(classes):,} classes"
        )


def _networks(node: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the networks of a config, also those of a model within another."""
    for key, value in node.items() if isinstance(node, dict) else ():
        inner = f"{place}.{key}" if place else str(key)
        if key == "networks" and isinstance(value, dict):
            yield from ((f"{inner}.{role}", one) for role, one in value.items() if isinstance(one, dict))
        else:
            yield from _networks(value, inner)


def _complete(network: Mapping[str, Any], shape: tuple[int, ...]) -> Mapping[str, Any]:
    """Return the options of a network with the defaults of those that it leaves open, and what `auto` stands for."""
    name = network.get("name")
    name = auto.choose(shape) if name == "auto" else name
    if name not in declared("network"):
        return network
    given = {key: value for key, value in network.items() if value is not None}
    return {**registry.options("network", name), **given, "name": name}


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
