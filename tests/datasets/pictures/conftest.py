"""Pictures in files, made by Pillow."""

import io

import numpy as np
import pytest
from PIL import Image


def encoded(pixels, format="PNG", mode=None, **options):
    """Return the bytes of a file with these pixels."""
    image = Image.fromarray(np.asarray(pixels, np.uint8))
    file = io.BytesIO()
    (image.convert(mode) if mode else image).save(file, format, **options)
    return file.getvalue()


@pytest.fixture
def encode():
    return encoded


@pytest.fixture
def fill(tmp_path):
    """Return a function that writes name -> content into a folder and returns its path."""

    def write(files, name="own"):
        for inner, content in files.items():
            path = tmp_path / name / inner
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return tmp_path / name

    return write
