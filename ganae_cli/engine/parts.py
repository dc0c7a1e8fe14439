"""What a model is built from: networks by role, losses by name, and the shape of the data."""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import keras
from keras import ops

from ganae_cli import registry
from ganae_cli.errors import UserError
from ganae_cli.networks.auto import choose
from ganae_cli.runtime.rng import stream

OF_EVERY_PENALTY = ("weight", "final_weight", "on")  # options that its function does not see


@dataclass(frozen=True)
class Penalty:
    """A penalty of config `loss.penalties.<name>`: `function(network, real, fake, draws)` -> scalar."""

    name: str
    function: Callable
    weight: float
    on: str
    judges: bool = True  # is for a network that sees both data and samples
    final_weight: float | None = None  # at the end of training; None: weight all the time
    per_sample: bool = True  # takes a gradient for each sample, so BatchNorm is refused

    def weight_after(self, share, start: float):
        """w_T + (w_0 - w_T) (1 + cos(pi t / T)) / 2 after a share t / T of the training, as R3GAN's gamma."""
        left = 0.5 + 0.5 * ops.cos(math.pi * ops.minimum(1.0, share))
        return self.final_weight + (start - self.final_weight) * left


@dataclass
class Parts:
    """Handed to a model's constructor, which asks for the networks and losses that its paper needs.

    networks: role -> {"name": …, options}. adversarial, reconstruction: names, or None for none.
    penalties: name -> {"weight": …, "on": role or list of roles, options}. Raises UserError for a part that is asked
    for and not configured, and, in `finish`, for one that is configured and was not asked for.
    """

    shape: tuple[int, ...]
    networks: dict[str, dict]
    adversarial: str | None = None
    reconstruction: str | None = None
    penalties: dict[str, dict] = field(default_factory=dict)
    seed: int = 0
    asked: set[str] = field(default_factory=set)

    def down(self, role: str, shape: tuple[int, ...], units: int) -> keras.Model:
        """A network from `shape` to (units,): an encoder or a discriminator."""
        return self._network(role, "down", shape, units)

    def up(self, role: str, units: int, shape: tuple[int, ...]) -> keras.Model:
        """A network from (units,) to `shape`: a decoder or a generator."""
        return self._network(role, "up", units, shape)

    def _network(self, role: str, direction: str, *sizes) -> keras.Model:
        self.asked.add(role)
        if role not in self.networks:
            raise UserError(f"no network for the role '{role}': choose one with network@networks.{role}=NAME")
        self.networks[role] = self._settled(role, sizes)
        options = dict(self.networks[role])
        keras.utils.set_random_seed(stream(self.seed, "initial weights", role))  # each role has its own stream
        try:
            network = getattr(registry.build("network", options.pop("name"), **options), direction)(*sizes)
        except UserError as error:
            raise UserError(f"networks.{role}: {error}") from error
        network.name = role
        return network

    def _settled(self, role: str, sizes: tuple) -> dict:
        """The options of a role's network, every one of them said; `auto` gives way to what fits the shape."""
        given = dict(self.networks[role])
        if given["name"] == "auto":
            shape = next(size for size in sizes if isinstance(size, tuple))
            given = {k: v for k, v in given.items() if v is not None} | {"name": choose(shape)}
        return registry.options("network", given["name"]) | given

    def game(self, sections: dict):
        """A whole game within another; sections: `model`, `networks` and `loss` of its own config."""
        own = {key: copy.deepcopy(value) for key, value in sections.items()}
        within = Parts(self.shape, own["networks"], seed=self.seed, **own["loss"])
        return registry.build("model", own["model"].pop("name"), parts=within, **own["model"])

    def loss(self, kind: str):
        """The configured loss of a kind, "adversarial" or "reconstruction"."""
        self.asked.add(kind)
        name = getattr(self, kind)
        if name is None:
            raise UserError(f"this model needs loss.{kind}, which is null (choices: {', '.join(registry.names(kind))})")
        return registry.build(kind, name)

    def build_penalties(self) -> dict[str, Penalty]:
        """Every configured penalty by the name of its term: its own, or `<name>_<network>` where it acts on several."""
        built = {}
        for name, given in self.penalties.items():
            # An unquoted `on:` in a YAML file is the key True.
            options = {"on" if key is True else key: value for key, value in given.items()}
            kind = registry.find("penalty", name)  # which says what it is for: see `losses/roles.py`
            self.penalties[name] = {"weight": 1.0, "on": getattr(kind, "on", "discriminator")} | options
            own = {key: value for key, value in self.penalties[name].items() if key not in OF_EVERY_PENALTY}
            shared = {key: value for key, value in self.penalties[name].items() if key in OF_EVERY_PENALTY}
            nature = {"judges": getattr(kind, "judges", True), "per_sample": getattr(kind, "per_sample", True)}
            function, on = registry.build("penalty", name, **own), shared.pop("on")
            if not on:
                raise UserError(f"loss.penalties.{name}.on names no network")
            terms = {name: on} if isinstance(on, str) else {f"{name}_{role}": role for role in on}
            built |= {term: Penalty(name, function, on=role, **shared, **nature) for term, role in terms.items()}
        return built

    def finish(self, model: str) -> None:
        """Refuse what the config names and the model has no use for."""
        for role in self.networks:
            if role not in self.asked:
                roles = ", ".join(sorted(self.asked & set(self.networks)))
                raise UserError(f"model '{model}' has no network '{role}' (its networks: {roles})")
        for kind in ("adversarial", "reconstruction"):
            if getattr(self, kind) is not None and kind not in self.asked:
                raise UserError(f"model '{model}' does not use loss.{kind}: leave it null")
