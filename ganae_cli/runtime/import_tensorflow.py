"""Import of TensorFlow without its chatter: lines known to be useless to the user. All other lines are still shown.

`TF_CPP_MIN_LOG_LEVEL=0 ganae …` shows everything.
"""

import contextlib
import logging
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from types import ModuleType

_CHATTER = re.compile(
    "|".join(
        (
            r"WARNING: All log messages before absl::InitializeLog\(\) is called are written to STDERR",
            r"[IW]\d{4} [\d:.]+\s+\d+ [\w.]+\.(cc|h|cpp):\d+\] ",  # information and warnings of C++ code
            r"E\d{4} [\d:.]+\s+\d+ \w+\.cc:\d+\] .*(register factory|already been registered|cuInit)",
            r"To enable the following instructions: ",
            r"\d{4}-\d\d-\d\d [\d:.]+: [IW] ",
        )
    )
)


def import_tensorflow() -> ModuleType:
    """Import TensorFlow quietly and return the module. Call it before anything that imports TensorFlow or Keras."""
    os.environ |= {"KERAS_BACKEND": "tensorflow", "KERAS_NNX_ENABLED": "false"}
    if os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3") != "3":
        import tensorflow

        _set_keras()
        return tensorflow
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
    with chatter_held_back():
        import tensorflow

        _set_keras()
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    return tensorflow


def _set_keras() -> None:
    """Set what ganae relies on, whatever the user's keras.json and KERAS_MAX_… variables say for other programs."""
    import keras

    keras.config.set_image_data_format("channels_last")
    keras.config.set_floatx("float32")
    keras.config.set_epsilon(1e-7)
    keras.config.set_max_epochs(None)
    keras.config.set_max_steps_per_epoch(None)


@contextlib.contextmanager
def chatter_held_back() -> Iterator[None]:
    """Hold back what the block writes to file descriptor 2, C++ code too, and show it afterwards without the chatter.

    If the block fails, everything is shown.
    """
    sys.stderr.flush()
    try:
        real = os.dup(2)
    except OSError:  # the process has no standard error
        yield
        return
    is_shown: Callable[[bytes], bool] = _is_no_chatter
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            is_shown = bool  # every line
            raise
        finally:
            sys.stderr.flush()
            os.dup2(real, 2)
            os.close(real)
            held.seek(0)
            shown = [line for line in held if is_shown(line)]
            with contextlib.suppress(OSError):  # nobody reads it any more
                os.write(2, b"".join(shown))


def _is_no_chatter(line: bytes) -> bool:
    return not _CHATTER.match(line.decode(errors="replace"))
