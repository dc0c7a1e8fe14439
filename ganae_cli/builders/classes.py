"""The classes of a conditional model: those of the labels of its data, and later those that its checkpoint states."""

import numpy as np
from omegaconf import DictConfig

from ganae_cli.datasets.base import Data
from ganae_cli.engine.condition import NONE
from ganae_cli.errors import UserError
from ganae_cli.storage.checkpoints import Checkpoint


def condition_of(config: DictConfig) -> str:
    """Return `model.condition`, which configs of older versions do not state."""
    return str(config.model.get("condition", NONE))


def classes_of_data(config: DictConfig, data: Data) -> tuple[str, ...]:
    """Return the names of the classes that the model is conditional on; () for one that is not.

    Raises UserError for data without labels of their training and held-out rows, and for one class.
    """
    if condition_of(config) == NONE:
        return ()
    asked = f"model.condition={condition_of(config)}"
    unlabelled = [split for split, _, labels in data.splits() if labels is None]
    if unlabelled:
        raise UserError(
            f"{asked} needs a label for each row, and dataset '{data.name}' has none of its {' and '.join(unlabelled)} "
            "rows: give labels, or set model.condition=none"
        )
    found = [labels for _, _, labels in data.splits() if labels is not None]
    labels = np.concatenate(found)
    names = data.classes or tuple(str(number) for number in range(int(labels.max()) + 1))
    if labels.min() < 0 or labels.max() >= len(names):
        raise UserError(
            f"{asked}: labels of dataset '{data.name}' go from {labels.min()} to {labels.max()}, but must go from 0 to "
            f"{len(names) - 1}, for {len(names)} classes"
        )
    if len(np.unique(found[0])) < 2:  # of the training rows
        raise UserError(
            f"{asked} needs two classes or more, and all training rows of dataset '{data.name}' that are used have the "
            f"label '{names[int(labels[0])]}': set model.condition=none"
        )
    return names


def classes_of_checkpoint(config: DictConfig, checkpoint: Checkpoint) -> tuple[str, ...]:
    """Return the names of the classes that a checkpoint states; () for a model that is not conditional."""
    if condition_of(config) == NONE:
        return ()
    stated = checkpoint.fact("architecture").get("classes")
    if not isinstance(stated, list) or not stated or not all(isinstance(name, str) for name in stated):
        raise UserError(f"{checkpoint.weights} does not say the classes of its model: it is of one without a condition")
    return tuple(stated)
