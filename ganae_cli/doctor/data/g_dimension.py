"""Dimension: of the surface that the data lie on, a first guess for the size of a latent code"""

import math
from collections.abc import Iterator

from ganae_cli.doctor.finding import Finding, ok
from ganae_cli.doctor.survey import Survey
from ganae_cli.metrics.intrinsic_dimension import two_nn


def check(survey: Survey) -> Iterator[Finding]:
    """Yield the intrinsic dimension by TwoNN, with its standard error, and the z_dim to begin with."""
    found = two_nn(survey.rows) if len(survey.rows) >= 10 else None
    if found is None:
        yield ok("too few different rows for an estimate of the intrinsic dimension")
        return
    what = "points"
    if survey.kind == "images":
        height, width = survey.rows.shape[1:3]
        what = f"{survey.what}, at {height}x{width}"
    yield ok(
        f"intrinsic dimension {found.value:.1f} ± {found.error:.1f} (TwoNN, {found.rows:,} {what}); of few rows it is "
        "too low",
        f"begin with model.z_dim={max(2, math.ceil(found.value))} or somewhat more",
    )
