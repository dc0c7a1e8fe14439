"""`ganae list networks SHAPE`: parameters and FLOPs of each network for images or points of a shape."""

import re

from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError

Row = tuple[str, list[int] | None]  # a network; parameters and FLOPs of down, then of up; None: it takes no such shape


def parse_shape(text: str) -> tuple[int, ...]:
    """Return the shape of an image or a point. Raises UserError for any other text.

    >>> parse_shape("28x28x1"), parse_shape("2")
    ((28, 28, 1), (2,))
    """
    if not re.fullmatch(r"[1-9]\d*(x[1-9]\d*x[1-9]\d*)?", text):
        raise UserError(f"'{text}' is no shape: write HEIGHTxWIDTHxCHANNELS, as in 28x28x1, or for points a number")
    return tuple(int(side) for side in text.split("x"))


def default_units(shape: tuple[int, ...]) -> int:
    """Return the size of a latent code that `model.z_dim=null` stands for. Imports TensorFlow."""
    from ganae_cli.builders import from_config

    return from_config.latent_size(shape)


def network_costs(tree: ConfTree, shape: tuple[int, ...], units: int) -> list[Row]:
    """Return the costs of each network with the options of its file. Imports TensorFlow and builds every network."""
    from ganae_cli import registry
    from ganae_cli.builders import from_config
    from ganae_cli.costs.flops import cost

    from_config.import_parts()
    rows: list[Row] = []
    for option in tree.options("network"):
        part = tree.part("network", option)
        given = dict(part.options) if part else {}
        name = given.pop("name", option)
        if name == "auto":
            continue
        network = registry.build("network", name, **given)
        try:
            both = [cost(network.down(shape, units)), cost(network.up(units, shape))]
        except UserError:
            rows.append((option, None))
            continue
        rows.append((option, [number for one in both for number in (one.parameters, one.flops)]))
    return rows


def plain(rows: list[Row]) -> list[str]:
    """Return one line per network, with tabs between the numbers, for other programs."""
    return ["\t".join([name, *map(str, numbers)]) for name, numbers in rows if numbers]


def table(rows: list[Row], shape: tuple[int, ...], units: int) -> list[str]:
    """Return the lines of a table for a reader, with a heading. Imports TensorFlow."""
    from ganae_cli.networks.auto import choose

    data = "x".join(map(str, shape))
    head = [
        f"down: {data} -> {units}, an encoder or a discriminator; up: {units} -> {data}, a decoder or a generator",
        "FLOPs of one forward pass of one sample; * what auto chooses for this shape",
        "",
        f"  {'':<12}{'down: parameters':>18}{'FLOPs':>18}{'up: parameters':>18}{'FLOPs':>18}",
    ]
    lines = []
    for name, numbers in rows:
        mark = "*" if name == choose(shape) else " "
        shown = "".join(f"{number:>18,}" for number in numbers) if numbers else f"{'takes no such shape':>21}"
        lines.append(f"{mark} {name:<12}{shown}")
    return head + lines
