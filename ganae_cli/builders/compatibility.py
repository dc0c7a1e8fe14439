"""Checks that a checkpoint is compatible with the run that would go on from it."""

import math

from omegaconf import DictConfig

from ganae_cli import registry
from ganae_cli.builders import size_limits
from ganae_cli.builders.classes import condition_of
from ganae_cli.builders.from_config import plain
from ganae_cli.config.completed import former
from ganae_cli.config.conf_tree import leaves
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.splits import OF_EVERY_DATASET
from ganae_cli.engine import Game, rehearsal
from ganae_cli.engine.condition import NONE
from ganae_cli.errors import UserError
from ganae_cli.storage.checkpoints import Checkpoint
from ganae_cli.storage.run_folder import RunFolder

FREE = ("weights", "sampler", "components")  # options of a model that may change: no saved number depends on them
VALIDATION = "validation_rows"
FREED = ("train.ema",)  # checkpoints of version 0.1.0 state it, and a run may change it: see `Averages`


def architecture(config: DictConfig, game: Game) -> dict:
    """Return the settings that determine the contents of a weights file; they must match on resume."""
    optimizer = plain(config.optimizer)
    shared = {key: value for key, value in optimizer.items() if not isinstance(value, dict)}
    given = plain(config.model)
    of_labels = {"classes": list(game.condition.classes)}
    if not game.condition.is_on:  # as in checkpoints of versions that had no condition
        given.pop("condition", None)
        of_labels = {}
    standardized = {"dataset": {"standardize": True}} if config.dataset.get("standardize") else {}
    adaptive = {"augmentation": game.augment.name} if game.augment.overfitting else {}  # whose p is saved
    return (
        standardized
        | of_labels
        | adaptive
        | {
            "model": {key: value for key, value in given.items() if key not in FREE},
            "networks": plain(config.networks),
            "shape": list(game.shape),
            "terms": ", ".join(game.terms),
            "optimizer": {player: _kind(shared | (optimizer.get(player) or {})) for player in game.optimizer_owners},
            "hardware": {"precision": config.hardware.precision},
        }
    )


def _kind(options: dict) -> dict:
    """Return what decides which numbers an optimizer keeps; rates, decays and clipping may change."""
    is_scheduled = options["schedule"] != "constant" or bool(options["warmup_steps"])
    has_momentum = bool(options.get("momentum"))
    return {"name": options["name"], "schedule": "scheduled" if is_scheduled else "constant", "momentum": has_momentum}


def refuse_changes(before: dict, now: dict) -> None:
    """Raise UserError, with every difference, if a checkpoint was made by another architecture."""
    old, new = ({key: value for key, value in leaves(one).items() if key not in FREED} for one in (before, now))
    changes = [
        f"{key}: {_then(key, old)} -> {new.get(key)}" for key in sorted(old | new) if _then(key, old) != new.get(key)
    ]
    if changes:
        what = "; ".join(changes)
        raise UserError(f"the checkpoint was made by another architecture: {what}; put that back, or start another run")


def _then(key: str, old: dict) -> object:
    """Return the value of a dotted key, or what ganae did before it had this setting."""
    return old.get(key, former(key))


def refuse_larger(config: DictConfig, shape: tuple[int, ...], checkpoint: Checkpoint) -> None:
    """Raise UserError for a game that is too large for a checkpoint: before it is built, as it might fill memory.

    The error names what was changed, if the checkpoint says what was there before. shape: of the data.
    """
    before = checkpoint.fact("architecture")
    sections = {"model": plain(config.model), "networks": plain(config.networks)}
    if math.prod(shape) > math.prod(before["shape"]):
        refuse_changes({"shape": before["shape"]}, {"shape": list(shape)})
    try:
        size_limits.check(sections, checkpoint)
    except UserError:
        old, new = (leaves({key: one[key] for key in sections}) for one in (before, sections))
        free = tuple(f"model.{option}" for option in FREE)
        both = [key for key in old if new.get(key) not in (None, "auto") and not key.startswith(free)]
        refuse_changes({key: old[key] for key in both}, {key: new[key] for key in both})
        raise


def other_data(folder: RunFolder, config: DictConfig, data: Data) -> str | None:
    """Return how the data differ from those that the run has been trained on; None for the same.

    Also None for a run of ganae 0.1, which recorded no fingerprint. The data may be found under another path. Labels
    count if the model is conditional.
    """
    before = next((known["data"] for known in reversed(folder.sessions()) if "data" in known), None)
    if before is None:
        return None
    now, path = described(data), config.dataset.get("path")
    before = {VALIDATION: 0, "columns": now.get("columns"), "labels": now.get("labels")} | before
    where = f"dataset.path={path}" if path else f"dataset '{data.name}'"
    what = f"{where} is not what the run was trained on"
    if (before["fingerprint"], before[VALIDATION]) == (data.source, now[VALIDATION]):
        is_other = before["labels"] != now.get("labels") and condition_of(config) != NONE
        return f"{what}: the same rows with other labels" if is_other else None
    told = [key for key in now if before[key] != now[key] and key not in ("fingerprint", "labels")]
    parts = [f"{key.replace('_', ' ')} {before[key]} then, {now[key]} now" for key in told]
    return f"{what}: {'; '.join(parts) or 'other numbers in the same shapes'}"


def wants_other_data(folder: RunFolder, config: DictConfig) -> bool:
    """Return True if the user asked for other data: by `train.other_data`, or by an option of the dataset.

    A path does not ask for it: the same data may have moved.
    """
    # defaults: of options that came after the config was saved
    defaults = OF_EVERY_DATASET | registry.options("dataset", config.dataset.name)
    places = {"path": None}
    now, before = ({**defaults, **plain(one.dataset), **places} for one in (config, folder.read_config()))
    return bool(config.train.get("other_data")) or now != before


def described(data: Data) -> dict:
    """Return what `environment.json` records of the data: fingerprints, numbers of rows, their shape, their columns."""
    validation = 0 if data.validation is None else len(data.validation)
    rows = {"training_rows": len(data.train), VALIDATION: validation, "test_rows": len(data.test)}
    columns = {"columns": list(data.columns)} if data.columns else {}
    labels = {"labels": data.labels_source} if data.labels_source else {}
    return {"fingerprint": data.source} | labels | rows | {"shape": list(data.shape)} | columns


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


def gave_up(before: dict, game: Game) -> list[str]:
    """Return the players that had an optimizer when a checkpoint was made and now share those of others.

    before: the checkpoint's architecture.
    """
    return [player for player in game.shares_optimizers if player in before["optimizer"]]


def without(players: list[str], before: dict) -> dict:
    """Return a checkpoint's architecture without the optimizers of these players."""
    return before | {"optimizer": {name: kind for name, kind in before["optimizer"].items() if name not in players}}


def other_optimizers(before: dict, game: Game) -> str | None:
    """Return what is different for players that gave up their optimizer, or None if none did."""
    players = gave_up(before, game)
    if not players:
        return None
    owners = ", ".join(dict.fromkeys(owner for player in players for owner in game.moved_with[player]))
    return (
        f"player {', '.join(players)} had an optimizer of its own before and moves its networks with those of {owners} "
        "now: results will not be those of an uninterrupted run"
    )


def of_parts(game: Game, replicas: int) -> str | None:
    """Return what several devices compute otherwise than one, from their parts of the batch, or None."""
    found = rehearsal.of_batch(game) if replicas > 1 else []
    if not found:
        return None
    what = f"each of the {replicas} devices computes from its own rows of a batch: {', '.join(found)}"
    return f"{what}; results are not those of one device"
