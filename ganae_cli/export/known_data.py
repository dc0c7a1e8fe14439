"""What is publicly known of the datasets that ganae names: title, place on the Hugging Face hub, source, licence."""

from typing import NamedTuple


class KnownData(NamedTuple):
    """A public dataset. hub: its name on the Hugging Face hub, "" if it has none there. licence: as its makers say."""

    title: str
    hub: str
    source: str
    licence: str


_CIFAR = "none stated by its authors, who ask to cite Krizhevsky 2009, Learning Multiple Layers of Features"
_MNIST = "CC BY-SA 3.0 (Yann LeCun and Corinna Cortes), as https://keras.io/api/datasets/mnist/ states"
KNOWN = {
    "mnist": KnownData("MNIST", "ylecun/mnist", "https://keras.io/api/datasets/mnist/", _MNIST),
    "stacked_mnist": KnownData("Stacked MNIST", "ylecun/mnist", "https://keras.io/api/datasets/mnist/", _MNIST),
    "fashion_mnist": KnownData(
        "Fashion-MNIST",
        "zalando-datasets/fashion_mnist",
        "https://github.com/zalandoresearch/fashion-mnist",
        "MIT (Zalando SE)",
    ),
    "cifar10": KnownData("CIFAR-10", "uoft-cs/cifar10", "https://www.cs.toronto.edu/~kriz/cifar.html", _CIFAR),
    "cifar100": KnownData("CIFAR-100", "uoft-cs/cifar100", "https://www.cs.toronto.edu/~kriz/cifar.html", _CIFAR),
    "digits": KnownData(
        "Optical Recognition of Handwritten Digits, test set",
        "",
        "https://archive.ics.uci.edu/dataset/80",
        "CC BY 4.0 (UCI Machine Learning Repository, doi:10.24432/C50P49)",
    ),
}
MADE = ("ring", "grid", "spiral", "hundred_gaussians")  # points that ganae itself draws


def licence_of(dataset: str) -> str:
    """Return the licence of a dataset in words.

    >>> licence_of("ring"), licence_of("image_folder")
    ('none needed: ganae draws these points itself', 'not known to ganae: say it here before you publish the model')
    """
    if dataset in MADE:
        return "none needed: ganae draws these points itself"
    return (
        KNOWN[dataset].licence if dataset in KNOWN else "not known to ganae: say it here before you publish the model"
    )
