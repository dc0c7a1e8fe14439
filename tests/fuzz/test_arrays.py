"""Arrays of a run folder or of a dataset, changed at random: sampler.npz, .npy, .npz, weights in HDF5."""

import io
import json
import os
import random
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganae_cli.datasets.arrays import arrays
from ganae_cli.storage.sampler_file import SamplerFile
from tests.fuzz.inputs import FEW, MANY, changed, fuzzed, only_user_errors


def npy(array):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array))
    return file.getvalue()


def npz(compressed=False, **arrays_):
    file = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(file, **arrays_)
    return file.getvalue()


IMAGES = np.random.default_rng(0).integers(0, 256, (12, 8, 8), dtype=np.uint8)
POINTS = np.random.default_rng(0).normal(size=(12, 2)).astype(np.float32)
SAMPLER = {"about_sampler": "gmm", "about_count": 5, "about_step": 1, "about_sha256": "ab", "means": np.zeros((2, 3))}
HEADS = st.builds(
    "{{'descr': {}, 'fortran_order': {}, 'shape': {}}}\n".format,
    st.sampled_from(
        ["'<f4'", "'|u1'", "'|O'", "'<U3'", "'<M8[s]'", "[('a', '<f4')]", "'<f2'", "'<c8'", "'V0'", "None", "3"]
    ),
    st.sampled_from(["False", "True", "None", "1"]),
    st.lists(st.integers(-2, 2**64), max_size=4).map(lambda sides: f"({''.join(f'{side},' for side in sides)})")
    | st.sampled_from(["(12, 2)", "(6,)", "()", "(12, 8, 8)", "[12, 2]", "(1.5,)", "(True, 3)", "None"]),
)


def headed(head):
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head.encode() + POINTS.tobytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder in a folder of its own, so that a file that a name like ../x.npy left behind would be found."""
    inner = tmp_path_factory.mktemp("arrays") / "inner"
    inner.mkdir()
    return inner


def zipped(inner, name, method):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr(name, inner)
    return file.getvalue()


@fuzzed()
@given(content=changed(npz(**SAMPLER)) | st.builds(zipped, HEADS.map(headed), st.just("means.npy"), st.just(0)))
def test_sampler(folder, content):
    (folder / "sampler.npz").write_bytes(content)
    found = only_user_errors(SamplerFile(folder / "sampler.npz").read)
    if found:
        assert isinstance(found[0]["count"], int)
        assert all(isinstance(array, np.ndarray) and not array.dtype.hasobject for array in found[1].values())


@fuzzed()
@given(content=changed(npy(IMAGES)) | changed(npy(POINTS)) | HEADS.map(headed))
def test_npy(folder, content):
    (folder / "x.npy").write_bytes(content)
    data = only_user_errors(lambda: arrays(str(folder / "x.npy")))
    assert data is None or len(data.train) > 0


NAMES = st.sampled_from(["x.npy", "data.npy", "y.npy", "../x.npy", "/x.npy", "x", "images.npy"])
METHODS = st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])


@fuzzed()
@given(
    content=changed(npz(x=IMAGES, y=np.arange(12)))
    | changed(npz(compressed=True, x_train=POINTS, x_test=POINTS, y_train=np.arange(12) % 2))
    | st.builds(zipped, changed(npy(POINTS)) | HEADS.map(headed), NAMES, METHODS)
)
def test_npz(folder, content):
    (folder / "x.npz").write_bytes(content)
    data = only_user_errors(lambda: arrays(str(folder / "x.npz")))
    assert data is None or len(data.train) > 0
    assert sorted(path.name for path in folder.parent.rglob("x*")) == sorted(
        name for name in ("x.npy", "x.npz") if (folder / name).exists()
    )


CHILD = """
import json, sys
from pathlib import Path
import h5py
import tests.fuzz.test_arrays as fuzz
from ganae_cli.storage import weights_file
from tests.fuzz.inputs import only_user_errors
folder, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
whole, passed = (folder / "w.weights.h5").read_bytes(), 0
for number in range(first, first + count):
    path = folder / f"child-{first}.h5"
    path.write_bytes(fuzz.damaged(whole, number))
    print(number, flush=True)
    if only_user_errors(lambda: weights_file.check(path)):
        passed += 1
        try:
            with h5py.File(path) as file:
                file.visititems(lambda name, one: one[()] if isinstance(one, h5py.Dataset) else None)
        except weights_file.FAULTS:  # which Game.read_weights turns into a UserError
            pass
print(json.dumps(passed))
"""


def damaged(whole, seed):
    """Return a weights file with some bits flipped or bytes replaced, in the first part, where structure is dense."""
    draw, made = random.Random(seed), bytearray(whole)
    for _ in range(draw.choice((1, 1, 2, 5, 20))):
        at = draw.randrange(len(made)) if draw.random() < 0.5 else draw.randrange(min(len(made), 4096))
        made[at] = draw.choice((made[at] ^ (1 << draw.randrange(8)), 0, 255, draw.randrange(256)))
    return bytes(made[: draw.randrange(len(made))] if draw.random() < 0.05 else made)


def test_weights(folder):
    """In a process of its own: HDF5 is a library in C, and must not end ours."""
    import h5py

    with h5py.File(folder / "w.weights.h5", "w") as file:
        for layer in range(3):
            group = file.create_group(f"layers/dense_{layer}/vars")
            group["0"], group["1"] = np.ones((4, 3), np.float32), np.zeros(3, np.float32)
        file["vars/step"] = np.int64(3)
    count = MANY or FEW
    words = [sys.executable, "-c", CHILD, str(folder), "0", str(count)]
    ended = subprocess.run(
        words, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
    assert ended.returncode == 0, f"after {ended.stdout[-20:]}: {ended.stderr[-3000:]}"
    assert json.loads(ended.stdout.splitlines()[-1]) > 0, "nothing passed: the files are too damaged to test anything"
