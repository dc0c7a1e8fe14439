"""The dimension as words to type."""

import numpy as np

from ganae_cli.doctor.data import g_dimension
from ganae_cli.doctor.survey import Survey
from ganae_cli.metrics.intrinsic_dimension import two_nn


def test_the_next_whole_number():
    rows = np.random.default_rng(0).random((400, 3))
    (said,) = g_dimension.check(Survey("own", "points", rows=rows))
    value = two_nn(rows).value
    assert 2 < value < 3.5
    assert said.what.startswith(f"intrinsic dimension {value:.1f} ± 0.2 (TwoNN, 400 points)")
    assert said.advice == f"begin with model.z_dim={int(np.ceil(value))} or somewhat more"


def test_too_few():
    (said,) = g_dimension.check(Survey("own", rows=np.zeros((3, 8, 8, 1))))
    assert said.what.startswith("too few")
