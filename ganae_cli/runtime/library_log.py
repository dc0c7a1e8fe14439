"""What TensorFlow's own code, in C++, says on standard error once it is imported."""

import contextlib
import ctypes
import os
from pathlib import Path

import tensorflow as tf

_FATAL = 3
_LEVEL = "_ZN4absl12lts_2025081414SetMinLogLevelENS0_18LogSeverityAtLeastE"  # absl of TensorFlow 2.21


def only_fatal() -> bool:
    """Let it say only why it ends the process, unless the user has asked for more. Return whether that could be done.

    When a worker is gone, each of the others would say so in a dozen long lines, for ganae's one. Call it once workers
    are connected: gRPC (GRPC_VERBOSITY) has then replaced the level that TF_CPP_MIN_LOG_LEVEL had set.
    """
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL") != str(_FATAL):
        return False
    with contextlib.suppress(OSError, AttributeError):  # another system, another TensorFlow
        library = ctypes.CDLL(str(Path(tf.sysconfig.get_lib()) / "libtensorflow_framework.so.2"))
        getattr(library, _LEVEL)(ctypes.c_int(_FATAL))
        return True
    return False
