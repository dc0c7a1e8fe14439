"""Weights in HDF5 from a stranger: what reads other files, grows or turns in a circle never reaches Keras."""

import os

import h5py
import numpy as np
import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage import weights_file
from ganae_cli.storage.weights_file import Sizes


@pytest.fixture
def path(tmp_path):
    (tmp_path / "secret.bin").write_bytes(b"secret" * 100)
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["secret"] = np.zeros(8, np.float32)
    return tmp_path / "w.weights.h5"


def external_link(file, folder):
    file["layers/vars/0"] = h5py.ExternalLink(str(folder / "other.h5"), "/secret")


def soft_link(file, folder):
    file["a"] = np.zeros(3)
    file["b"] = h5py.SoftLink("/a")


def external_storage(file, folder):
    file.create_dataset("a", (6,), "f4", external=[(str(folder / "secret.bin"), 0, 24)])


def virtual(file, folder):
    layout = h5py.VirtualLayout((8,), "f4")
    layout[:] = h5py.VirtualSource(str(folder / "other.h5"), "secret", shape=(8,))
    file.create_virtual_dataset("a", layout)


def huge(file, folder):
    file.create_dataset("a", (10**10,), "f4")  # 40 GB, none of them written


def huge_in_pieces(file, folder):
    file.create_dataset("a", (10**6, 10**6), "f4", chunks=(64, 64))


def compressed(file, folder):
    file.create_dataset("a", data=np.zeros(10**6, "f4"), compression="gzip")


def circle(file, folder):
    inner = file.create_group("a/b")
    inner["c"] = file["a"]


def root_again(file, folder):
    file.create_group("a")["b"] = file["/"]


def twice(file, folder):
    file["a"] = np.zeros(10**4, "f4")
    for number in range(100):
        file[f"b{number}"] = file["a"]


def deep(file, folder):
    group = file
    for _ in range(100):
        group = group.create_group("a")


def text(file, folder):
    file["a"] = "text"


def reference(file, folder):
    file["b"] = np.zeros(3)
    file.create_dataset("a", data=np.array([file["b"].ref], h5py.ref_dtype), dtype=h5py.ref_dtype)


def compound(file, folder):
    file["a"] = np.zeros(3, [("x", "f4"), ("y", "i4")])


def no_space(file, folder):
    file["a"] = h5py.Empty("f4")


def named_type(file, folder):
    file["a"] = np.dtype("f8")


ATTACKS = {
    external_link: r"/layers/vars/0 is a link to .*other\.h5/secret",
    soft_link: "/b is a link to /a",
    external_storage: "/a takes its numbers from another file, .*secret.bin",
    virtual: "/a is virtual, compressed or in pieces",
    huge: "/a declares 40,000,000,000 bytes and holds 0",
    huge_in_pieces: "/a is virtual, compressed or in pieces",
    compressed: "/a is virtual, compressed or in pieces",
    circle: "is there twice",
    root_again: "is there twice",
    twice: "is there twice",
    deep: "too deep",
    text: "/a holds object, no numbers",
    reference: "/a holds object, no numbers",
    compound: r"/a holds \[.*, no numbers",
    no_space: "no numbers",
    named_type: "/a is a datatype",
}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_what_is_more_than_arrays_in_groups_is_refused(path, attack):
    with h5py.File(path, "w") as file:
        attack(file, path.parent)
    with pytest.raises(UserError, match=rf"w\.weights\.h5 is refused: .*{ATTACKS[attack]}") as error:
        weights_file.check(path)
    assert "\n" not in str(error.value)


def test_plain_arrays_are_counted(path):
    with h5py.File(path, "w") as file:
        file["layers/a/vars/0"] = np.zeros((3, 4), np.float32)
        file["layers/a/vars/1"] = np.zeros((), np.int64)
        file["vars/half"] = np.zeros(3, "V2")  # as Keras writes bfloat16
        file["vars/none"] = np.zeros((0, 4), np.float32)
        file.create_group("empty")
    assert weights_file.check(path) == Sizes(4, 48 + 8 + 6)


@pytest.mark.parametrize("content", [b"", b"text", b"\x89HDF\r\n\x1a\n", b"\x89HDF\r\n\x1a\n" + os.urandom(999)])
def test_what_is_no_hdf5_is_one_line(path, content):
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"cannot read .*w\.weights\.h5") as error:
        weights_file.check(path)
    assert "\n" not in str(error.value)
