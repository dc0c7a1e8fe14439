"""What a step of ganae computes: `python -m tests.benchmarks.step_cost WORKLOAD` prints it as JSON.

flops: of the convolutions and matrix products of one step, a multiplication and an addition each, counted on the graph
that training runs, without what no result needs. parameters: numbers that learn.
"""

import json
import sys
from pathlib import Path

from tests.benchmarks.workloads import WORKLOADS


def step_flops(game, shape: tuple[int, ...]) -> int:
    """Of a compiled game; shape: of all rows of a step."""
    import tensorflow as tf

    graph = tf.function(game.train_step).get_concrete_function(tf.TensorSpec(shape, tf.float32)).graph
    needed, waiting = set(), [tensor.op for tensor in graph.outputs] + list(graph.control_outputs)
    while waiting:
        operation = waiting.pop()
        if operation not in needed:
            needed.add(operation)
            waiting += [tensor.op for tensor in operation.inputs] + list(operation.control_inputs)
    return sum(2 * products(operation) for operation in needed)


def products(operation) -> int:
    """Multiplications of an operation of a graph: of each number of the result, as many as it sums."""
    inputs = [tensor.shape for tensor in operation.inputs]
    results = [tensor.shape for tensor in operation.outputs]
    if operation.type == "Conv2D":  # kernel: (height, width, inputs, outputs)
        return results[0].num_elements() * inputs[1][:3].num_elements()
    if operation.type == "Conv2DBackpropInput":
        return inputs[2].num_elements() * inputs[1][:3].num_elements()
    if operation.type == "Conv2DBackpropFilter":
        return inputs[2].num_elements() * results[0][:3].num_elements()
    if operation.type in ("MatMul", "BatchMatMulV2"):
        transposed = operation.get_attr("transpose_a" if operation.type == "MatMul" else "adj_x")
        return results[0].num_elements() * inputs[0][-2 if transposed else -1]
    return 0


def build(words: list[str], shape: tuple[int, ...], rows: int):
    """The game of `ganae train <words>`, compiled as training compiles it."""
    import tensorflow as tf

    from ganae_cli import assembly
    from ganae_cli.command_line import plan, request
    from ganae_cli.command_line.hydra_app import HydraApp, environment
    from ganae_cli.conf_tree import ConfTree

    with environment(GANAE_STAMP="2026-01-31/12-00-00-c0de"):
        config = plan.make(HydraApp("train", request.parse(words), []), ConfTree()).jobs[0].config
    assembly.import_parts()
    game = assembly.build_game(config, shape)
    game.rehearse(tf.zeros((rows, *shape)))
    game.compile(assembly.build_optimizers(config, game), steps=config.train.steps)
    return game


def main(name: str) -> None:
    from ganae_cli.quiet import import_tensorflow

    import_tensorflow()
    workload = WORKLOADS[name]
    game = build(workload.overrides(Path("images.npz")), workload.shape, workload.rows)
    learned = sum(v.shape.num_elements() for role in game.roles for v in getattr(game, role).trainable_variables)
    print(json.dumps({"flops": step_flops(game, (workload.rows, *workload.shape)), "parameters": learned}))


if __name__ == "__main__":
    main(*sys.argv[1:])
