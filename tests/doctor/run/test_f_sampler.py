"""Of which weights the sampler is."""

import numpy as np

from ganae_cli.doctor.run import f_sampler
from ganae_cli.storage import npz_file


def test_of_which_weights(folder, seen):
    assert seen(f_sampler.check)[0][1].startswith("none kept")
    (checkpoint,) = folder.checkpoints.list()
    folder.sampler.write("gaussian", 9, checkpoint, {"mean": np.zeros(2)})
    assert seen(f_sampler.check) == [("ok", "'gaussian', of the weights of step 4")]
    checkpoint.about["sha256"] = "0" * 64
    folder.sampler.write("gaussian", 9, checkpoint, {"mean": np.zeros(2)})
    assert seen(f_sampler.check) == [("warning", "'gaussian' is of weights that are not here any more")]
    folder.sampler.path.write_bytes(b"PK")
    assert seen(f_sampler.check) == [("warning", f"cannot read {folder.sampler.path}: File is not a zip file")]


def test_the_arrays_are_not_read(folder, seen, monkeypatch):
    """Of kernel densities they have gigabytes."""
    (checkpoint,) = folder.checkpoints.list()
    folder.sampler.write("kde", 9, checkpoint, {"codes": np.zeros(2**19)})
    assert seen(f_sampler.check) == [("ok", "'kde', of the weights of step 4")]
    read, one = [], npz_file._read_array
    monkeypatch.setattr(npz_file, "_read_array", lambda *given: read.append(given[1].filename) or one(*given))
    assert [found.level for found in f_sampler.check(folder)] == ["ok"]
    assert len(read) == 4
    assert "codes.npy" not in read
