"""`ganae list networks SHAPE`: parameters, FLOPs and grids of each network for images or points of a shape."""

import re
from typing import NamedTuple

from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError


class Row(NamedTuple):
    """A network. numbers: parameters and FLOPs of down, then of up; None: it takes no such shape.

    grids: of down and of up, in words; "" for a network without any between the image and its code.
    """

    name: str
    numbers: list[int] | None = None
    grids: tuple[str, str] = ("", "")


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
    """Return the costs and grids of each network, with the options of its file. Builds all: imports TensorFlow."""
    from ganae_cli import registry
    from ganae_cli.builders import from_config
    from ganae_cli.costs.flops import cost
    from ganae_cli.costs.grids import grids_of, in_words

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
            both = network.down(shape, units), network.up(units, shape)
        except UserError:
            rows.append(Row(option))
            continue
        costs, grids = [cost(one) for one in both], [grids_of(one) for one in both]
        down, up = (in_words(found) if len(found) > 1 else "" for found in grids)
        rows.append(Row(option, [number for one in costs for number in (one.parameters, one.flops)], (down, up)))
    return rows


def plain(rows: list[Row]) -> list[str]:
    """Return one line per network, with tabs between the numbers, for other programs."""
    return ["\t".join([row.name, *map(str, row.numbers)]) for row in rows if row.numbers]


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
    for name, numbers, _ in rows:
        mark = "*" if name == choose(shape) else " "
        shown = "".join(f"{number:>18,}" for number in numbers) if numbers else f"{'takes no such shape':>21}"
        lines.append(f"{mark} {name:<12}{shown}")
    return head + lines + _grids(rows)


def _grids(rows: list[Row]) -> list[str]:
    """Return the lines that say the grids, height x width: those of up, where they are not those of down backwards."""
    lines = []
    for name, _, (down, up) in rows:
        lines += [f"  {name:<12}{down}"] if down else []
        lines += [f"  {'':<12}up: {up}"] if up != " → ".join(down.split(" → ")[::-1]) else []
    return ["", "grids, height x width, of down (up: the other way round)", *lines] if lines else []
