"""Rules of blocks of several layers, of layers that look at labels or at the batch, and of the others."""

import keras
import numpy as np
from keras import layers, ops

from ganae_cli.engine.augment import AugmentInput
from ganae_cli.export.plain_rules import FLOAT, Plain, Tensor, rule, weighted
from ganae_cli.networks.layers.label_layers import ClassHead, JoinEmbedding, JoinLabel, LabelProjection, NoteInput
from ganae_cli.networks.layers.minibatch_std import MinibatchStd
from ganae_cli.networks.layers.sign_codes import Signs
from ganae_cli.networks.layers.spectral_norm import SpectralNorm
from ganae_cli.networks.layers.tied_weights import Transposed
from ganae_cli.networks.r3gan import Bottleneck
from ganae_cli.networks.resnet import ResidualBlock
from ganae_cli.networks.squeeze import Fire

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
