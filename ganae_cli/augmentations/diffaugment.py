"""DiffAugment: colour, translation, cutout.

Zhao et al. 2020, "Differentiable Augmentation for Data-Efficient GAN Training", arXiv:2006.10738, and the authors'
program (github.com/mit-han-lab/data-efficient-gans).
"""

import tensorflow as tf

from ganae_cli.augmentations.base import Augmentation
from ganae_cli.augmentations.colors import colors_of, stretched, with_colors
from ganae_cli.augmentations.moves import cut_out, flipped, pixels, shifted, whole
from ganae_cli.registry import register
from ganae_cli.runtime.rng import Noise


@register("augmentation", "diffaugment")
class DiffAugment(Augmentation):
    """Each image is changed by all that is switched on, in this order; u ~ U[0, 1), anew for each number.

    color: brightness x + u - 1/2; saturation m + 2u (x - m), m the mean of the pixel's colours, so grey images have
    none; contrast m + (u + 1/2) (x - m), m the mean of all the image's colours.
    translation: by a whole number of pixels of each direction, uniform up to this share of the side, rounded; what
    comes in is 0, mid-grey. cutout: a rectangle with sides of this share of the image's, rounded, is set to 0; its
    centre is uniform in the image, so it may reach over the edge (`moves.cut_out`). flip: every other image is
    mirrored, first of all.
    """

    def __init__(self, color: bool = True, translation: float = 0.125, cutout: float = 0.5, flip: bool = False):
        self.color, self.translation, self.cutout, self.flip = color, translation, cutout, flip

    def __call__(self, images: tf.Tensor, noise: Noise) -> tf.Tensor:
        u = tf.unstack(noise.uniform(8), axis=1)  # all at once: what is switched off changes no other's numbers
        height, width = images.shape[1:3]
        if self.flip:
            images = flipped(images, u[0] < 0.5)
        if self.color:
            images = with_colors(images, self._recolored(images[..., : colors_of(images)], *u[1:4]))
        if self.translation:
            down, right = (_shift(one, side, self.translation) for one, side in ((u[4], height), (u[5], width)))
            images = shifted(images, down, right)
        return cut_out(images, self.cutout, *u[6:]) if self.cutout else images

    def _recolored(self, x: tf.Tensor, brightness: tf.Tensor, saturation: tf.Tensor, contrast: tf.Tensor) -> tf.Tensor:
        x = x + (brightness - 0.5)[:, None, None, None]
        if x.shape[-1] > 1:
            x = stretched(x, tf.reduce_mean(x, axis=-1, keepdims=True), 2.0 * saturation)
        return stretched(x, tf.reduce_mean(x, axis=(1, 2, 3), keepdims=True), contrast + 0.5)


def _shift(u: tf.Tensor, side: int, share: float) -> tf.Tensor:
    most = pixels(side, share)
    return whole(u, 2 * most + 1) - most
