"""Layers of ganae as built-in layers and operations of Keras, which compute the same numbers in float32.

ganae's own layers are forms of standard ones that train faster; in a file, the standard ones can be read anywhere. A
layer that has no rule here and is not built into Keras, as of a plugin, stays as it is: see `Plain.kept`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from ganae_cli.engine.augment import AugmentInput
from ganae_cli.networks.layers.grouped_conv import GroupedConvolution
from ganae_cli.networks.layers.label_layers import ClassHead, JoinEmbedding, JoinLabel, LabelProjection, NoteInput
from ganae_cli.networks.layers.minibatch_std import MinibatchStd
from ganae_cli.networks.layers.resampling import BilinearDown, BilinearUp, MaxPool, Nearest
from ganae_cli.networks.layers.sign_codes import Signs
from ganae_cli.networks.layers.spectral_norm import SpectralNorm
from ganae_cli.networks.layers.strided_conv import Doubling, Halving
from ganae_cli.networks.layers.tied_weights import Transposed
from ganae_cli.networks.r3gan import Basis, Bottleneck, WeighedPixels
from ganae_cli.networks.resnet import ResidualBlock, SumOfPixels
from ganae_cli.networks.squeeze import Fire

FLOAT = "float32"
MOST_CONVOLUTIONS = 64  # in place of one grouped convolution; more groups share some, with zeros between them

Tensor = Any  # a symbolic tensor of Keras
Rule = Callable[["Plain", Any, Tensor, float], Tensor]
RULES: dict[type, Rule] = {}


class Plain:
    """Builds networks again from built-in layers, with the weights that they have now.

    labels: symbolic labels int32 (batch,), of a conditional model. reads_labels: a layer has read them. kept: layers
    that are not built into Keras and have no rule, as "name (Class)". class_logits: of the class head (batch, K), once
    a discriminator that has one is built.
    """

    def __init__(self, labels: Tensor | None = None):
        self.labels, self.class_logits, self.reads_labels = labels, None, False
        self.kept: list[str] = []

    def network(self, network: keras.Model, x: Tensor) -> Tensor:
        """Return the output of a network for a symbolic input."""
        if not isinstance(network, keras.Sequential):
            return self.layer(network, x)
        for layer in network.layers:
            x = self.layer(layer, x)
        return x

    def chain(self, chain: Sequence[keras.Layer], x: Tensor) -> Tensor:
        """Return the output of layers, one after another."""
        for layer in chain:
            x = self.layer(layer, x)
        return x

    def layer(self, layer: keras.Layer, x: Tensor, divided: float = 1.0) -> Tensor:
        """Return the output of a layer. divided: number by which its kernel is divided, see `SpectralNorm`."""
        rule = RULES.get(type(layer))
        if rule:
            return rule(self, layer, x, divided)
        if not is_built_in(layer):
            self.kept.append(f"{layer.name} ({type(layer).__name__})")
            return layer(x / divided if divided != 1.0 else x)
        if isinstance(layer, keras.Model):  # one of its own layers may be anything
            self.kept += [
                f"{one.name} ({type(one).__name__})" for one in layer._flatten_layers() if not is_built_in(one)
            ]
            return layer(x)
        options = {key: value for key, value in layer.get_config().items() if key != "name"}
        return weighted(type(layer).from_config(options | {"dtype": FLOAT}), x, *_divided(layer, divided))


def is_built_in(layer: keras.Layer) -> bool:
    """Return True for a layer of Keras itself."""
    return type(layer).__module__.split(".")[0] == "keras"


def weighted(layer: keras.Layer, x: Tensor, *weights: np.ndarray) -> Tensor:
    """Return the output of a new layer, which gets these weights."""
    y = layer(x)
    layer.set_weights([np.asarray(one, np.float32) for one in weights])
    return y


def rule(*kinds: type) -> Callable[[Rule], Rule]:
    """Return the decorator of the function that builds layers of these classes from built-in ones."""

    def declare(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(kinds, function))
        return function

    return declare


def _divided(layer: keras.Layer, divided: float) -> list[np.ndarray]:
    """Return the weights of a layer, the first of which, its kernel, is divided."""
    weights = layer.get_weights()
    return [weights[0] / np.float32(divided), *weights[1:]] if weights else []


# Convolutions -------------------------------------------------------------------------------------------------------


@rule(Halving)
def _halving(plain: Plain, layer: Halving, x: Tensor, divided: float) -> Tensor:
    conv = layers.Conv2D(layer.filters, 4, 2, padding="same", use_bias=layer.use_bias, dtype=FLOAT)
    return weighted(conv, x, *_divided(layer, divided))


@rule(Doubling)
def _doubling(plain: Plain, layer: Doubling, x: Tensor, divided: float) -> Tensor:
    conv = layers.Conv2DTranspose(layer.filters, 4, 2, padding="same", use_bias=layer.use_bias, dtype=FLOAT)
    return weighted(conv, x, *_divided(layer, divided))


@rule(GroupedConvolution)
def _grouped(plain: Plain, layer: GroupedConvolution, x: Tensor, divided: float) -> Tensor:
    """Convolve each group by itself: Keras computes its own grouped convolution by a call that ONNX does not know."""
    parts = max(n for n in range(1, min(layer.groups, MOST_CONVOLUTIONS) + 1) if layer.groups % n == 0)
    kernel, *bias = _divided(layer, divided)
    biases = [[own] for own in np.split(bias[0], parts)] if bias else [[]] * parts
    inputs = ops.split(x, parts, axis=-1) if parts > 1 else [x]
    outputs = [
        weighted(
            layers.Conv2D(part.shape[-1], 3, padding="same", use_bias=bool(bias), dtype=FLOAT),
            one,
            _between_groups(part, layer.groups // parts),
            *own,
        )
        for one, part, own in zip(inputs, np.split(kernel, parts, axis=-1), biases, strict=True)
    ]
    return layers.Concatenate(dtype=FLOAT)(outputs) if parts > 1 else outputs[0]


def _between_groups(kernel: np.ndarray, groups: int) -> np.ndarray:
    """Return a grouped kernel (3, 3, size, groups * size) as a whole one, with zeros between groups."""
    size = kernel.shape[2]
    whole = np.zeros((*kernel.shape[:2], groups * size, groups * size), np.float32)
    for start in range(0, groups * size, size):
        whole[:, :, start : start + size, start : start + size] = kernel[..., start : start + size]
    return whole


@rule(SpectralNorm)
def _spectral(plain: Plain, layer: SpectralNorm, x: Tensor, divided: float) -> Tensor:
    return plain.layer(layer.layer, x, divided * float(layer.estimate()[0]))


# Changes of size ----------------------------------------------------------------------------------------------------


def filtered(x: Tensor, kernel: np.ndarray, stride: int = 1, padding: str = "same") -> Tensor:
    """Return images of which each channel is convolved with the same fixed kernel (height, width), or its own."""
    channels = x.shape[-1]
    own = kernel if kernel.ndim == 3 else np.repeat(kernel[..., None], channels, axis=-1)
    conv = layers.DepthwiseConv2D(own.shape[:2], stride, padding=padding, use_bias=False, dtype=FLOAT)
    return weighted(conv, x, own[..., None])


def doubled(x: Tensor) -> Tensor:
    """Return images with each pixel twice in both directions.

    Not by `UpSampling2D`: after it, the converter of LiteRT does not know the height of images any more.
    """
    height, width, channels = x.shape[1:]
    wide = layers.Concatenate(dtype=FLOAT)([x, x])  # (height, width, 2 channels), read as (height, 2 width, channels)
    rows = layers.Reshape((height, 2 * width * channels), dtype=FLOAT)(wide)
    twice = layers.Concatenate(dtype=FLOAT)([rows, rows])
    return layers.Reshape((2 * height, 2 * width, channels), dtype=FLOAT)(twice)


def cropped(x: Tensor, size: tuple[int, int], start: tuple[int, int]) -> Tensor:
    """Return the part of images that begins at a row and column."""
    margin = [(first, x.shape[axis + 1] - first - size[axis]) for axis, first in enumerate(start)]
    return layers.Cropping2D(margin, dtype=FLOAT)(x) if margin != [(0, 0), (0, 0)] else x


@rule(Nearest)
def _nearest(plain: Plain, layer: Nearest, x: Tensor, divided: float) -> Tensor:
    return cropped(doubled(x), layer.size, layer.start)


@rule(BilinearUp)
def _bilinear_up(plain: Plain, layer: BilinearUp, x: Tensor, divided: float) -> Tensor:
    """Zeros between pixels and [1, 3, 3, 1] / 4 are each pixel twice and [1, 2, 1] / 4, as [1, 1] * [1, 2, 1]."""
    row = np.array([1, 2, 1], np.float32) / 4
    return cropped(filtered(doubled(x), np.outer(row, row)), layer.size, layer.start)


@rule(BilinearDown)
def _bilinear_down(plain: Plain, layer: BilinearDown, x: Tensor, divided: float) -> Tensor:
    row = np.array([1, 3, 3, 1], np.float32) / 8
    return filtered(x, np.outer(row, row), stride=2)


@rule(MaxPool)
def _max_pool(plain: Plain, layer: MaxPool, x: Tensor, divided: float) -> Tensor:
    return layers.MaxPooling2D(3, 2, padding="same", dtype=FLOAT)(x)


@rule(SumOfPixels)
def _sum_of_pixels(plain: Plain, layer: SumOfPixels, x: Tensor, divided: float) -> Tensor:
    return ops.sum(x, axis=(1, 2))


@rule(WeighedPixels)
def _weighed_pixels(plain: Plain, layer: WeighedPixels, x: Tensor, divided: float) -> Tensor:
    pixels = filtered(x, _divided(layer, divided)[0], padding="valid")  # a kernel as large as the image
    return layers.Flatten(dtype=FLOAT)(pixels)


@rule(Basis)
def _basis(plain: Plain, layer: Basis, z: Tensor, divided: float) -> Tensor:
    """Convolve one pixel, zeros around it, with the turned basis: each of its rows meets the pixel once."""
    height, width, channels = layer.size
    pixel = layers.Reshape((1, 1, channels), dtype=FLOAT)(plain.layer(layer.scale, z))
    wide = layers.ZeroPadding2D((height - 1, width - 1), dtype=FLOAT)(pixel)
    return filtered(wide, layer.basis.numpy()[::-1, ::-1], padding="valid")


# Blocks -------------------------------------------------------------------------------------------------------------


@rule(Bottleneck)
def _bottleneck(plain: Plain, layer: Bottleneck, x: Tensor, divided: float) -> Tensor:
    return layers.Add(dtype=FLOAT)([x, plain.chain(layer.chain, x)])


@rule(ResidualBlock)
def _residual_block(plain: Plain, layer: ResidualBlock, x: Tensor, divided: float) -> Tensor:
    y = plain.chain([*layer.first, *layer.second], x)
    return layers.Add(dtype=FLOAT)([plain.chain(layer.short, x), y])


@rule(Fire)
def _fire(plain: Plain, layer: Fire, x: Tensor, divided: float) -> Tensor:
    grow = [layer.grow] if layer.grow else []
    squeezed = plain.chain([layer.squeeze, layer.inner], x)
    sides = [plain.chain([layer.expand1, *grow], squeezed), plain.chain([*grow, layer.expand3], squeezed)]
    y = plain.chain(layer.outer, layers.Concatenate(dtype=FLOAT)(sides))
    return layers.Add(dtype=FLOAT)([x, y]) if layer.bypass else y


# Other layers -------------------------------------------------------------------------------------------------------


@rule(MinibatchStd)
def _minibatch_std(plain: Plain, layer: MinibatchStd, x: Tensor, divided: float) -> Tensor:
    spread = ops.mean(ops.sqrt(ops.var(x, axis=0) + 1e-8))
    return layers.Concatenate(dtype=FLOAT)([x, spread * ops.ones_like(x[..., :1])])


@rule(Signs)
def _signs(plain: Plain, layer: Signs, z: Tensor, divided: float) -> Tensor:
    flips = ops.cast(ops.where(z[:, : layer.count] < 0, -1.0, 1.0), FLOAT)
    return layers.Concatenate(dtype=FLOAT)([flips, z[:, layer.count :]]) if layer.count < z.shape[1] else flips


@rule(Transposed)
def _transposed(plain: Plain, layer: Transposed, x: Tensor, divided: float) -> Tensor:
    bias = layer.get_weights()  # its only weight, if it has one
    dense = layers.Dense(layer.units, use_bias=layer.use_bias, dtype=FLOAT)
    return weighted(dense, x, layer.kernel_of().numpy().T / np.float32(divided), *bias)


@rule(NoteInput, AugmentInput)
def _as_it_is(plain: Plain, layer: keras.Layer, x: Tensor, divided: float) -> Tensor:
    return x


# Labels -------------------------------------------------------------------------------------------------------------


def _looked_up(plain: Plain, table: np.ndarray) -> Tensor:
    """Return the row of a table (classes, numbers) that belongs to the label of each row."""
    plain.reads_labels = True
    return weighted(layers.Embedding(*table.shape, dtype=FLOAT), plain.labels, table)


@rule(JoinLabel)
def _join_label(plain: Plain, layer: JoinLabel, x: Tensor, divided: float) -> Tensor:
    one_hot = _looked_up(plain, np.eye(layer.classes))
    if len(x.shape) > 2:
        pixel = layers.Reshape((1, 1, layer.classes), dtype=FLOAT)(one_hot)
        one_hot = pixel * ops.ones_like(x[..., :1])
    return layers.Concatenate(dtype=FLOAT)([x, one_hot])


@rule(JoinEmbedding)
def _join_embedding(plain: Plain, layer: JoinEmbedding, x: Tensor, divided: float) -> Tensor:
    rows = _looked_up(plain, layer.table.numpy())
    if len(x.shape) > 2:
        rows = layers.Reshape((*x.shape[1:-1], 1), dtype=FLOAT)(rows)
    return layers.Concatenate(dtype=FLOAT)([x, rows])


@rule(LabelProjection)
def _label_projection(plain: Plain, layer: LabelProjection, x: Tensor, divided: float) -> Tensor:
    normalized = isinstance(layer.vectors, SpectralNorm)
    sigma = float(layer.vectors.estimate()[0]) if normalized else 1.0
    dense = layer.vectors.layer if normalized else layer.vectors
    vectors = _looked_up(plain, dense.kernel.numpy() / np.float32(sigma))
    product = layers.Dot(axes=1, dtype=FLOAT)([vectors, x])
    return layers.Add(dtype=FLOAT)([plain.layer(layer.layer, x), product])


@rule(ClassHead)
def _class_head(plain: Plain, layer: ClassHead, x: Tensor, divided: float) -> Tensor:
    plain.class_logits = plain.layer(layer.head, x)
    return plain.layer(layer.layer, x)
