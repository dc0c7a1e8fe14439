"""What a network costs: its parameters, and the floating-point operations of one forward pass."""

from collections.abc import Iterator
from dataclasses import dataclass

import keras
import tensorflow as tf

from ganae_cli.engine.game import Game
from ganae_cli.networks.layers.common import numbers

CALLS = ("PartitionedCall", "StatefulPartitionedCall")


@dataclass(frozen=True)
class Cost:
    """parameters: numbers that are learned. flops: of one sample, forward, a multiplication and an addition each."""

    parameters: int
    flops: int


def cost(network: keras.Model) -> Cost:
    """Counted on the graph of the network as it samples and encodes, so whatever it is made of."""
    shape = tf.TensorSpec((1, *network.input_shape[1:]), tf.float32)
    graph = tf.function(lambda x: network(x, training=False), autograph=False).get_concrete_function(shape).graph
    learned = sum(numbers(variable.shape) for variable in network.trainable_variables)
    return Cost(learned, graph_flops(graph))


def step_flops(game: Game, batch_shape: tuple[int, ...]) -> int:
    """FLOPs of one step of a compiled game: of all rounds, of all replicas of this process together.

    batch_shape: of one global batch, (train.batch_size, *shape); a step of several batches (`batches_per_step`) gets
    them all. Counted on the graph of the step, in which networks that nobody has moved are not asked twice and
    gradients that nobody takes are left out; see `graph_flops` for what counts. Optimizers take no products.
    """
    rows = batch_shape[0] * game.batches_per_step // game.replicas
    batch = tf.TensorSpec((rows, *batch_shape[1:]), tf.float32)

    @tf.function(autograph=False)
    def step(x):
        terms = game.distribute_strategy.run(game.play, args=(x,))
        return game.distribute_strategy.experimental_local_results(terms)

    return graph_flops(step.get_concrete_function(batch).graph)


def graph_flops(graph: tf.Graph) -> int:
    """What convolutions and matrix products take, as papers count, in all that a traced function has to compute.

    At the border of an image, too, a convolution sums its whole window. Activations, normalisation and resampling are
    left out; the zeros that stand between the groups of a grouped convolution are in, since they are multiplied (see
    `grouped.py`). Of a loop or a branch nothing is counted: how often it is taken is not known beforehand.
    """
    return sum(2 * _products(operation) for operation in _needed(graph))


def _needed(graph: tf.Graph) -> Iterator[tf.Operation]:
    """The operations that the outputs and the side effects of a graph need, those of a function once for each call.

    Every place is an operation and the calls that lead into its function; a number stands for an output that is
    needed, None for the operation as a whole.
    """
    stack = [_output(tensor, ()) for tensor in graph.outputs]
    stack += [(operation, None, ()) for operation in graph.control_outputs]
    seen = set()
    while stack:
        place = stack.pop()
        operation, output, calls = place
        if operation.type not in CALLS:
            place = (operation, None, calls)
        if place in seen:
            continue
        seen.add(place)
        stack += [(before, None, calls) for before in operation.control_inputs]
        if operation.type in CALLS:
            stack += _within(operation, output, calls)
        elif calls and operation.type == "Placeholder":
            stack.append(_given(operation, calls))
        else:
            stack += [_output(tensor, calls) for tensor in operation.inputs]
            yield operation


def _output(tensor: tf.Tensor, calls: tuple):
    return tensor.op, tensor.value_index, calls


def _body(call: tf.Operation) -> tf.Graph:
    return call.graph._get_function(call.get_attr("f").name).graph  # no public way leads there


def _within(call: tf.Operation, output: int | None, calls: tuple) -> list:
    """What a call needs in the function that it calls."""
    body, calls = _body(call), (*calls, call)
    effects = [(operation, None, calls) for operation in body.control_outputs]
    return effects if output is None else [*effects, _output(body.outputs[output], calls)]


def _given(argument: tf.Operation, calls: tuple):
    """What the caller passes for an argument of a function."""
    *before, call = calls
    place = [tensor.op for tensor in _body(call).inputs].index(argument)
    return _output(call.inputs[place], tuple(before))


def _products(operation: tf.Operation) -> int:
    """How many multiplications an operation of a graph takes: of each number of the result, as many as it sums.

    Kernels are (height, width, inputs, outputs), inputs of one group; of a depthwise convolution (height, width,
    channels, outputs of each).
    """
    inputs, result = [tensor.shape for tensor in operation.inputs], [tensor.shape for tensor in operation.outputs]
    match operation.type:
        case "Conv2D":
            return numbers(result[0]) * numbers(inputs[1][:3])
        case "Conv2DBackpropInput":  # also a transposed convolution: each number given goes to a whole window
            return numbers(inputs[2]) * numbers(inputs[1][:3])
        case "Conv2DBackpropFilter":  # each number given meets the window that it was made of
            return numbers(inputs[2]) * numbers(result[0][:3])
        case "DepthwiseConv2dNative":
            return numbers(result[0]) * numbers(inputs[1][:2])
        case "DepthwiseConv2dNativeBackpropInput":
            return numbers(inputs[2]) * numbers(inputs[1][:2])
        case "DepthwiseConv2dNativeBackpropFilter":
            return numbers(inputs[2]) * numbers(result[0][:2])
        case "MatMul" | "BatchMatMulV2":
            transposed = operation.get_attr("transpose_a" if operation.type == "MatMul" else "adj_x")
            return numbers(result[0]) * inputs[0][-2 if transposed else -1]
    return 0
