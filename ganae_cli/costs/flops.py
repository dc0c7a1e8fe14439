"""Floating-point operations (FLOPs) of a network's forward pass and of a training step, counted on their graphs."""

from collections.abc import Iterator
from dataclasses import dataclass

import keras
import tensorflow as tf

from ganae_cli.engine.game import Game
from ganae_cli.engine.step import play
from ganae_cli.networks.layers.common import numbers
from ganae_cli.networks.layers.label_layers import Labels

CALLS = ("PartitionedCall", "StatefulPartitionedCall")


@dataclass(frozen=True)
class Cost:
    """Cost of a network. parameters: trainable numbers. flops: of one sample, forward; a product and a sum count 2."""

    parameters: int
    flops: int


def cost(network: keras.Model, labels: Labels | None = None) -> Cost:
    """Count on the graph of the network as it samples and encodes, whatever it is made of.

    labels: those of its game, which may be conditional.
    """
    shape = tf.TensorSpec((1, *network.input_shape[1:]), tf.float32)
    with (labels or Labels()).given([0]):
        graph = tf.function(lambda x: network(x, training=False), autograph=False).get_concrete_function(shape).graph
    learned = sum(numbers(variable.shape) for variable in network.trainable_variables)
    return Cost(learned, graph_flops(graph))


def step_flops(game: Game, batch_shape: tuple[int, ...]) -> int:
    """Count the FLOPs of one step of a compiled game: all rounds, all replicas of this process together.

    batch_shape: of one global batch, (train.batch_size, *shape); a step of several batches (`batches_per_step`) gets
    them all. Counted on the graph of the step, where a forward pass is shared until its networks move and gradients
    that are not used are left out; see `graph_flops` for what counts. Optimizers have no matrix products.
    """
    rows = batch_shape[0] * game.batches_per_step // game.replicas
    batch = tf.TensorSpec((rows, *batch_shape[1:]), tf.float32)
    if game.condition.is_on:
        batch = (batch, tf.TensorSpec((rows,), tf.int32))

    @tf.function(autograph=False)
    def step(batch):
        terms = game.distribute_strategy.run(play, args=(game, batch))
        return game.distribute_strategy.experimental_local_results(terms)

    return graph_flops(step.get_concrete_function(batch).graph)


def graph_flops(graph: tf.Graph) -> int:
    """Count the FLOPs of all convolutions and matrix products that a traced function has to compute, as papers do.

    A convolution counts its whole window at the border of an image, too. Activations, normalisation and resampling are
    left out; the zeros between the groups of a grouped convolution count, since they are multiplied (see
    `networks/layers/grouped_conv.py`). Loops and branches count nothing: it is not known how often they are taken.
    """
    return sum(2 * _products(operation) for operation in _needed(graph))


def _needed(graph: tf.Graph) -> Iterator[tf.Operation]:
    """Yield the operations that the outputs and side effects of a graph need, those of a function once per call.

    A place is (operation, output, calls): the number of the output that is needed, or None for the operation as a
    whole, and the calls that lead into the operation's function.
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
    """Return the places that a call needs in the function that it calls."""
    body, calls = _body(call), (*calls, call)
    effects = [(operation, None, calls) for operation in body.control_outputs]
    return effects if output is None else [*effects, _output(body.outputs[output], calls)]


def _given(argument: tf.Operation, calls: tuple):
    """Return the place of what the caller passes for an argument of a function."""
    *before, call = calls
    place = [tensor.op for tensor in _body(call).inputs].index(argument)
    return _output(call.inputs[place], tuple(before))


def _products(operation: tf.Operation) -> int:
    """Return the number of multiplications of an operation: for each number of the result, as many as it sums.

    Kernels are (height, width, inputs, outputs), with the inputs of one group; those of a depthwise convolution
    (height, width, channels, outputs of each).
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
