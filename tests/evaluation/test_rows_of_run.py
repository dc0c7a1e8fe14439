"""Rows that a tool looks at, and the classes that a decoder needs for them."""

from types import SimpleNamespace

import numpy as np
import pytest

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.standard import Standard
from ganae_cli.errors import UserError
from ganae_cli.evaluation import rows_of_run
from ganae_cli.evaluation.inputs import Read
from ganae_cli.evaluation.inputs_of_run import Named
from ganae_cli.evaluation.trained import Trained

IMAGES = np.arange(6, dtype=np.uint8).reshape(6, 1, 1, 1)
DATA = Data("rows", IMAGES[:3], IMAGES[3:], np.array([0, 1, 0]), np.array([1, 0, 1]), classes=("owl", "cat"))


def trained(data=DATA, classes=(), encodes=True):
    made = SimpleNamespace(data=data, classes=classes, game=SimpleNamespace(encodes=encodes))
    made.config = SimpleNamespace(model=SimpleNamespace(name="gan"))
    made.labels = lambda count, asked: Trained.labels(made, count, asked)
    return made


def test_the_missing_part_is_named():
    rows_of_run.need_encoder(trained(), "ganae encode")
    with pytest.raises(UserError, match=r"^ganae encode needs an encoder, and model 'gan' has none$"):
        rows_of_run.need_encoder(trained(encodes=False), "ganae encode")


def test_rows_of_a_split():
    found = rows_of_run.of_data(trained())
    assert (found.rows.ravel().tolist(), found.names, found.labels) == ([3, 4, 5], ["0", "1", "2"], [1, 0, 1])
    assert rows_of_run.of_data(trained(), "train").rows.ravel().tolist() == [0, 1, 2]
    with pytest.raises(UserError, match=r"^--split validation: .*\(splits: train, test\)$"):
        rows_of_run.of_data(trained(), "validation")


def test_points_are_in_the_units_of_the_data():
    points = np.array([[10.0], [30.0]], np.float32)
    data = Data("points", points, points).standardized(Standard.of(points))
    assert np.asarray(data.test).tolist() == [[-1], [1]]
    assert rows_of_run.of_data(trained(data)).rows.tolist() == [[10], [30]]


def test_labels_for_a_decoder():
    """Those that the user asks for, in turn; else those of the rows; none for a model that takes none."""
    read = Read(IMAGES[:3], [], ["cat", "owl", "cat"])
    assert rows_of_run.labels_to_decode(trained(), read, None) is None
    conditional = trained(classes=("owl", "cat"))
    assert rows_of_run.labels_to_decode(conditional, read, None).tolist() == [1, 0, 1]
    assert rows_of_run.labels_to_decode(conditional, read, ["owl"]).tolist() == [0, 0, 0]
    assert rows_of_run.labels_to_decode(conditional, read._replace(labels=[0, 1, 1]), None).tolist() == [0, 1, 1]
    with pytest.raises(UserError, match="the decoder of this model needs the class of each row"):
        rows_of_run.labels_to_decode(conditional, read._replace(labels=None), None)
    with pytest.raises(UserError, match="there is no class 'cow'"):
        rows_of_run.labels_to_decode(conditional, read._replace(labels=["cow"] * 3), None)


def test_numbers_of_labels():
    assert rows_of_run.numbered(None, ("owl",)) is None
    labels, classes = rows_of_run.numbered([1, 0], ("owl", "cat"))
    assert (labels.dtype, labels.tolist(), classes) == (np.int64, [1, 0], ("owl", "cat"))
    labels, classes = rows_of_run.numbered(["cow", "ant"], ("owl", "cat"))  # folders of other names
    assert (labels.tolist(), classes) == ([1, 0], ("ant", "cow"))


def test_named_rows():
    picture = Read(IMAGES[:1], ["x.png"])
    rows, labels = rows_of_run.rows_named(trained(), [Named("1", None, 1), Named("x.png", picture)], "--between")
    assert (rows.ravel().tolist(), labels) == ([4, 0], None)  # nothing says the class of the picture
    assert rows_of_run.rows_named(trained(), [Named("1", None, 1), Named("0", None, 0)], "--between")[1] == [0, 1]
    with pytest.raises(UserError, match=r"^--from 3: there are 3 held-out rows, numbered from 0 to 2$"):
        rows_of_run.rows_named(trained(), [Named("3", None, 3)], "--from")


def test_codes_in_chunks(monkeypatch):
    monkeypatch.setattr(rows_of_run, "CHUNK", 2)
    model, sizes = trained(), []
    model.encode = lambda rows: sizes.append(len(rows)) or rows.reshape(len(rows), 1) / 2
    assert rows_of_run.encoded(model, IMAGES[:5]).ravel().tolist() == [0, 0.5, 1, 1.5, 2]
    assert sizes == [2, 2, 1]
