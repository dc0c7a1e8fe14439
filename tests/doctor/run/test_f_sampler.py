"""Of which weights the sampler is."""

import numpy as np

from ganae_cli.doctor.run import f_sampler


def test_of_which_weights(folder, seen):
    assert seen(f_sampler.check)[0][1].startswith("none kept")
    (checkpoint,) = folder.checkpoints.list()
    folder.sampler.write("gaussian", 9, checkpoint, {"mean": np.zeros(2)})
    assert seen(f_sampler.check) == [("ok", "'gaussian', of the weights of step 4")]
    checkpoint.about["sha256"] = "0" * 64
    folder.sampler.write("gaussian", 9, checkpoint, {"mean": np.zeros(2)})
    assert seen(f_sampler.check) == [("warning", "'gaussian' is of weights that are not here any more")]
    folder.sampler.path.write_bytes(b"PK")
    assert seen(f_sampler.check) == [("warning", "sampler.npz cannot be read")]
