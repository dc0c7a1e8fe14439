"""Parts that a model is built from: networks by role, losses by name, penalties, and the shape of the data."""

import copy
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import keras

from ganae_cli import registry
from ganae_cli.config.cross_checks import DISCRIMINATORS
from ganae_cli.engine import usual_norm
from ganae_cli.engine.augment import Augment
from ganae_cli.engine.condition import NONE, Condition
from ganae_cli.engine.penalize import WeightedPenalty
from ganae_cli.errors import UserError
from ganae_cli.losses.two_sided import TwoSided
from ganae_cli.networks.auto import choose
from ganae_cli.penalties.base import Penalty
from ganae_cli.runtime.rng import stream

if TYPE_CHECKING:
    from ganae_cli.engine.game import Game

OF_EVERY_LOSS = ("adversarial", "reconstruction", "penalties")  # keys of the section `loss` that are no players
OF_EVERY_PENALTY = ("weight", "final_weight", "on")  # options that the penalty itself does not get


@dataclass
class Parts:
    """Handed to a model's constructor, which requests the networks and losses that its paper needs.

    networks: role -> {"name": …, options}. adversarial, reconstruction: names, or None for none.
    penalties: name -> {"weight": …, "on": role or list of roles, options}. seed: of the initial weights.
    adversarial_of: player -> name of an adversarial loss of its own. penalized: of the model, see `Game`. condition:
    how networks get labels. augment: what discriminators of images see.

    Raises UserError for a part that is requested and not configured, and, in `settled`, for one that is configured and
    was not requested.
    """

    shape: tuple[int, ...]
    networks: Mapping[str, Mapping[str, Any]]
    adversarial: str | None = None
    reconstruction: str | None = None
    penalties: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    seed: int = 0
    adversarial_of: Mapping[str, str | None] = field(default_factory=dict)
    penalized: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    condition: Condition = field(default_factory=Condition)
    augment: Augment = field(default_factory=Augment)
    requested: set[str] = field(default_factory=set, init=False)
    adversaries: set[str] = field(default_factory=set, init=False)
    settled_networks: dict[str, dict] = field(default_factory=dict, init=False)
    settled_penalties: dict[str, dict] = field(default_factory=dict, init=False)

    @classmethod
    def of_config(
        cls,
        shape: tuple[int, ...],
        networks: Mapping,
        loss: Mapping[str, Any],
        seed: int,
        condition: str = NONE,
        classes: tuple[str, ...] = (),
        augmentation: Mapping | None = None,
        model: str | None = None,
    ) -> "Parts":
        """Return parts as a config has them. classes: of the data. model: which they are for.

        loss, augmentation: their sections; other keys of `loss` are players.
        """
        shared = {key: value for key, value in loss.items() if key in OF_EVERY_LOSS}
        own = {key: value for key, value in loss.items() if key not in OF_EVERY_LOSS}
        given = Condition(condition, classes, tuple(networks))
        augment = Augment.of_config(augmentation or {}, shape)
        penalized = getattr(registry.find("model", model), "penalized", {}) if model else {}
        made = cls(shape, networks, seed=seed, adversarial_of=own, condition=given, augment=augment, **shared)
        return dataclasses.replace(made, penalized=penalized)

    def down(self, role: str, shape: tuple[int, ...], units: int) -> keras.Sequential:
        """Build the network of a role from `shape` to (units,): an encoder or a discriminator."""
        return self.condition.watched(role, self.augment.before(role, self._network(role, "down", shape, units)))

    def up(self, role: str, units: int, shape: tuple[int, ...]) -> keras.Sequential:
        """Build the network of a role from (units,) to `shape`: a decoder or a generator."""
        return self._network(role, "up", units, shape)

    def _network(self, role: str, direction: str, *sizes: int | tuple[int, ...]) -> keras.Sequential:
        self.requested.add(role)
        if role not in self.networks:
            raise UserError(f"no network for the role '{role}': choose one with network@networks.{role}=NAME")
        options = self._with_defaults(role, sizes)
        self.settled_networks[role] = dict(options)
        keras.utils.set_random_seed(stream(self.seed, "initial weights", role))  # each role has its own stream
        try:
            built = registry.build("network", options.pop("name"), **options)
            network = getattr(self.condition, direction)(role, built, *sizes)
        except UserError as error:
            raise UserError(f"networks.{role}: {error}") from error
        network.name = role
        return network

    def _with_defaults(self, role: str, sizes: tuple[int | tuple[int, ...], ...]) -> dict[str, Any]:
        """Return every option of a role's network; `auto` gives way to the network that fits the shape.

        So does what is left open (null): a normalisation to the one that fits the role, see `usual_norm.py`, and what
        the network's class decides `by_shape`.
        """
        given, shape = dict(self.networks[role]), next(size for size in sizes if isinstance(size, tuple))
        if given["name"] == "auto":
            given = {key: value for key, value in given.items() if value is not None} | {"name": choose(shape)}
        kind, options = registry.find("network", given["name"]), registry.options("network", given["name"]) | given
        if options.get("norm", "") is None and getattr(kind, "norm_by_role", False):
            of_rows = usual_norm.differentiated(self.penalties, self.networks, self.penalized)
            options["norm"] = usual_norm.choose(role, bool(options.get("spectral_norm")), role in of_rows)
        if hasattr(kind, "by_shape"):
            options |= {key: value for key, value in kind.by_shape(shape).items() if options.get(key, "") is None}
        return options

    def game(self, sections: Mapping[str, Any]) -> "Game":
        """Build a whole game within another. sections: `model`, `networks` and `loss` of its own config."""
        own = {key: copy.deepcopy(dict(value)) for key, value in sections.items()}
        condition = own["model"].pop("condition", NONE)
        if condition != NONE:
            raise UserError(
                f"the trained model is conditional (model.condition={condition}), and no label would reach it: train "
                "one with model.condition=none"
            )
        name = own["model"].pop("name")
        within = Parts.of_config(self.shape, own["networks"], own["loss"], self.seed, model=name)
        return registry.build("model", name, parts=within, **own["model"])

    def loss(self, kind: str) -> Any:
        """Return the configured loss of a kind.

        "adversarial": an object as in `losses/adversarial.py`. "reconstruction": a function of (x, x_hat).
        """
        self.requested.add(kind)
        name = self._chosen(kind)
        if name is None:
            raise UserError(f"this model needs loss.{kind}, which is null (choices: {', '.join(registry.names(kind))})")
        return registry.build(kind, name)

    def adversarial_loss(self, discriminator: str, opponent: str | None = None) -> Any:
        """Return the adversarial loss between two players: an object as in `losses/adversarial.py`.

        A discriminator has the loss that the config names for this player, else the one for all; its opponent has its
        own, else that of the discriminator. opponent: None if no loss of the config is the opponent's.
        """
        self.adversaries |= {discriminator, opponent or discriminator}
        shared, of_discriminator = self.loss("adversarial"), self.adversarial_of.get(discriminator)
        ours = registry.build("adversarial", of_discriminator) if of_discriminator else shared
        theirs = self.adversarial_of.get(opponent) if opponent else None
        both = TwoSided(ours, registry.build("adversarial", theirs)) if theirs else ours
        if self.augment.overfitting:
            self.augment.overfitting.watch(discriminator, both)
        return both

    def _chosen(self, kind: str) -> str | None:
        return {"adversarial": self.adversarial, "reconstruction": self.reconstruction}[kind]

    def build_penalties(self, players: tuple[str, ...] = ()) -> dict[str, WeightedPenalty]:
        """Build every configured penalty, by the name of its term. players: of the game.

        The term has the penalty's name, or `<name>_<network>` for a penalty that acts on several networks. Raises
        TypeError for a penalty that is no `Penalty`, as those of plugins for ganae 0.1.
        """
        built: dict[str, WeightedPenalty] = {}
        for name, given in self.penalties.items():
            # An unquoted `on:` in a YAML file is the key True.
            options: dict[str, Any] = {"on" if key is True else key: value for key, value in given.items()}
            own = {key: value for key, value in options.items() if key not in OF_EVERY_PENALTY}
            penalty = registry.build("penalty", name, **own)
            if not isinstance(penalty, Penalty):
                raise TypeError(f"penalty '{name}' must be a class derived from ganae_cli.penalties.base.Penalty")
            defaults: dict[str, Any] = {"weight": 1.0, "on": penalty.acts_on}
            options = defaults | options
            options["on"] = self._acts_on(name, options["on"], players)
            self.settled_penalties[name] = dict(options)
            shared: dict[str, Any] = {key: value for key, value in options.items() if key in OF_EVERY_PENALTY}
            on = shared.pop("on")
            terms = {name: on} if isinstance(on, str) else {f"{name}_{role}": role for role in on}
            built |= {term: WeightedPenalty(name, penalty, on=role, **shared) for term, role in terms.items()}
        return built

    def _acts_on(self, name: str, on: str | list[str], players: tuple[str, ...]) -> str | list[str]:
        """Return the network or networks that a penalty acts on; of `discriminators`, those that are players."""
        if on == DISCRIMINATORS:
            every = [player for player in players if player.endswith("discriminator") and player in self.networks]
            on = every[0] if len(every) == 1 else every
        if not on:
            raise UserError(f"loss.penalties.{name}.on names no network")
        return on

    def settled(self, model: str) -> tuple[dict[str, dict], dict[str, dict]]:
        """Return networks and penalties as they were built, with every option stated, once the model is built.

        Raises UserError for parts that the config names and the model does not use.
        """
        for role in self.networks:
            if role not in self.requested:
                roles = ", ".join(sorted(self.requested & set(self.networks)))
                raise UserError(f"model '{model}' has no use for networks.{role}: its networks are {roles}")
        for kind in ("adversarial", "reconstruction"):
            if self._chosen(kind) is not None and kind not in self.requested:
                raise UserError(f"model '{model}' has no use for loss.{kind}={self._chosen(kind)}: leave it null")
        for player, name in self.adversarial_of.items():
            if name is not None and player not in self.adversaries:
                others = ", ".join(sorted(self.adversaries)) or "none"
                raise UserError(
                    f"model '{model}' has no use for loss.{player}={name}: no adversarial loss that can be chosen is "
                    f"this player's (players that have one: {others})"
                )
        self.augment.refuse_unused(model)
        return self.settled_networks, self.settled_penalties
