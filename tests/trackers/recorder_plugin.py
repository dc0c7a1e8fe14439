"""What a plugin is: a module that declares parts when it is imported."""

from ganae_cli.registry import register
from tests.trackers.recorder import Recorder

register("tracker", "recorder")(Recorder)
