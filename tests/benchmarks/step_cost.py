"""Cost of one training step of ganae: `python -m tests.benchmarks.step_cost WORKLOAD` prints it as JSON.

flops: counted as `ganae train --dry-run` counts them. parameters: the number of trainable numbers.
"""

import json
import sys
from pathlib import Path

from tests.benchmarks.workloads import WORKLOADS


def build(words: list[str], shape: tuple[int, ...], rows: int):
    """Return the game of `ganae train <words>`, compiled as training compiles it."""
    import tensorflow as tf

    from ganae_cli.builders import from_config
    from ganae_cli.command_line import plan, request
    from ganae_cli.command_line.hydra_app import HydraApp, environment
    from ganae_cli.config.conf_tree import ConfTree

    with environment(GANAE_STAMP="2026-01-31/12-00-00-c0de"):
        config = plan.make(HydraApp("train", request.parse(words), []), ConfTree()).jobs[0].config
    from_config.import_parts()
    game, config = from_config.build_game(config, shape)
    game.rehearse(tf.zeros((rows, *shape)))
    game.compile(from_config.build_optimizers(config, game), steps=config.train.steps)
    return game


def main(name: str) -> None:
    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    import_tensorflow()
    workload = WORKLOADS[name]
    from ganae_cli.costs.flops import step_flops

    game = build(workload.overrides(Path("images.npz")), workload.shape, workload.rows)
    batch = workload.rows // game.batches_per_step
    learned = sum(v.shape.num_elements() for role in game.roles for v in getattr(game, role).trainable_variables)
    print(json.dumps({"flops": step_flops(game, (batch, *workload.shape)), "parameters": learned}))


if __name__ == "__main__":
    main(*sys.argv[1:])
