"""Workloads of the benchmark: six games, as words of ganae's command line and as the other contenders play them.

ganae runs at its defaults, without work that is no training (pictures, checkpoints) and without averaged weights, which
all contenders leave out. `torch_side.py` has the same networks by layer; the table says so if their sizes differ.
"""

from dataclasses import dataclass
from pathlib import Path

NEVER = 10_000_000  # steps
ALWAYS = ("hardware=cpu", "train.ema=0", *(f"train.{k}={NEVER}" for k in ("steps", "sample_every", "checkpoint_every")))


@dataclass(frozen=True)
class Workload:
    """words: of `ganae train`. shape: of one image or point. rows: of all batches of a step. interval: steps timed
    together, about a second of them on two cores. data: the dataset, or None for random images in a file.
    """

    words: tuple[str, ...]
    shape: tuple[int, ...]
    rows: int
    interval: int
    data: str | None = None

    def overrides(self, path: Path) -> list[str]:
        """Return all words of the command; path: the file of data."""
        data = [f"dataset={self.data}"] if self.data else ["dataset=arrays", f"dataset.path={path}"]
        return [*self.words, *data, *ALWAYS, f"train.log_every={self.interval}"]


def conv(role: str, width: int, smallest: int, norm: str) -> tuple[str, ...]:
    """network=dcgan down to images of a side, 4x4 convolutions of stride 2 only."""
    at = f"networks.{role}"
    return f"network@{at}=dcgan", f"{at}.width={width}", f"{at}.smallest={smallest}", f"{at}.norm={norm}"


def conv_up(role: str, width: int, smallest: int) -> tuple[str, ...]:
    """Like `conv`, up to images: with BatchNorm and ReLU, as in the paper."""
    return *conv(role, width, smallest, "batch"), f"networks.{role}.activation=relu"


def mlp(role: str) -> tuple[str, ...]:
    return f"network@networks.{role}=mlp", f"networks.{role}.width=128", f"networks.{role}.depth=2"


WORKLOADS = {
    "dcgan": Workload(
        (
            *("model=gan", "model.z_dim=64", "train.batch_size=128"),
            *conv_up("generator", 64, 7),
            *conv("discriminator", 64, 7, "batch"),
        ),
        shape=(28, 28, 1),
        rows=128,
        interval=10,
    ),
    "r1r2": Workload(
        (
            *("model=r3gan", "optimizer=adam", "model.z_dim=64", "train.batch_size=128"),
            *conv_up("generator", 64, 7),
            *conv("discriminator", 64, 7, "none"),
        ),
        shape=(28, 28, 1),
        rows=2 * 128,
        interval=5,
    ),
    "mlp": Workload(
        ("model=gan", "train.batch_size=512", *mlp("generator"), *mlp("discriminator")),
        shape=(2,),
        rows=512,
        interval=250,
        data="ring",
    ),
    "vae": Workload(
        (
            *("model=vae", "model.z_dim=64", "train.batch_size=128"),
            *conv("encoder", 64, 7, "batch"),
            *conv_up("decoder", 64, 7),
        ),
        shape=(28, 28, 1),
        rows=128,
        interval=10,
    ),
    "aegan": Workload(("model=aegan",), shape=(8, 8, 1), rows=32, interval=200, data="digits"),
    "wgan_gp": Workload(
        (
            *("model=wgan_gp", "model.z_dim=128", "train.batch_size=64"),
            *("optimizer=adam", "optimizer.learning_rate=2e-4"),
            *conv_up("generator", 64, 4),
            *conv("discriminator", 64, 4, "none"),
        ),
        shape=(32, 32, 3),
        rows=6 * 64,
        interval=1,
    ),
}
