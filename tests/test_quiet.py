"""Known chatter of the C++ side is dropped, everything else is shown."""

import os

import pytest

from ganae_cli import quiet

CHATTER = [
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
    "I0000 00:00:1795184119.980806    6084 cudart_stub.cc:31] Could not find cuda drivers on your machine, GPU will not be used.",
    "I0000 00:00:1795184120.122567    6084 cpu_feature_guard.cc:227] This TensorFlow binary is optimized to use available CPU",
    "To enable the following instructions: AVX2 AVX512F FMA, in other operations, rebuild TensorFlow with the appropriate flags.",
    "E0000 00:00:1795184127.784543    6084 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error: UNKNOWN ERROR (303)",
    "I0000 00:00:1795184127.959606    6084 device_compiler.h:208] Compiled cluster using XLA!  This line is logged at most once",
    "E0000 00:00:1795184127.784543    6084 cuda_dnn.cc:8310] Unable to register cuDNN factory: Attempting to register factory",
    "W0000 00:00:1795184127.784543    6084 computation_placer.cc:177] computation placer already registered.",
    "2026-01-31 12:00:00.123456: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.",
]
NEWS = [
    "E0000 00:00:1795184127.784543    6084 allocator.cc:52] out of memory",
    "F0000 00:00:1795184127.784543    6084 check.cc:52] Check failed",
    "ImportError: libcudart.so.12: cannot open shared object file",
    "2026-01-31 12:00:00.123456: F tensorflow/core/platform/cpu_feature_guard.cc:153] The TensorFlow library was compiled",
    "",
]


def write(*lines):
    os.write(2, "".join(f"{line}\n" for line in lines).encode())


def test_chatter_is_dropped_and_news_are_kept(capfd):
    with quiet.chatter_held_back():
        write(*CHATTER, *NEWS)
        assert capfd.readouterr().err == ""
    assert capfd.readouterr().err.splitlines() == NEWS


def test_a_failure_shows_everything(capfd):
    with pytest.raises(ImportError), quiet.chatter_held_back():
        write(CHATTER[0])
        raise ImportError
    assert capfd.readouterr().err.splitlines() == [CHATTER[0]]


def test_errors_come_through_afterwards(capfd):
    with quiet.chatter_held_back():
        pass
    write("later")
    assert capfd.readouterr().err == "later\n"
