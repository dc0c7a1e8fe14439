"""Known chatter of the C++ side is dropped, everything else is shown."""

import os

import pytest

from ganae_cli.runtime import import_tensorflow

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
