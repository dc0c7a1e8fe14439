"""Classes of a conditional model: from labels and names of the data, or from a checkpoint; what is refused."""

from pathlib import Path

import numpy as np
import pytest
from omegaconf import OmegaConf

from ganae_cli.builders.classes import classes_of_checkpoint, classes_of_data, condition_of
from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.storage.checkpoints import Checkpoint

ON, OFF = (OmegaConf.create({"model": {"condition": mode}}) for mode in ("concat", "none"))
ROWS = np.zeros((4, 2), np.float32)


def data(train, test=(0, 0, 0, 0), classes=()):
    labels = [None if one is None else np.array(one, np.int64) for one in (train, test)]
    return Data("points", ROWS, ROWS, *labels, classes=classes)


def test_names_are_those_of_the_data_else_numbers():
    assert classes_of_data(ON, data([0, 1, 1, 0], classes=("cat", "dog"))) == ("cat", "dog")
    assert classes_of_data(ON, data([0, 1, 1, 0], test=[0, 0, 2, 0])) == ("0", "1", "2")
    assert classes_of_data(OFF, data(None)) == ()
    assert condition_of(OmegaConf.create({"model": {}})) == "none"  # of a run before 0.3


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"train": None},
            "needs a label for each row, and dataset 'points' has none of its train rows: give labels, or",
        ),
        ({"train": None, "test": None}, "has none of its train and test rows"),
        ({"train": [0, 1, 2, 1], "classes": ("a", "b")}, "go from 0 to 2, but must go from 0 to 1, for 2 classes"),
        ({"train": [0, -1, 1, 1]}, "go from -1 to 1"),
        ({"train": [1, 1, 1, 1]}, "all training rows of dataset 'points' that are used have the label '1': set model."),
    ],
)
def test_what_has_no_classes_is_refused(given, message):
    with pytest.raises(UserError, match=r"^model.condition=concat") as caught:
        classes_of_data(ON, data(**given))
    assert message in str(caught.value)


def test_a_checkpoint_states_its_classes():
    def checkpoint(**facts):
        return Checkpoint(Path("x.weights.h5"), {"architecture": facts})

    assert classes_of_checkpoint(ON, checkpoint(classes=["cat", "dog"])) == ("cat", "dog")
    assert classes_of_checkpoint(OFF, checkpoint()) == ()
    for facts in ({}, {"classes": "cat"}, {"classes": [1, 2]}, {"classes": []}):
        with pytest.raises(UserError, match=r"^x.weights.h5 does not say the classes of its model"):
            classes_of_checkpoint(ON, checkpoint(**facts))
