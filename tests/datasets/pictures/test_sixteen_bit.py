"""16 bits a channel, where neither Pillow nor the rounding may lose more than it must: also see test_decode."""

import numpy as np

from ganae_cli.datasets.pictures import sixteen_bit


def test_every_value_is_rounded_to_the_nearest():
    values = np.arange(65536)
    assert (sixteen_bit._eight(values, 65535) == np.rint(values / 257)).all()


def test_white_of_twelve_bits():
    assert sixteen_bit._eight(np.array([0, 2048, 4095, 9999]), 4095).tolist() == [0, 128, 255, 255]
