"""ADA: adaptive discriminator augmentation.

Karras et al. 2020, "Training Generative Adversarial Networks with Limited Data", arXiv:2006.06676, section 3 and
appendix B, and the authors' program (github.com/NVlabs/stylegan2-ada-pytorch), whose default has no filtering of
frequencies, no noise and no cutout. Departure: images are resampled bilinearly, not at twice the size and by a wavelet
as low-pass filter, so those between pixels are a little blurred, data and samples alike.
"""

import math

import tensorflow as tf

from ganae_cli.augmentations import moves, resampling
from ganae_cli.augmentations.base import Adaptive
from ganae_cli.augmentations.colors import colors_of, hue_turned, stretched, with_colors
from ganae_cli.registry import register
from ganae_cli.runtime.rng import Noise

# Random numbers by name: whether a transform takes place, and its own.
GATES = (
    *("flip", "rotate90", "translation", "scale", "turn_before", "stretch", "turn_after", "fraction"),
    *("brightness", "contrast", "luma_flip", "hue", "saturation", "cutout"),
)
UNIFORM = ("is_flipped", "quarters", "down", "right", "before", "after", "is_negative", "hue_angle", "cut_y", "cut_x")
NORMAL = ("log_scale", "log_stretch", "fraction_down", "fraction_right", "brighter", "log_contrast", "log_saturation")

SHIFT = 0.125  # largest whole translation, and standard deviation of the fractional one, in sides of the image
LOG_SCALE = 0.2  # standard deviations: of log2 of the scale, of the stretch, …
BRIGHTNESS, LOG_CONTRAST, LOG_SATURATION = 0.2, 0.5, 1.0
CUT = 0.5  # side of what is cut out, in sides of the image


@register("augmentation", "ada")
class ADA(Adaptive):
    """Transforms in the order below, each of which takes place with probability p for each image.

    flip: mirror every other one. rotate90: by 0, 90, 180 or 270 degrees. translation: up to 1/8 of the side, by whole
    pixels. geometry: scale by 2^N(0, 0.2^2); rotate by any angle; make wider by 2^N(0, 0.2^2) and narrower in height by
    as much; rotate again; translate by N(0, 1/8 side). Each rotation has the probability 1 - sqrt(1 - p), so that
    either takes place with p. color: add N(0, 0.2^2); multiply by 2^N(0, 0.5^2); negate the luma of every other one;
    and of colours, turn the hue by any angle, multiply the saturation by 2^N(0, 1). What comes in at the edges is the
    image, mirrored. cutout: half the side, see `moves.cut_out`.

    p moves by (images seen since) / speed, up if the overfitting is above `target`, down if it is below, within [0, 1];
    target None: it stays.
    """

    def __init__(
        self,
        p: float = 0.0,
        target: float | None = 0.6,
        speed: int = 500_000,
        every: int = 4,
        flip: bool = True,
        rotate90: bool = True,
        translation: bool = True,
        geometry: bool = True,
        color: bool = True,
        cutout: bool = False,
    ):
        self.p, self.target, self.speed, self.every = p, target, speed, every
        self.moves = target is not None
        self.flip, self.rotate90, self.translation = flip, rotate90, translation
        self.geometry, self.color, self.cutout = geometry, color, cutout

    def moved(self, p: tf.Tensor, overfitting: tf.Tensor, images: int) -> tf.Tensor:
        if self.target is None:
            return p
        return tf.clip_by_value(p + tf.sign(overfitting - self.target) * (images / self.speed), 0.0, 1.0)

    def __call__(self, images: tf.Tensor, noise: Noise) -> tf.Tensor:
        p = tf.convert_to_tensor(self.p, tf.float32)
        uniform = tf.unstack(noise.uniform(len(GATES + UNIFORM)), axis=1)
        u = dict(zip(GATES + UNIFORM, uniform, strict=True))
        n = dict(zip(NORMAL, tf.unstack(noise.normal(len(NORMAL)), axis=1), strict=True))
        once = 1.0 - tf.sqrt(1.0 - p)
        takes_place = {name: u[name] < (once if name.startswith("turn") else p) for name in GATES}
        maps = [*self._blits(takes_place, u, images.shape), *self._geometry(takes_place, u, n, images.shape)]
        if maps:
            whole = maps[0]
            for one in maps[1:]:
                whole = resampling.composed(whole, one)
            images = resampling.resampled(images, whole)
        if self.color:
            images = with_colors(images, _recolored(images[..., : colors_of(images)], takes_place, u, n))
        if self.cutout:
            cut = moves.cut_out(images, CUT, u["cut_y"], u["cut_x"])
            images = tf.where(_each(takes_place["cutout"]), cut, images)
        return images

    def _blits(self, takes_place: dict, u: dict, shape: tf.TensorShape) -> list[tf.Tensor]:
        """Return the maps that move whole pixels."""
        maps = []
        if self.flip:
            is_flipped = tf.logical_and(takes_place["flip"], u["is_flipped"] < 0.5)
            maps.append(resampling.scaled(tf.ones_like(u["flip"]), tf.where(is_flipped, -1.0, 1.0)))
        if self.rotate90:
            quarters = tf.where(takes_place["rotate90"], moves.whole(u["quarters"], 4), 0)
            maps.append(resampling.quarter_turned(quarters))
        if self.translation:
            share = [tf.where(takes_place["translation"], (2 * u[way] - 1) * SHIFT, 0.0) for way in ("down", "right")]
            maps.append(resampling.moved(tf.round(share[0] * shape[1]), tf.round(share[1] * shape[2])))
        return maps

    def _geometry(self, takes_place: dict, u: dict, n: dict, shape: tf.TensorShape) -> list[tf.Tensor]:
        """Return the maps that go between pixels."""
        if not self.geometry:
            return []
        scale = _power(takes_place["scale"], LOG_SCALE * n["log_scale"])
        wide = _power(takes_place["stretch"], LOG_SCALE * n["log_stretch"])
        before, after = (
            tf.where(takes_place[f"turn_{when}"], (2 * u[when] - 1) * math.pi, 0.0) for when in ("before", "after")
        )
        shift = [
            tf.where(takes_place["fraction"], SHIFT * side * n[f"fraction_{way}"], 0.0)
            for way, side in zip(("down", "right"), shape[1:3], strict=True)
        ]
        return [
            resampling.scaled(scale, scale),
            resampling.turned(before),
            resampling.scaled(1.0 / wide, wide),
            resampling.turned(after),
            resampling.moved(*shift),
        ]


def _recolored(x: tf.Tensor, takes_place: dict, u: dict, n: dict) -> tf.Tensor:
    """Return other colours; grey ones have no hue and no saturation."""
    x = x + _each(tf.where(takes_place["brightness"], BRIGHTNESS * n["brighter"], 0.0))
    x = x * _each(_power(takes_place["contrast"], LOG_CONTRAST * n["log_contrast"]))
    luma = tf.reduce_mean(x, axis=-1, keepdims=True)
    is_negative = tf.logical_and(takes_place["luma_flip"], u["is_negative"] < 0.5)
    x = tf.where(_each(is_negative), x - 2 * luma, x)
    if x.shape[-1] == 3:
        x = tf.where(_each(takes_place["hue"]), hue_turned(x, (2 * u["hue_angle"] - 1) * math.pi), x)
        luma = tf.reduce_mean(x, axis=-1, keepdims=True)
        more = stretched(x, luma, _power(takes_place["saturation"], LOG_SATURATION * n["log_saturation"]))
        x = tf.where(_each(takes_place["saturation"]), more, x)
    return x


def _power(takes_place: tf.Tensor, exponent: tf.Tensor) -> tf.Tensor:
    """Return 2^exponent where the transform takes place, else exactly 1."""
    return tf.where(takes_place, tf.pow(2.0, exponent), 1.0)


def _each(values: tf.Tensor) -> tf.Tensor:
    """Return values of each image, (rows,), so that they broadcast over its pixels."""
    return values[:, None, None, None]
