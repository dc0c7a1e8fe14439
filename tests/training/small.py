"""The smallest training that these tests share, and a look at its history."""

import csv

SMALL = (
    "model=gan",
    "dataset=digits",
    "train.batch_size=16",
    "train.examples=64",
    "hardware=cpu",
    "hardware.jit=false",
)
NARROW = ("networks.generator.width=16", "networks.discriminator.width=16")


def rows(folder):
    with folder.history.path.open(newline="") as file:
        return list(csv.DictReader(file))
