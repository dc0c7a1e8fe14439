"""Which checkpoints are whole: several checks ask, and a checkpoint of gigabytes is read through once."""

from ganae_cli.storage.checkpoints import Checkpoint

_known: dict[tuple, bool] = {}


def is_whole(one: Checkpoint) -> bool:
    """Return `one.is_whole()`, which is looked up if the file is the same as before."""
    try:
        facts = one.weights.stat()
    except OSError:
        return False
    state = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
    key = (str(one.weights), one.fault, str(one.about.get("sha256")), *state)
    if key not in _known:
        _known[key] = one.is_whole()
    return _known[key]
