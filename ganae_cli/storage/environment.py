"""The environment of a training process: versions, commit, devices, command line."""

import platform
import sys
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from ganae_cli import __version__
from ganae_cli.storage.commit import commit_here

PACKAGES = ("tensorflow", "keras", "numpy", "hydra-core", "omegaconf", "scikit-learn")


def describe(**facts: Any) -> dict[str, Any]:
    """Return the content of `environment.json`: what is known without TensorFlow, and the given facts."""
    return {
        "ganae": __version__,
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "commit": commit_here(),
        "platform": platform.platform(),
        "command": [Path(sys.argv[0]).name or "python", *sys.argv[1:]],
        "started": datetime.now().astimezone().isoformat(timespec="seconds"),
    } | facts
