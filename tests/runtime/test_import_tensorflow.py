"""Known chatter of the C++ side is dropped, everything else is shown."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from ganae_cli import load
from ganae_cli.runtime import import_tensorflow
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training

AT = "0000 00:00:1795184119.980806    6084"
CHATTER = [
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
    f"I{AT} cudart_stub.cc:31] Could not find cuda drivers on your machine, GPU will not be used.",
    f"I{AT} cpu_feature_guard.cc:227] This TensorFlow binary is optimized to use available CPU instructions",
    "To enable the following instructions: AVX2 AVX512F FMA, in other operations, rebuild TensorFlow",
    f"E{AT} cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error: UNKNOWN ERROR (303)",
    f"I{AT} device_compiler.h:208] Compiled cluster using XLA!  This line is logged at most once",
    f"E{AT} cuda_dnn.cc:8310] Unable to register cuDNN factory: Attempting to register factory",
    f"W{AT} computation_placer.cc:177] computation placer already registered.",
    "2026-01-31 12:00:00.123456: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.",
]
SHOWN = [
    f"E{AT} allocator.cc:52] out of memory",
    f"F{AT} check.cc:52] Check failed",
    "ImportError: libcudart.so.12: cannot open shared object file",
    "2026-01-31 12:00:00.123456: F tensorflow/core/platform/cpu_feature_guard.cc:153] compiled to use AVX",
    "",
]


def write(*lines):
    os.write(2, "".join(f"{line}\n" for line in lines).encode())


def test_chatter_is_dropped_and_other_lines_are_shown(capfd):
    with import_tensorflow.chatter_held_back():
        write(*CHATTER, *SHOWN)
        assert capfd.readouterr().err == ""
    assert capfd.readouterr().err.splitlines() == SHOWN


def test_a_failure_shows_everything(capfd):
    def fail():
        with import_tensorflow.chatter_held_back():
            write(CHATTER[0])
            raise ImportError

    with pytest.raises(ImportError):
        fail()
    assert capfd.readouterr().err.splitlines() == [CHATTER[0]]


def test_errors_come_through_afterwards(capfd):
    with import_tensorflow.chatter_held_back():
        pass
    write("later")
    assert capfd.readouterr().err == "later\n"


# The user's Keras ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_run_does_not_depend_on_the_users_keras_json_and_variables(compose, tmp_path):
    """channels_first would end in an abort within oneDNN, and a limit of one step in a run without an end."""
    theirs = {"image_data_format": "channels_first", "floatx": "float64", "epsilon": 0.5, "backend": "jax"}
    (tmp_path / "keras.json").write_text(json.dumps(theirs))
    words = ["model=gan", "train.steps=3", "train.batch_size=16", "train.examples=64", "hardware.threads=1"]
    words += ["hardware=cpu", "hardware.jit=false"]
    words += [f"network@networks.{role}=dcgan" for role in ("generator", "discriminator")]
    words += [f"networks.{role}.width=4" for role in ("generator", "discriminator")]
    command = [sys.executable, "-m", "ganae_cli", "train", *words, f"hydra.run.dir={tmp_path}/theirs"]
    limits = {"KERAS_HOME": str(tmp_path), "KERAS_MAX_STEPS_PER_EPOCH": "1", "KERAS_MAX_EPOCHS": "0"}
    done = subprocess.run(command, env=os.environ | limits, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert RunFolder(tmp_path / "theirs").status()["step"] == 3
    assert training.train(compose(*words), tmp_path / "plain")[0] == 0
    found, expected = (load(tmp_path / name).networks["generator"].get_weights() for name in ("theirs", "plain"))
    assert {value.dtype for value in found} == {np.dtype("float32")}
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)
