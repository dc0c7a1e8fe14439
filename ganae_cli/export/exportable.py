"""What is exported: a plain Keras model with named inputs and outputs, and real rows to compare it on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from keras import layers

from ganae_cli.engine.game import Game
from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.evaluation.trained import Trained
from ganae_cli.export.outside import Outside
from ganae_cli.export.plain_game import trace
from ganae_cli.export.plain_layers import Plain, Tensor
from ganae_cli.samplers.fitted import labelled
from ganae_cli.samplers.random import normals

ROWS, SEED = 64, 0  # of the rows that are compared
DRAWS, ENCODES, ONE_NETWORK = "draws", "encodes", "network"  # what an exported model does
SEVERAL = "generate"  # name of what draws samples by several networks
Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Exportable:
    """A plain model, with dicts of inputs and outputs, and what it computes.

    name: of the network, as the folder is called. does: DRAWS, from latent codes to data; ENCODES, from data to codes;
    or ONE_NETWORK, as it is. roles: networks within, in the order of their use. rows: real inputs by name. told: what
    these are. example: inputs that may be given away. expected: ganae's own outputs for inputs. kept: layers that only
    the package that they are from can read. ends: how data look outside.
    """

    name: str
    does: str
    model: keras.Model
    roles: list[str]
    rows: Arrays
    told: str
    example: Arrays
    expected: Callable[[Arrays], Arrays]
    ends: Outside
    kept: list[str] = field(default_factory=list)

    @property
    def tensors(self) -> list[tuple[str, str, str, tuple]]:
        """Return (side, name, type, shape without batch) of each input and output."""
        sides = {"input": self.model.input, "output": self.model.output}
        return [
            (side, name, str(tensor.dtype), tuple(tensor.shape[1:]))
            for side, tensors in sides.items()
            for name, tensor in tensors.items()
        ]


def build(trained: Trained, network: str | None = None, in_uint8: bool = False) -> Exportable:
    """Return what is exported of a run. network: a role; None: what draws samples, of one network or of several.

    A generator or decoder that draws samples by itself, and an encoder, are exported with what the model does around
    them: an encoder of distributions gives their means. in_uint8: images are uint8 outside. Raises UserError for a role
    that there is not, and for uint8 where there is no image.
    """
    if network is not None and network not in trained.networks:
        near = did_you_mean(network, trained.networks)
        raise UserError(
            f"--network {network}: this run has no such network (choices: {', '.join(trained.networks)}){near}"
        )
    ends = Outside(trained, in_uint8)
    if network is None or network not in _encoders(trained):
        made = _drawing(trained, ends)
        if network is None or [network] == made.roles:
            return made
    elif (made := _encoding(trained, ends)).roles == [network]:
        return made
    return _one_network(trained, ends, str(network))


def _encoders(trained: Trained) -> set[str]:
    return {role for role in trained.networks if role == "encoder" and trained.game.encodes}


def _drawing(trained: Trained, ends: Outside) -> Exportable:
    """Return what `ganae sample` draws with: from codes, as its sampler draws them, to data."""
    game, source = trained.game, trained.source
    codes, labels = trained.sample_with_codes(ROWS, SEED)[1], trained.labels(ROWS)
    z, plain = keras.Input(codes.shape[1:], name="z"), _plain(trained)
    made, roles = trace(game, "decode" if source.count else "generate", z, plain)
    inputs = _with_labels({"z": codes}, labels, plain)

    def expected(given: Arrays) -> Arrays:
        return {ends.name: ends.shown(source.generate(game, given["z"], given.get("labels")))}

    model = _model({"z": z}, {ends.name: ends.out(made)}, plain)
    name = roles[0] if len(roles) == 1 else SEVERAL
    told = f"{ROWS} latent codes as `ganae sample` draws them"
    return Exportable(name, DRAWS, model, roles, inputs, told, inputs, expected, ends, plain.kept)


def _encoding(trained: Trained, ends: Outside) -> Exportable:
    """Return what `ganae encode` computes: from data to codes."""
    game, plain = trained.game, _plain(trained)
    x = ends.input()
    made, roles = trace(game, "encode", ends.into(x), plain)

    def expected(given: Arrays) -> Arrays:
        return {"z": labelled(game, game.encode, ends.seen(given[ends.name]), _labels_of(trained, given))}

    real, told, example = _data_rows(trained, ends)
    rows, drawn = {ends.name: real}, {ends.name: example}
    return Exportable(
        "encoder",
        ENCODES,
        _model({ends.name: x}, {"z": made}, plain),
        roles,
        rows,
        told,
        drawn,
        expected,
        ends,
        plain.kept,
    )


def _one_network(trained: Trained, ends: Outside, role: str) -> Exportable:
    """Return one network as it is, such as a discriminator."""
    game = next(one for one in (trained.game, trained.game.inner) if one and role in one.roles)
    network, plain = game.network(role), _plain(trained)
    shape = tuple(network.input_shape[1:])
    takes_data = shape == trained.game.shape
    x = ends.input() if takes_data else keras.Input(shape, name="inputs")
    y = plain.network(network, ends.into(x) if takes_data else x)
    judges = tuple(y.shape[1:]) == (1,)
    out, name = "logits" if judges else "outputs", ends.name if takes_data else "inputs"
    outputs = {out: y} | ({"class_logits": plain.class_logits} if plain.class_logits is not None else {})
    if takes_data:
        real, told, example = _data_rows(trained, ends)
    else:
        real = example = normals(ROWS, int(np.prod(shape)), SEED, "codes").reshape(ROWS, *shape)
        told = f"{ROWS} rows of normal random numbers"
    labels = trained.labels(ROWS)
    see = ends.seen if takes_data else np.asarray

    def expected(given: Arrays) -> Arrays:
        return _called(game, network, see(given[name]), given.get("labels", labels), list(outputs))

    rows, drawn = (_with_labels({name: one}, labels, plain) for one in (real, example))
    return Exportable(
        role, ONE_NETWORK, _model({name: x}, outputs, plain), [role], rows, told, drawn, expected, ends, plain.kept
    )


def _called(game: Game, network: keras.Model, x: np.ndarray, labels: np.ndarray | None, names: list[str]) -> Arrays:
    """Return the outputs of a network, with what its class head says if it has one."""
    seen: list[Any] = []
    of_rows = None if labels is None else labels[: len(x)]
    with game.condition.given(of_rows):
        game.condition.labels.seen = seen if len(names) > 1 else None
        y = network(x, training=False).numpy()
        game.condition.labels.seen = None
    return dict(zip(names, (y, *(one.logits.numpy() for one in seen)), strict=True))


def _plain(trained: Trained) -> Plain:
    return Plain(keras.Input((), dtype="int32", name="labels") if trained.classes else None)


def _model(inputs: dict[str, Tensor], outputs: dict[str, Tensor], plain: Plain) -> keras.Model:
    """Return the model, with labels as an input if a layer reads them, each output named as it is called."""
    given = inputs | ({"labels": plain.labels} if plain.reads_labels else {})
    named = {name: layers.Identity(dtype=y.dtype, name=name)(y) for name, y in outputs.items()}
    return keras.Model(given, named)


def _with_labels(rows: Arrays, labels: np.ndarray | None, plain: Plain) -> Arrays:
    return rows | ({"labels": labels.astype(np.int32)} if labels is not None and plain.reads_labels else {})


def _labels_of(trained: Trained, given: Arrays) -> np.ndarray | None:
    """Return labels for networks that read none, where the model is conditional."""
    return trained.labels(len(next(iter(given.values()))))


def _data_rows(trained: Trained, ends: Outside) -> tuple[np.ndarray, str, np.ndarray]:
    """Return rows as the exported model takes them: held-out ones, what they are, and samples, which are nobody's.

    Where the data are not there any more, both are samples.
    """
    samples = ends.given(trained.sample(ROWS, SEED))
    try:
        data = trained.data
    except UserError as error:
        trained.warn(f"{error}: the exported network is compared on samples")
        return samples, f"{ROWS} samples", samples
    rows = np.asarray(data.test[:ROWS])
    return ends.given(rows if data.kind == "images" else data.in_units(rows)), f"{len(rows)} held-out rows", samples
