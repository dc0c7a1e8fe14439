"""PyTorch as a contender, eager or compiled: `python -m tests.benchmarks.torch_side WORKLOAD MODE DATA SECONDS`.

Eager: channels-last memory and the foreach Adam. Compiled: on top of that, losses, networks and optimizers through
`torch.compile`.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from tests.benchmarks import data
from tests.benchmarks.timing import hand_over, measure
from tests.benchmarks.torch_games import AEGAN, GAN, R3GAN, VAE, WGANGP, Game
from tests.benchmarks.torch_networks import conv_down, conv_up, mlp_down, mlp_up
from tests.benchmarks.workloads import WORKLOADS

WIDTHS, DEEP_WIDTHS = (64, 128), (64, 128, 256)

GAMES: dict[str, Callable[[], Game]] = {
    "dcgan": lambda: GAN(64, conv_up(64, 28, 1, WIDTHS), conv_down(28, 1, WIDTHS, 1, norm=True)),
    "r1r2": lambda: R3GAN(64, conv_up(64, 28, 1, WIDTHS), conv_down(28, 1, WIDTHS, 1, norm=False)),
    "mlp": lambda: GAN(4, mlp_up(4, (2,), 128, 2), mlp_down(2, 1, 128, 2)),
    "vae": lambda: VAE(64, conv_down(28, 1, WIDTHS, 2 * 64, norm=True), conv_up(64, 28, 1, WIDTHS)),
    "aegan": lambda: AEGAN(
        4, mlp_down(64, 4, 256, 3), mlp_up(4, (8, 8, 1), 256, 3), mlp_down(64, 1, 256, 3), mlp_down(4, 1, 64, 3)
    ),
    "wgan_gp": lambda: WGANGP(128, conv_up(128, 32, 3, DEEP_WIDTHS), conv_down(32, 3, DEEP_WIDTHS, 1, norm=False)),
}


def build(workload: str) -> Game:
    """Return the game of a workload, with its networks in channels-last memory."""
    game = GAMES[workload]()
    for owned in game.players.values():
        for network in owned:
            network.to(memory_format=torch.channels_last)
    return game


def batches(rows: torch.Tensor, size: int) -> Iterator[torch.Tensor]:
    """Yield batches without end: each epoch in a new random order, without the rows that do not fill a batch."""
    while True:
        order = torch.randperm(len(rows))
        for chosen in order[: len(rows) // size * size].split(size):
            yield prepared(rows[chosen])


def prepared(rows: torch.Tensor) -> torch.Tensor:
    """Return images as numbers in [-1, 1], (batch, channels, height, width), channels last; points as they are."""
    return (rows.float() / 127.5 - 1).permute(0, 3, 1, 2) if rows.ndim == 4 else rows


def main(name: str, mode: str, path: str, seconds: str) -> None:
    torch.manual_seed(0)
    workload, game = WORKLOADS[name], build(name)
    if mode == "torch-compile":
        game.compile()
    stream = batches(torch.from_numpy(data.read(Path(path))), workload.rows)
    timed = measure(lambda: game.step(next(stream)), workload.interval, float(seconds))
    timed.parameters = sum(p.numel() for own in game.parameters.values() for p in own)
    hand_over(timed)


if __name__ == "__main__":
    main(*sys.argv[1:])
