"""Checks that a checkpoint is compatible with the run that would go on from it."""

from omegaconf import DictConfig

from ganae_cli.builders.from_config import plain
from ganae_cli.config.conf_tree import leaves
from ganae_cli.engine import Game
from ganae_cli.errors import UserError
from ganae_cli.storage.run_folder import RunFolder

FREE = ("weights", "sampler")  # options of a model that may change: no saved number depends on them


def architecture(config: DictConfig, game: Game) -> dict:
    """Return the settings that determine the contents of a weights file; they must match on resume."""
    optimizer = plain(config.optimizer)
    shared = {key: value for key, value in optimizer.items() if not isinstance(value, dict)}
    standardized = {"dataset": {"standardize": True}} if config.dataset.get("standardize") else {}
    return standardized | {
        "model": {key: value for key, value in plain(config.model).items() if key not in FREE},
        "networks": plain(config.networks),
        "shape": list(game.shape),
        "terms": ", ".join(game.terms),
        "optimizer": {player: _kind(shared | (optimizer.get(player) or {})) for player in game.players},
        "hardware": {"precision": config.hardware.precision},
        "train": {"ema": "kept" if config.train.ema else "none"},
    }


def _kind(options: dict) -> dict:
    """Return what decides which numbers an optimizer keeps; rates, decays and clipping may change."""
    is_scheduled = options["schedule"] != "constant" or bool(options["warmup_steps"])
    has_momentum = bool(options.get("momentum"))
    return {"name": options["name"], "schedule": "scheduled" if is_scheduled else "constant", "momentum": has_momentum}


def refuse_changes(before: dict, now: dict) -> None:
    """Raise UserError, with every difference, if a checkpoint was made by another architecture."""
    old, new = leaves(before), leaves(now)
    changes = [f"{key}: {old.get(key)} -> {new.get(key)}" for key in sorted(old | new) if old.get(key) != new.get(key)]
    if changes:
        raise UserError("the checkpoint was made by another architecture: " + "; ".join(changes))


def other_arithmetic(folder: RunFolder, now: dict[str, int]) -> str | None:
    """Return why a resumed run will not repeat bit for bit, or None if it will. now: what that depends on."""
    before = (folder.sessions() or [{}])[-1]
    changes = [
        f"{before[key]} {key.replace('_', ' ')} before, {value} now"
        for key, value in now.items()
        if before.get(key, value) != value
    ]
    return (
        f"{'; '.join(changes)}: results will not be those of an uninterrupted run to the last bit" if changes else None
    )
