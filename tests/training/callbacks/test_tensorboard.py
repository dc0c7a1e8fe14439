"""TensorBoard's events: scalars by player, pictures in colour."""

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorflow import make_ndarray

from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training.callbacks.tensorboard import Events
from ganae_cli.training.writing import Writing


def test_a_row_and_a_picture_are_read_back(tmp_path):
    folder = RunFolder(tmp_path)
    events = Events(folder, Writing(False, print))
    events.scalars({"step": 7, "seconds": 1.5, "generator.fool": 0.25})
    events.picture(7, "samples", Image.fromarray(np.full((4, 6), 200, np.uint8)))
    found = EventAccumulator(str(folder.tensorboard)).Reload()
    assert sorted(found.Tags()["tensors"]) == ["generator/fool", "samples", "seconds"]
    (fool,) = found.Tensors("generator/fool")
    assert (fool.step, float(make_ndarray(fool.tensor_proto))) == (7, pytest.approx(0.25))
    width, height, *_ = make_ndarray(found.Tensors("samples")[0].tensor_proto)
    assert (int(width), int(height)) == (6, 4)
