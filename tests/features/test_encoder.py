"""The codes of the model's own encoder, in blocks; refused where there is none."""

import numpy as np
import pytest

from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.features.encoder import BLOCK, EncoderFeatures


@pytest.fixture
def data():
    images = np.random.default_rng(0).integers(0, 256, (2 * BLOCK + 5, 2, 2, 1), dtype=np.uint8)
    return Data("some", images, images)


def test_rows_are_codes_and_read_in_blocks(data):
    sizes = []

    def encode(rows):
        sizes.append(len(rows))
        return rows.reshape(len(rows), 2, 2) / 2.0

    space = EncoderFeatures()
    space.prepare(data, encode)
    sizes.clear()
    found = space.embed(data.train)
    assert sizes == [BLOCK, BLOCK, 5]
    np.testing.assert_array_equal(found.rows, data.train.reshape(-1, 4) / np.float32(2))
    assert found.frechet is found.rows
    assert space.facts == {"features": "encoder", "dimensions": 4}


def test_a_model_without_an_encoder_is_refused_in_words(data):
    with pytest.raises(UserError, match="features=encoder: this model has no encoder"):
        EncoderFeatures().prepare(data, None)
