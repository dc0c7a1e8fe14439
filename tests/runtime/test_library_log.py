"""What TensorFlow's C++ code says: that it is silent when a worker dies is seen in test_launch.py."""

import os
import subprocess
import sys

import pytest

from ganae_cli.runtime import library_log

SCRIPT = """
import ctypes, os, sys
import tensorflow as tf
from ganae_cli.runtime import library_log
library = ctypes.CDLL(os.path.join(tf.sysconfig.get_lib(), "libtensorflow_framework.so.2"))
library._ZN4absl12lts_2025081414SetMinLogLevelENS0_18LogSeverityAtLeastE(ctypes.c_int(2))  # as gRPC does
print(library_log.only_fatal(), library._ZN4absl12lts_2025081411MinLogLevelEv())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a shared library of Linux")
@pytest.mark.parametrize(("level", "expected"), [("3", "True 3"), pytest.param("2", "False 2", marks=pytest.mark.slow)])
def test_only_what_ends_the_process_is_said(level, expected):
    told = os.environ | {"TF_CPP_MIN_LOG_LEVEL": level}
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, env=told)
    assert run.stdout.strip() == expected, run.stderr


def test_a_tensorflow_without_it(monkeypatch):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    monkeypatch.setattr(library_log, "_LEVEL", "_ZN4absl7unknown")
    assert not library_log.only_fatal()
