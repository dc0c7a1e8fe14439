"""Importing TensorFlow without its chatter. Lines that are not known chatter are still shown.

`TF_CPP_MIN_LOG_LEVEL=0 ganae …` shows everything.
"""

import contextlib
import logging
import os
import re
import sys
import tempfile

_CHATTER = re.compile(
    "|".join(
        (
            r"WARNING: All log messages before absl::InitializeLog\(\) is called are written to STDERR",
            r"[IW]\d{4} [\d:.]+\s+\d+ [\w.]+\.(cc|h|cpp):\d+\] ",  # information and warnings of the C++ side
            r"E\d{4} [\d:.]+\s+\d+ \w+\.cc:\d+\] .*(register factory|already been registered|cuInit)",
            r"To enable the following instructions: ",
            r"\d{4}-\d\d-\d\d [\d:.]+: [IW] ",
        )
    )
)


def import_tensorflow():
    """The module `tensorflow`, imported quietly. To be called before anything that imports TensorFlow or Keras."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    if os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3") != "3":
        import tensorflow

        return tensorflow
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
    with chatter_held_back():
        import tensorflow
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    return tensorflow


@contextlib.contextmanager
def chatter_held_back():
    """Keep what is written to file descriptor 2, by C++ too, and write it out afterwards without the chatter.

    If the block fails, everything is written out.
    """
    sys.stderr.flush()
    try:
        real = os.dup(2)
    except OSError:  # the process has no standard error
        yield
        return
    is_wanted = _is_news
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            is_wanted = bool
            raise
        finally:
            sys.stderr.flush()
            os.dup2(real, 2)
            os.close(real)
            held.seek(0)
            kept = [line for line in held if is_wanted(line)]
            if kept:
                os.write(2, b"".join(kept))


def _is_news(line: bytes) -> bool:
    return not _CHATTER.match(line.decode(errors="replace"))
