"""A DCGAN and a VAE as tutorials write them in plain Keras, for pictures of any size: what ganae's defaults must beat.

The networks, optimizers, batches and losses are those that the tutorials "Deep Convolutional Generative Adversarial
Network" of tensorflow.org and "Variational AutoEncoder" of keras.io describe for pictures of 28x28, written anew. Sizes
are generalised: networks halve, or double, until the shorter side has at most 8 pixels, and what is larger than the
picture is cut off. So at 28x28 they are the tutorials' own.
"""

import math
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
from keras import layers

SMALLEST = 8  # pixels of the shorter side, at most, where networks begin or end
BLOCK = 500  # samples that are made at once
Shape = tuple[int, int, int]


def halvings(shape: Shape) -> int:
    """Return how often the networks halve a picture.

    >>> [halvings((side, side, 1)) for side in (8, 28, 32, 64)], halvings((56, 72, 3))
    ([1, 2, 2, 3], 3)
    """
    return max(1, math.ceil(math.log2(min(shape[:2]) / SMALLEST)))


def beginning(shape: Shape) -> tuple[int, int]:
    """Return the height and width that grow to a picture's, or to a little more.

    >>> beginning((28, 28, 1)), beginning((50, 72, 3))
    ((7, 7), (7, 9))
    """
    return tuple(math.ceil(side / 2 ** halvings(shape)) for side in shape[:2])


def cut(shape: Shape) -> list[layers.Layer]:
    """Return the layer that cuts off what has grown too large; none if nothing has."""
    extra = [begun * 2 ** halvings(shape) - side for begun, side in zip(beginning(shape), shape[:2], strict=True)]
    return [layers.Cropping2D(((0, extra[0]), (0, extra[1])))] if any(extra) else []


class Dcgan:
    """The tutorial's DCGAN: non-saturating loss, Adam at 1e-4 for both, batches of 256, a step by `tf.function`."""

    batch, noise = 256, 100

    def __init__(self, shape: Shape):
        self.shape = shape
        self.generator, self.discriminator = self._generator(), self._discriminator()
        self.loss = keras.losses.BinaryCrossentropy(from_logits=True)
        self.optimizers = keras.optimizers.Adam(1e-4), keras.optimizers.Adam(1e-4)

    @property
    def models(self) -> tuple[keras.Model, ...]:
        return self.generator, self.discriminator

    def _generator(self) -> keras.Model:
        height, width = beginning(self.shape)
        blocks = [layers.Dense(height * width * 256, use_bias=False), *self._normed()]
        blocks += [layers.Reshape((height, width, 256))]
        for stride, channels in [(1, 128), *[(2, 64)] * (halvings(self.shape) - 1)]:
            blocks += [layers.Conv2DTranspose(channels, 5, stride, "same", use_bias=False), *self._normed()]
        last = layers.Conv2DTranspose(self.shape[2], 5, 2, "same", use_bias=False, activation="tanh")
        return keras.Sequential([keras.Input((self.noise,)), *blocks, last, *cut(self.shape)])

    @staticmethod
    def _normed() -> list[layers.Layer]:
        return [layers.BatchNormalization(), layers.LeakyReLU()]

    def _discriminator(self) -> keras.Model:
        blocks: list[layers.Layer] = []
        for i in range(max(2, halvings(self.shape))):
            blocks += [layers.Conv2D(64 * 2**i, 5, 2, "same"), layers.LeakyReLU(), layers.Dropout(0.3)]
        return keras.Sequential([keras.Input(self.shape), *blocks, layers.Flatten(), layers.Dense(1)])

    @tf.function
    def step(self, images):
        noise = tf.random.normal([tf.shape(images)[0], self.noise])
        with tf.GradientTape(persistent=True) as tape:
            made = self.generator(noise, training=True)
            real, fake = (self.discriminator(one, training=True) for one in (images, made))
            fooled = self.loss(tf.ones_like(fake), fake)
            told = self.loss(tf.ones_like(real), real) + self.loss(tf.zeros_like(fake), fake)
        for model, loss, optimizer in zip(self.models, (fooled, told), self.optimizers, strict=True):
            variables = model.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return fooled + told

    def fit(self, images: np.ndarray, stop: Callable[[int], bool]) -> int:
        """Train on images uint8 (N, *shape) until `stop(steps)`; return the steps."""
        scaled = images.astype("float32") / 127.5 - 1
        rows = tf.data.Dataset.from_tensor_slices(scaled).shuffle(len(scaled)).batch(self.batch)
        steps = 0
        while True:
            for batch in rows:
                self.step(batch)
                steps += 1
                if stop(steps):
                    return steps

    def sample(self, count: int) -> np.ndarray:
        """Return images uint8 (N, *shape)."""
        parts = [min(BLOCK, count - i) for i in range(0, count, BLOCK)]
        made = [self.generator(tf.random.normal([part, self.noise]), training=False).numpy() for part in parts]
        return as_bytes(np.concatenate(made) * 127.5 + 127.5)


class Vae:
    """The tutorial's VAE: a code of 2 numbers, binary cross-entropy, Adam at 1e-3, batches of 128, Keras' own `fit`."""

    batch, code = 128, 2

    def __init__(self, shape: Shape):
        self.shape = shape
        self.encoder, self.decoder = self._encoder(), self._decoder()
        self.whole = _Vae(self.encoder, self.decoder)
        self.whole.compile(keras.optimizers.Adam())

    @property
    def models(self) -> tuple[keras.Model, ...]:
        return self.encoder, self.decoder

    def _encoder(self) -> keras.Model:
        x = images = keras.Input(self.shape)
        for i in range(halvings(self.shape)):
            x = layers.Conv2D(32 * 2 ** min(i, 1), 3, 2, "same", activation="relu")(x)
        x = layers.Dense(16, activation="relu")(layers.Flatten()(x))
        return keras.Model(images, [layers.Dense(self.code)(x), layers.Dense(self.code)(x)])

    def _decoder(self) -> keras.Model:
        height, width = beginning(self.shape)
        blocks = [layers.Dense(height * width * 64, activation="relu"), layers.Reshape((height, width, 64))]
        for i in reversed(range(halvings(self.shape))):
            blocks += [layers.Conv2DTranspose(32 * 2 ** min(i, 1), 3, 2, "same", activation="relu")]
        last = layers.Conv2DTranspose(self.shape[2], 3, padding="same", activation="sigmoid")
        return keras.Sequential([keras.Input((self.code,)), *blocks, last, *cut(self.shape)])

    def fit(self, images: np.ndarray, stop: Callable[[int], bool]) -> int:
        """Train on images uint8 (N, *shape) until `stop(steps)`; return the steps."""
        stopping = _Stopping(stop)
        self.whole.fit(
            images.astype("float32") / 255, epochs=10**9, batch_size=self.batch, callbacks=[stopping], verbose=0
        )
        return stopping.steps

    def sample(self, count: int) -> np.ndarray:
        """Return images uint8 (N, *shape)."""
        codes = np.random.default_rng(0).standard_normal((count, self.code), "float32")
        return as_bytes(self.decoder.predict(codes, batch_size=BLOCK, verbose=0) * 255)


class _Vae(keras.Model):
    """Encoder and decoder, and the loss: cross-entropy summed over pixels, and the KL divergence from the prior."""

    def __init__(self, encoder: keras.Model, decoder: keras.Model):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder

    def train_step(self, images):
        with tf.GradientTape() as tape:
            mean, log_variance = self.encoder(images, training=True)
            codes = mean + tf.exp(0.5 * log_variance) * tf.random.normal(tf.shape(mean))
            per_pixel = keras.losses.binary_crossentropy(images, self.decoder(codes, training=True))
            kl = -0.5 * tf.reduce_sum(1 + log_variance - tf.square(mean) - tf.exp(log_variance), axis=1)
            loss = tf.reduce_mean(tf.reduce_sum(per_pixel, axis=(1, 2))) + tf.reduce_mean(kl)
        self.optimizer.apply_gradients(
            zip(tape.gradient(loss, self.trainable_weights), self.trainable_weights, strict=True)
        )
        return {"loss": loss}


class _Stopping(keras.callbacks.Callback):
    """Counts steps, and ends the training."""

    def __init__(self, stop: Callable[[int], bool]):
        super().__init__()
        self.stop, self.steps, self.is_over = stop, 0, False

    def on_train_batch_end(self, batch, logs=None):
        if not self.is_over:
            self.steps += 1
            self.is_over = self.model.stop_training = self.stop(self.steps)


def as_bytes(images: np.ndarray) -> np.ndarray:
    """Return images of 0 to 255 as uint8. Raises ValueError if they hold numbers that are not finite."""
    if not np.isfinite(images).all():
        raise ValueError("samples are not finite: the training has diverged")
    return np.clip(np.rint(images), 0, 255).astype(np.uint8)


MODELS = {"keras_dcgan": Dcgan, "keras_vae": Vae}
