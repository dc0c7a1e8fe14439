"""Tensors are read with their strides and offsets; whatever else a file holds is refused, and none of it runs."""

import pickle

import numpy as np
import pytest

from ganae_cli.errors import UserError
from ganae_cli.features.torch_file import tensors
from tests.features import torch_files as made

TEN = {"a": np.arange(10, dtype="<f4")}
FLOATS = made.storage("a", "FloatStorage", 10)


def test_tensors_come_back_as_they_were():
    given = {
        "kernel": np.random.default_rng(0).normal(size=(4, 3, 2, 2)).astype("<f4"),
        "count": np.array(7, "<i8"),
        "half": np.array([0.5, -2], "<f2"),
        "double": np.array([[1e-300]], "<f8"),
    }
    found = tensors(made.of(given))
    assert list(found) == list(given)
    for name, array in given.items():
        assert (found[name].dtype, found[name].shape) == (array.dtype, array.shape)
        assert (found[name] == array).all()


def test_strides_and_offsets_are_honoured():
    """Two views of ten numbers: the transpose of a part, and every third one from the second on."""
    views = {"t": made.tensor(FLOATS, 2, (2, 3), (1, 2)), "third": made.tensor(FLOATS, 1, (3,), (3,))}
    found = tensors(made.file(views, TEN))
    assert found["t"].tolist() == [[2, 4, 6], [3, 5, 7]]
    assert found["third"].tolist() == [1, 4, 7]


@pytest.mark.parametrize(
    ("offset", "size", "stride"),
    [
        (8, (3,), (1,)),  # ends behind the numbers
        (0, (2, 2), (9, 1)),
        (0, (11,), (0,)),  # one number, eleven times: of any size, from a small file
        (0, (2, 10**9, 10**9), (0, 0, 0)),
        (-1, (2,), (1,)),
        (0, (2,), (-1,)),
        (0, (-2,), (1,)),
        (0, (0,), (1,)),
        (0, (2, 2), (1,)),
    ],
)
def test_a_tensor_that_does_not_fit_is_refused(offset, size, stride):
    with pytest.raises(UserError, match=r"does not fit|is no count|unknown kind"):
        tensors(made.file({"a": made.tensor(FLOATS, offset, size, stride)}, TEN))


class Touches:
    """Pickled, a call that makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_no_code_runs(tmp_path, protocol):
    path = tmp_path / "made"
    bomb = pickle.dumps({"a": Touches(path)}, protocol)
    whole = made.file({"a": made.tensor(FLOATS, 0, (2,), (1,))}, TEN)
    third = pickle.dumps(1001, protocol=2)
    for data in (bomb, whole.replace(third, bomb)):
        with pytest.raises(UserError, match=r"before 1\.6: it (asks for|has the instruction)"):
            tensors(data)
    assert not path.exists()
    pickle.loads(bomb)  # noqa: S301 - the file is what it claims to be: unpickled, it acts
    assert path.exists()


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (b"cbuiltins\neval\n", "it asks for builtins.eval"),
        (b"ctorch\nload\n", "it asks for torch.load"),
        (b"ctorch._utils\n_rebuild_tensor\n", "it asks for torch._utils._rebuild_tensor"),
        (made.text("no tensor"), "its dictionary has more than tensors"),
        (made.storage("a", "FloatStorage", 10), "its dictionary has more than tensors"),
        (made.tensor(made.number(3), 0, (1,), (1,)), "a tensor of an unknown kind"),
        (b"Nr\x00\x00\x00\xf0", "it has an object numbered 4,026,531,840"),  # would take 60 GB
        (b"(" + b"N" * 30_000 + b"t", "it has more than 30,000 instructions"),
        (b"\x8c\x01a", "it has the instruction SHORT_BINUNICODE"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_tensor_is_refused(entry, message):
    with pytest.raises(UserError, match=message):
        tensors(made.file({"a": entry}, TEN))


def test_damage_is_refused_wherever_it_is():
    """A file cut anywhere, or with other numbers of numbers, is refused in one line."""
    whole = made.of({"a": np.arange(6, dtype="<f4"), "b": np.arange(3, dtype="<i8")})
    assert len(tensors(whole)) == 2
    for end in range(0, len(whole), 7):
        with pytest.raises(UserError) as caught:
            tensors(whole[:end])
        assert "\n" not in str(caught.value)
    view = {"a": made.tensor(FLOATS, 0, (2,), (1,))}
    for storages in ({"a": TEN["a"][:9]}, {"b": TEN["a"]}, TEN | {"b": TEN["a"]}):
        with pytest.raises(UserError, match="no file of tensors"):
            tensors(made.file(view, storages))
    for data in (b"PK\x03\x04" + bytes(100), made.file({}, {}, magic=1), b""):
        with pytest.raises(UserError, match="no file of tensors"):
            tensors(data)
