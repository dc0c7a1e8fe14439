"""What a new run takes from another one: networks, with averaged weights and options. Config `train.init_from`."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from omegaconf import DictConfig, OmegaConf

from ganae_cli import registry
from ganae_cli.builders import from_config
from ganae_cli.engine.game import Game
from ganae_cli.errors import UserError
from ganae_cli.storage.find_run import find_run
from ganae_cli.storage.run_folder import RunFolder

MAKERS = ("decoder", "generator")  # beside an encoder these are one role: what turns codes into data


@dataclass(frozen=True)
class Inheritance:
    """role -> weights, for a game to be or for the game within it; z_dim: of the run that they are from."""

    run: Path
    z_dim: int
    weights: dict[str, list[np.ndarray]]

    def hand_over(self, game: Game) -> None:
        """Raises UserError for weights of another shape."""
        heir = getattr(game, game.frozen) if game.frozen else game
        for role, values in self.weights.items():
            network = getattr(heir, role)
            found, wanted = [value.shape for value in values], [tuple(v.shape) for v in network.weights]
            if found != wanted:
                there, here = next(((a, b) for a, b in zip(found, wanted, strict=False) if a != b), (found, wanted))
                sizes = f"; model.z_dim is {self.z_dim} there and {heir.z_dim} here" if self.z_dim != heir.z_dim else ""
                raise UserError(
                    f"train.init_from: {role} of {self.run} has weights of another shape: {there}, wanted {here}{sizes}"
                )
            network.set_weights(values)


def find(config: DictConfig, plugins=()) -> Inheritance | None:
    """What a new run inherits: its config takes over what the other one's says of it, and z_dim where it is null.

    Raises UserError for a run that is not there or has nothing for this one, and for a model that needs one.
    """
    frozen = registry.find("model", config.model.name).frozen
    if not config.train.init_from:
        if frozen:
            raise UserError(f"model '{config.model.name}' needs a trained {frozen}: train.init_from=RUN")
        return None
    try:
        path = find_run(config.train.init_from)
        game, other, _ = from_config.open_game(RunFolder(path), plugins)
    except UserError as error:
        raise UserError(f"train.init_from: {error}") from error
    config.train.init_from = str(path)  # "latest" will be another run when this one is resumed
    sections = {key: from_config.plain(other[key]) for key in ("model", "networks", "loss")}
    if frozen and game.frozen:
        game, sections = getattr(game, game.frozen), sections["model"][game.frozen]
    pairs = {role: role for role in game.roles} if frozen else matches(list(config.networks), list(game.roles))
    if not pairs or (frozen and not game.encodes):
        lacks = "no encoder" if frozen else f"none of {', '.join(config.networks)}, only {', '.join(game.roles)}"
        raise UserError(f"train.init_from: {path} (model '{other.model.name}') has {lacks}")
    config.model.z_dim = config.model.z_dim or game.z_dim
    if frozen:
        OmegaConf.update(config, f"model.{frozen}", sections, merge=False, force_add=True)
    for role, theirs in [] if frozen else pairs.items():
        OmegaConf.update(config, f"networks.{role}", sections["networks"][theirs], merge=False, force_add=True)
    return Inheritance(path, game.z_dim, {role: getattr(game, theirs).get_weights() for role, theirs in pairs.items()})


def matches(own: list[str], others: list[str]) -> dict[str, str]:
    """Role -> the other run's role that it begins as: the same, or generator and decoder where both have an encoder."""
    pairs = {role: role for role in own if role in others}
    if "encoder" in own and "encoder" in others:
        for role, twin in (MAKERS, MAKERS[::-1]):
            if role in own and role not in others and twin in others and twin not in own:
                pairs[role] = twin
    return pairs
