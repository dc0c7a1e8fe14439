"""What converters print is held back, also from below Python; afterwards all streams are as they were."""

import logging
import os
import sys

import pytest

from ganae_cli.export.quiet import quiet


def test_nothing_is_printed(capfd):
    with quiet():
        print("from Python")
        os.write(2, b"from C++\n")
        logging.getLogger("tf2onnx").error("from a logger")
    print("afterwards")
    os.write(2, b"afterwards\n")
    sys.stdout.flush()
    assert capfd.readouterr() == ("afterwards\n", "afterwards\n")


def test_an_exception_goes_on(capfd):
    level = logging.getLogger("tf2onnx").level
    with pytest.raises(ZeroDivisionError), quiet():
        print(1 / 0)
    os.write(1, b"afterwards\n")
    assert capfd.readouterr().out == "afterwards\n"
    assert logging.getLogger("tf2onnx").level == level
