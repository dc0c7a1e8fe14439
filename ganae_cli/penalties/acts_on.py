"""What a penalty says of itself beside its options: which network it is for, and whether it keeps samples apart."""

from collections.abc import Callable


def penalises(network: str, per_sample: bool = False) -> Callable[[Callable], Callable]:
    """Decorator of a penalty that does not compare data with samples: it needs no network that sees both.

    network: where it acts unless `on:` names another. per_sample: it takes a gradient for each sample, as every penalty
    without this decorator is taken to do, and refuses BatchNorm.
    """

    def tell(penalty: Callable) -> Callable:
        penalty.on, penalty.per_sample, penalty.judges = network, per_sample, False
        return penalty

    return tell
