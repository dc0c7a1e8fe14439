"""CIFAR-10 and CIFAR-100: each 50,000 training and 10,000 test images of 32x32 pixels in colour, from Keras or a file.

Both are of Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images".
"""

from collections.abc import Sequence
from functools import partial

import keras

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.keras_copy import Known
from ganae_cli.errors import UserError
from ganae_cli.registry import register

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
_COARSE = """
    aquatic_mammals fish flowers food_containers fruit_and_vegetables household_electrical_devices
    household_furniture insects large_carnivores large_man-made_outdoor_things large_natural_outdoor_scenes
    large_omnivores_and_herbivores medium_mammals non-insect_invertebrates people reptiles small_mammals trees
    vehicles_1 vehicles_2
"""
_FINE = """
    apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can
    castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin
    elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard
    lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear
    pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark
    shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone
    television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm
"""
COARSE, FINE = tuple(_COARSE.split()), tuple(_FINE.split())
WORDS = {"fine": FINE, "coarse": COARSE}


@register("dataset", "cifar10")
def cifar10(path: str | None = None, image_size: int | Sequence[int] | None = None) -> Data:
    """Return images of ten classes of animals and vehicles."""
    archive, place = "cifar-10-python.tar.gz", "cifar-10-batches-py-target_archive"
    return Known("cifar10", keras.datasets.cifar10.load_data, CLASSES, True, archive, place).data(path, image_size)


@register("dataset", "cifar100")
def cifar100(path: str | None = None, image_size: int | Sequence[int] | None = None, labels: str = "fine") -> Data:
    """Return images of 100 classes ("fine"), or the same of the 20 groups of them ("coarse").

    A local copy has one of them in y_train and y_test: say which, and the classes get their names.
    """
    if labels not in WORDS:
        raise UserError(f"dataset.labels must be fine or coarse, got {labels!r}")
    load = partial(keras.datasets.cifar100.load_data, label_mode=labels)
    archive, place = "cifar-100-python.tar.gz", "cifar-100-python-target_archive"
    return Known("cifar100", load, WORDS[labels], True, archive, place).data(path, image_size)
