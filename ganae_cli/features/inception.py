"""Features of InceptionV3 as Keras publishes it, trained on ImageNet: 2,048 numbers, of images of 299x299 pixels.

Published FIDs are measured with another InceptionV3, the TensorFlow graph of 2015 (Heusel et al. 2017,
arXiv:1706.08500), whose weights differ. So numbers of this space compare with each other, not with those of papers.
The weights are a file that the option `weights` names; without it, Keras' own, which it downloads once into its cache.
If there are none, the space is refused: nothing else takes their place.
"""

from pathlib import Path
from typing import Any

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.features.base import COSINE, Embedded, Encode, FeatureSpace, Progress, Say, refuse_unsuited
from ganae_cli.features.inception_weights import described, fault, load, published
from ganae_cli.features.pretrained import CHANNELS, at_once, refused, through
from ganae_cli.registry import register

NAME, SIZE, DIMENSIONS, CLASSES = "inception", 299, 2048, 1000
NETWORK = "InceptionV3 of keras.applications, not the graph of 2015: compare with no FID of a paper"


@register("features", "inception")
class Inception(FeatureSpace):
    """InceptionV3 of keras.applications: see the module.

    weights: a file .h5, .weights.h5 or .keras of this network, with its classifier or without; None: Keras' own. The
    classifier gives the class probabilities.
    """

    name = NAME
    distance = COSINE

    def __init__(self, weights: str | None = None):
        self.weights = weights
        self._shape: tuple[int, ...] = ()
        self._forward: Any = None
        self._facts: dict[str, Any] = {}

    def refusal(self, data: Data) -> str | None:
        return refused(data) or (None if self._forward else fault(self.weights))

    def prepare(self, data: Data, encode: Encode | None = None, say: Say = lambda line: None) -> None:
        refuse_unsuited(self, data)
        self._shape = data.shape
        if self._forward:
            return
        path = Path(self.weights).expanduser() if self.weights else published(say)
        network = load(path)
        self._facts = described(path)
        if len(network.outputs) == 2:
            self._facts["probabilities"] = f"of its {CLASSES:,} ImageNet classes"
        self._forward = _compiled(network)

    def embed(self, rows: np.ndarray, progress: Progress = lambda share: None) -> Embedded:
        from ganae_cli.features.blocks import refuse_others

        refuse_others(rows, self._shape, NAME)
        features, *probabilities = through(self._forward, rows, at_once(self._shape, SIZE), progress)
        return Embedded(features, features, *probabilities)

    @property
    def facts(self) -> dict[str, Any]:
        from ganae_cli.features.resizing import HOW

        common = {"dimensions": DIMENSIONS, "image_size": SIZE, "resize": HOW, "channels": CHANNELS}
        return {"features": NAME, "network": NETWORK, **common, **self._facts}


def _compiled(network: Any) -> Any:
    """Return uint8 images (N, H, W, C) -> the outputs of the network, compiled once for each shape."""
    import tensorflow as tf

    from ganae_cli.features.resizing import to_rgb

    @tf.function(autograph=False, jit_compile=False)
    def forward(images: tf.Tensor) -> list[tf.Tensor]:
        return tf.nest.flatten(network(to_rgb(images, SIZE) / 127.5 - 1, training=False))

    return forward
