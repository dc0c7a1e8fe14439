"""Settings of every model and loss whose limits no comment in a YAML can state. Of all others: `comments.py`."""

from ganae_cli import comments
from ganae_cli.setting import Setting

SHARED = {
    "model.z_dim": Setting(int, "size of the code", least=1, most=65536),
    "model.sampler": Setting(str, "where the codes of samples come from", declared="sampler"),
    "model.weights.*": Setting(dict, "the weights of a player's loss terms"),
    "model.weights.*.*": Setting(float, "weight of a loss term; 0 measures it without learning from it", least=0),
    "loss.adversarial": Setting(str, "the loss of generator and discriminator", declared="adversarial", null=True),
    "loss.reconstruction": Setting(str, "distance of x and its reconstruction", declared="reconstruction", null=True),
}
_PATTERNS = [key.split(".") for key in SHARED if "*" in key]


def find(key: str, default=None, comment: str = "") -> Setting | None:
    """The setting of a dotted key whose YAML has this default and comment; None for one of which nothing is said."""
    return _shared(key) or comments.setting(comment, default)


def _shared(key: str) -> Setting | None:
    words = key.split(".")
    for pattern in _PATTERNS:
        if len(pattern) == len(words) and all(mark in ("*", word) for mark, word in zip(pattern, words, strict=True)):
            return SHARED[".".join(pattern)]
    return SHARED.get(key)
