"""No tracker: what a run writes to its folder is all there is."""

from ganae_cli.registry import register
from ganae_cli.trackers.base import About, Opened, Tracker

NONE = "none"


@register("tracker", "none")
class NoTracker(Tracker):
    """Takes everything and keeps nothing."""

    def __init__(self):
        super().__init__()

    def open(self, about: About) -> Opened:
        return Opened(NONE, "")

    def row(self, step: int, values: dict[str, float], when: float) -> None:
        del step, values, when

    def close(self, state: str, metrics: dict[str, float], words: dict[str, str], step: int) -> None:
        del state, metrics, words, step
