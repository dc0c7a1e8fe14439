"""Begin a run with the networks of another one, with their averaged weights and options: config `train.init_from`."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
from omegaconf import DictConfig

from ganae_cli import registry
from ganae_cli.builders.from_config import open_game, plain, with_values
from ganae_cli.config import chosen
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.sounds.sound import Sound
from ganae_cli.engine import Game
from ganae_cli.engine.condition import NONE
from ganae_cli.errors import UserError
from ganae_cli.storage.find_run import find_run
from ganae_cli.storage.run_folder import RunFolder

DECODERS = ("decoder", "generator")  # beside an encoder these are one role: latent codes -> data


@dataclass(frozen=True)
class Inheritance:
    """Averaged weights by role, for a game or for the game within it.

    run: where they are from; z_dim, condition (`model.condition`), number of classes and sound (`Data.sound`): of that
    run.
    """

    run: Path
    z_dim: int
    weights: dict[str, list[np.ndarray]]
    condition: str = NONE
    classes: int = 0
    sound: Sound | None = None

    def warnings(self, data: Data) -> tuple[str, ...]:
        """Return a warning of images of sound that are of another scale than those that the other run has learned."""
        if self.sound is None or data.sound is None or self.sound == data.sound:
            return ()
        pairs = zip(Sound._fields, self.sound, data.sound, strict=True)
        changes = ", ".join(f"{key} {there:g} there and {here:g} here" for key, there, here in pairs if there != here)
        return (f"train.init_from: images of {self.run} are of another scale: {changes}",)

    def hand_over(self, game: Game) -> None:
        """Set the weights. Raises UserError for weights of another shape."""
        heir = game.inner or game
        for role, values in self.weights.items():
            network = heir.network(role)
            found, wanted = [value.shape for value in values], [tuple(v.shape) for v in network.weights]
            if found != wanted:
                there, here = next(((a, b) for a, b in zip(found, wanted, strict=False) if a != b), (found, wanted))
                pairs = {"z_dim": (self.z_dim, heir.z_dim), "condition": (self.condition, heir.condition.mode)}
                why = "".join(f"; model.{key} is {a} there and {b} here" for key, (a, b) in pairs.items() if a != b)
                classes = len(heir.condition.classes)
                if self.classes and classes and self.classes != classes:
                    why += f"; it has {self.classes} classes there and {classes} here"
                raise UserError(
                    f"train.init_from: {role} of {self.run} has weights of another shape: {there}, wanted {here}{why}"
                )
            network.set_weights(values)


class Inherited(NamedTuple):
    """The config of a new run, settled by what it inherits, and the inheritance, or None."""

    config: DictConfig
    inheritance: Inheritance | None


def inherit(config: DictConfig, plugins: Iterable[str] = ()) -> Inherited:
    """Open the run that `train.init_from` names, if any. The config then takes over that run's options of each network.

    It also takes over z_dim where it is null. Raises UserError for a run that is not there or has nothing for this
    model, and for a model that needs one.
    """
    pretrained = cast(type[Game], registry.find("model", config.model.name)).pretrained
    if not config.train.init_from:
        if pretrained:
            raise UserError(f"model '{chosen.name(config, 'model')}' needs a trained {pretrained}: train.init_from=RUN")
        return Inherited(config, None)
    try:
        path = find_run(config.train.init_from)
        game, other, checkpoint = open_game(RunFolder(path), plugins)
    except UserError as error:
        raise UserError(f"train.init_from: {error}") from error
    theirs_is, own_is = (bool(one.dataset.get("standardize")) for one in (other, config))
    if theirs_is != own_is:
        said = str(theirs_is).lower()
        raise UserError(f"train.init_from: {path} was trained with dataset.standardize={said}: set the same here")
    settled: dict[str, Any] = {"train.init_from": str(path)}  # "latest" will be another run when this one is resumed
    if pretrained:
        donor, own = _whole_game(game, other)
        pairs = {role: role for role in donor.roles} if donor.encodes else {}
        settled[f"model.{pretrained}"] = own
    else:
        donor, networks = game, plain(other.networks)
        pairs = matches(list(config.networks), list(game.roles))
        settled |= {f"networks.{role}": networks[theirs] for role, theirs in pairs.items()}
    if not pairs:
        lacks = "no encoder" if pretrained else f"none of {', '.join(config.networks)}, only {', '.join(game.roles)}"
        raise UserError(f"train.init_from: {path} (model '{chosen.name(other, 'model')}') has {lacks}")
    settled["model.z_dim"] = config.model.z_dim or donor.z_dim
    weights = {role: donor.network(theirs).get_weights() for role, theirs in pairs.items()}
    condition = donor.condition
    sound = Sound.read(checkpoint.about)
    inheritance = Inheritance(path, donor.z_dim, weights, condition.mode, len(condition.classes), sound)
    return Inherited(with_values(config, settled), inheritance)


def _whole_game(game: Game, config: DictConfig) -> tuple[Game, dict]:
    """Return the game that encodes, which may be the one within the game of a run, and its sections of the config."""
    sections = {key: plain(config[key]) for key in ("model", "networks", "loss")}
    return (game.inner, sections["model"][game.pretrained]) if game.inner else (game, sections)


def matches(own: list[str], others: list[str]) -> dict[str, str]:
    """Return, for each role, the other run's role that it begins as.

    That is the same role, or generator for decoder and decoder for generator where both runs have an encoder.

    >>> matches(["encoder", "generator", "discriminator"], ["encoder", "decoder"])
    {'encoder': 'encoder', 'generator': 'decoder'}
    """
    pairs = {role: role for role in own if role in others}
    if "encoder" in own and "encoder" in others:
        for role, twin in (DECODERS, DECODERS[::-1]):
            if role in own and role not in others and twin in others and twin not in own:
                pairs[role] = twin
    return pairs
