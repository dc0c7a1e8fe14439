"""Classes that are hardly learned: said once when a training starts, and by the check."""

import numpy as np

from ganae_cli.builders import from_config
from ganae_cli.datasets import balance
from ganae_cli.datasets.base import Data


def test_twenty_times_as_many_are_uneven_and_nineteen_are_not():
    assert balance.faults(np.repeat([0, 1], [19, 1]), ("cat", "dog")) == []
    assert balance.faults(np.repeat([0, 1], [1, 20]), ("cat", "dog")) == [
        "the classes are uneven: dog has 20 rows, cat 1, so the rare ones are hardly learned"
    ]


def test_classes_without_rows():
    assert balance.faults(np.array([2, 2]), ("a", "b", "c")) == ["2 classes have no rows: a, b"]
    assert balance.of_training(Data("own", *[np.zeros((2, 8, 8, 1), np.uint8)] * 2)) == []


def test_a_training_warns(compose, tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (100, 8, 8, 1)).astype(np.uint8)
    np.savez(tmp_path / "own.npz", images=images, labels=np.repeat([0, 1], [97, 3]))
    from_config.import_parts()
    data = from_config.build_data(compose("dataset=arrays", f"dataset.path={tmp_path / 'own.npz'}"))
    (line,) = [line for line in data.warnings if "uneven" in line]
    assert line == balance.faults(data.train_labels, ("0", "1"))[0]
