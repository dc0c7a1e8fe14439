"""The networks of the benchmark in PyTorch: ganae's `dcgan` and `mlp`, layer by layer, with its initial weights.

Images are (batch, channels, height, width) in channels-last memory, which is PyTorch's fastest layout on a CPU; dense
layers see them in ganae's order (height, width, channels), so that no copy is needed between the two.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn

SLOPE = 0.2  # of the leaky rectifier
SQUARE, STRIDE = 4, 2  # a convolution's kernel and stride


class ToVector(nn.Module):
    """(batch, channels, height, width), channels last -> (batch, height * width * channels)."""

    def forward(self, x: Tensor) -> Tensor:
        return x.permute(0, 2, 3, 1).flatten(1)


class ToImage(nn.Module):
    """(batch, height * width * channels) -> (batch, channels, height, width), channels last."""

    def __init__(self, side: int, channels: int):
        super().__init__()
        self.side, self.channels = side, channels

    def forward(self, x: Tensor) -> Tensor:
        return x.view(-1, self.side, self.side, self.channels).permute(0, 3, 1, 2)


def conv_down(side: int, channels: int, widths: Sequence[int], units: int, norm: bool) -> nn.Sequential:
    """Images -> (batch, units): a halving for each width; norm: BatchNorm after all of them but the first."""
    layers = []
    for i, (before, after) in enumerate(pairwise((channels, *widths))):
        normed = norm and i > 0
        convolution = nn.Conv2d(before, after, SQUARE, STRIDE, 1, bias=not normed)
        layers += [_drawn(convolution, SQUARE**2 * before), *_batch_norm(normed, nn.BatchNorm2d, after), _leaky()]
    inputs = (side // STRIDE ** len(widths)) ** 2 * widths[-1]
    return nn.Sequential(*layers, ToVector(), _drawn(nn.Linear(inputs, units), inputs, gain=1))


def conv_up(units: int, side: int, channels: int, widths: Sequence[int]) -> nn.Sequential:
    """Codes (batch, units) -> images by tanh: the mirror image of `conv_down`, BatchNorm and ReLU."""
    smallest, deepest = side // STRIDE ** len(widths), widths[-1]
    start = nn.Linear(units, smallest**2 * deepest, bias=False)
    layers = [_drawn(start, units), ToImage(smallest, deepest), *_batch_norm(True, nn.BatchNorm2d, deepest), _relu()]
    for before, after in pairwise(reversed(widths)):
        layers += [_doubling(before, after, last=False), *_batch_norm(True, nn.BatchNorm2d, after), _relu()]
    return nn.Sequential(*layers, _doubling(widths[0], channels, last=True), nn.Tanh())


def mlp_down(inputs: int, units: int, width: int, depth: int) -> nn.Sequential:
    """Points, codes or images -> (batch, units), linear."""
    return nn.Sequential(nn.Flatten(), *_hidden(inputs, width, depth), _drawn(nn.Linear(width, units), width, gain=1))


def mlp_up(units: int, shape: tuple[int, ...], width: int, depth: int) -> nn.Sequential:
    """Codes -> points, linear, or images of one channel by tanh."""
    last = _drawn(nn.Linear(width, math.prod(shape)), width, gain=1)
    out = [nn.Tanh(), ToImage(shape[0], shape[-1])] if len(shape) == 3 else []
    return nn.Sequential(*_hidden(units, width, depth), last, *out)


def _hidden(inputs: int, width: int, depth: int) -> list[nn.Module]:
    layers = []
    for _ in range(depth):
        dense = _drawn(nn.Linear(inputs, width), inputs)
        if inputs < 8:  # ganae's `spread_biases`
            nn.init.normal_(dense.bias, std=math.sqrt(2))
        layers += [dense, _leaky()]
        inputs = width
    return layers


def _doubling(before: int, after: int, last: bool) -> nn.Module:
    grow = nn.ConvTranspose2d(before, after, SQUARE, STRIDE, 1, bias=last)
    return _drawn(grow, (SQUARE // STRIDE) ** 2 * before, gain=1 if last else 2)


def _batch_norm(normed: bool, kind: type[nn.Module], features: int) -> list[nn.Module]:
    """Return BatchNorm with Keras' epsilon and ganae's decay of 0.9, which in PyTorch is a momentum of 1 - 0.9."""
    return [kind(features, eps=1e-3, momentum=0.1)] if normed else []


def _leaky() -> nn.Module:
    return nn.LeakyReLU(SLOPE, inplace=True)


def _relu() -> nn.Module:
    return nn.ReLU(inplace=True)


def _drawn(layer: nn.Module, inputs: int, gain: int = 2) -> nn.Module:
    """Return the layer with weights N(0, gain / inputs) and biases 0; inputs: the count of numbers an output sums."""
    nn.init.normal_(layer.weight, std=math.sqrt(gain / inputs))
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer
