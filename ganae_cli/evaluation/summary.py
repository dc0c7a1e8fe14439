"""What a run has learned, in a few lines for its end: cheap measures on data that it was not trained on."""

import numpy as np

from ganae_cli import pictures
from ganae_cli.datasets.base import Data
from ganae_cli.metrics.modes import modes_3std
from ganae_cli.models.base import Game
from ganae_cli.sampling import codes

SAMPLES, HELD_OUT, SEED = 2500, 1000, 1


def learned(game: Game, data: Data) -> list[str]:
    """Modes covered, where the data's are known; mean absolute error of reconstructing held-out data, where it can."""
    lines = []
    with game.averaged():
        if data.modes is not None:
            samples = game.generate(codes(SAMPLES, game.z_dim, SEED)).numpy()
            lines.append(_modes(modes_3std(samples, data.modes, data.mode_std), len(data.modes)))
        if game.encodes:
            held_out = pictures.to_float(data.test[:HELD_OUT])
            error = np.abs(game.decode(game.encode(held_out)).numpy() - held_out).mean()
            scale = " (of a range of 2)" if data.kind == "images" else ""
            lines.append(
                f"reconstruction of {len(held_out)} held-out {data.kind}: mean absolute error {error:.3f}{scale}"
            )
    return lines


def _modes(found: dict[str, float], total: int) -> str:
    return (
        f"{found['modes']:.0f} of {total} modes; {found['high_quality']:.1%} of {SAMPLES:,} samples within 3 standard "
        f"deviations of a centre (perfect: 98.9%); spread within modes {found['spread']:.2f} of the true one"
    )
