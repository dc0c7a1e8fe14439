"""Collapse: samples, or reconstructions of different data, that hardly differ from each other. No loss tells it.

A generator that collapsed makes the same sample of every latent code; a decoder that ignores its codes (posterior
collapse) reconstructs everything as the mean of the data. Both are seen in `metrics.variation`, without labels.

Measured: networks at their beginning have a variation of 0.5 to 0.8, on digits, and keep or raise it as they learn. A
VAE whose code's distribution has a weight of 1,000 falls to 0.04 (reconstructions) and 0.18 (samples), a
`contractive_aegan` on smooth pictures of faces to 0.02 and 0.21. A `began` of diversity ratio 0.5 on digits has 0.10 at
step 500 and 0.40 at step 2,000; that most of its samples then are of one class is not seen here.
"""

from collections.abc import Callable, Mapping

LOW = 0.25  # variation below which there is a collapse, relative to real data
FIRST_STEP = 500  # before it a network may have learned nothing yet
LOOKS = 2  # in a row that have to agree
RECONSTRUCTIONS, SAMPLES = "reconstructions", "samples"
ADVICE = {
    RECONSTRUCTIONS: (
        "the decoder ignores its latent codes; try smaller weights of the terms on codes (model.weights), "
        "a lower learning rate or a larger model.z_dim"
    ),
    SAMPLES: (
        "the generator has collapsed; try another seed, a lower learning rate or, if there is a discriminator, "
        "loss.penalties.r1.weight=1"
    ),
}


def low(variations: Mapping[str, float | None]) -> str | None:
    """Return the kind that has collapsed, or None. Samples of a decoder that ignores its codes say nothing more.

    variations: kind -> variation relative to real data, or None if it is unknown.

    >>> low({"samples": 0.1, "reconstructions": 0.9}), low({"samples": 0.1, "reconstructions": 0.05})
    ('samples', 'reconstructions')
    """
    found = (kind for kind in ADVICE if (value := variations.get(kind)) is not None and value < LOW)
    return next(found, None)


def warning(kind: str, variation: float) -> str:
    """Return a line about "samples" or "reconstructions" that says what is wrong and what to try."""
    return f"ganae: warning: {kind} hardly differ ({variation:.1%} of the variation of real data): {ADVICE[kind]}"


class Watch:
    """Looks again and again while a model trains; says in one line when something is wrong, and when that is over.

    It waits until step 500, and for a second look in a row: a network that has learned nothing yet is no collapse.
    say: called with a line. then: called at each look that finds something wrong for at least
    the second time in a row. over: what is said when that has ended. open: the line that was said and is not over yet.
    """

    def __init__(
        self,
        say: Callable[[str], object],
        then: Callable[[], object] = lambda: None,
        over: str = "samples differ again",
    ):
        self.say, self.then, self.over = say, then, over
        self.steps: list[int] = []  # looks in a row that found something wrong
        self.open: str | None = None

    def look(self, step: int, variations: Mapping[str, float | None]) -> None:
        """Take the variations at a step; see `low`."""
        kind = low(variations)
        self.take(step, warning(kind, variations[kind] or 0.0) if kind else None)

    def take(self, step: int, wrong: str | None) -> None:
        """Take what is wrong at a step, in a line that warns of it; None if nothing is."""
        if wrong is None or step < FIRST_STEP:
            if self.open:
                self.say(f"{self.over} at step {step}")
            self.steps.clear()
            self.open = None
            return
        self.steps.append(step)
        if len(self.steps) == LOOKS:
            self.open = f"{wrong} (since step {self.steps[0]})"
            self.say(self.open)
        if len(self.steps) >= LOOKS:
            self.then()
