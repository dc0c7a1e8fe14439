"""No tracker: what a run writes to its folder is all there is."""

from ganae_cli.registry import register
from ganae_cli.trackers.base import Tracker

NONE = "none"


@register("tracker", "none")
class NoTracker(Tracker):
    """Never opened."""

    def __init__(self):
        super().__init__()
