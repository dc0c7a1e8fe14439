"""What a network costs: its parameters, and the floating-point operations of one forward pass."""

from dataclasses import dataclass

import keras
import tensorflow as tf

from ganae_cli.networks.layers import numbers


@dataclass(frozen=True)
class Cost:
    """parameters: numbers that are learned. flops: of one sample, forward, a multiplication and an addition each."""

    parameters: int
    flops: int


def cost(network: keras.Model) -> Cost:
    """Counted on the graph of the network as it samples and encodes, so whatever it is made of.

    Of flops, what convolutions and matrix products take, as papers count: at the border of an image, too, a
    convolution sums its whole window. Activations, normalisation and resampling are left out.
    """
    shape = tf.TensorSpec((1, *network.input_shape[1:]), tf.float32)
    graph = tf.function(lambda x: network(x, training=False), autograph=False).get_concrete_function(shape).graph
    learned = sum(numbers(variable.shape) for variable in network.trainable_variables)
    return Cost(learned, sum(2 * _products(operation) for operation in graph.get_operations()))


def _products(operation: tf.Operation) -> int:
    """How many multiplications an operation of a graph takes: of each number of the result, as many as it sums."""
    inputs, result = [tensor.shape for tensor in operation.inputs], [tensor.shape for tensor in operation.outputs]
    if operation.type == "Conv2D":  # kernel: (height, width, inputs, outputs)
        return numbers(result[0]) * numbers(inputs[1][:3])
    if operation.type == "Conv2DBackpropInput":  # a transposed convolution; kernel: (height, width, outputs, inputs)
        return numbers(inputs[2]) * numbers(inputs[1][:3])
    if operation.type in ("MatMul", "BatchMatMulV2"):
        transposed = operation.get_attr("transpose_a" if operation.type == "MatMul" else "adj_x")
        return numbers(result[0]) * inputs[0][-2 if transposed else -1]
    return 0
