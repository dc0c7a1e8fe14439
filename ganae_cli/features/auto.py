"""The feature space where none is named: the one that knows most of the data at hand."""

from typing import NamedTuple, cast

from ganae_cli import registry
from ganae_cli.datasets.base import Data
from ganae_cli.features.base import Encode, FeatureSpace, Say

PHOTOS = "efficientnet_lite0"
GOOD = 0.8  # accuracy of a classifier whose features are trusted


class Chosen(NamedTuple):
    """A feature space, prepared, and why it was chosen, in one line for the user."""

    space: FeatureSpace
    why: str


def build(name: str) -> FeatureSpace:
    """Return a feature space by its name. Raises UserError, naming all, for an unknown one."""
    registry.import_parts("ganae_cli.features")
    return cast(FeatureSpace, registry.build("features", name))


def named(name: str, data: Data, encode: Encode | None = None, say: Say = lambda line: None) -> FeatureSpace:
    """Return a feature space by its name, prepared. Raises UserError if it cannot be used; no other takes its place."""
    space = build(name)
    space.prepare(data, encode, say)
    return space


def choose(data: Data, say: Say = lambda line: None) -> Chosen:
    """Return the feature space for a dataset, prepared.

    Points have their coordinates. Colour images are seen by a network that was trained on photographs, where it is
    installed. Other images with labels are seen by a classifier of their own if it is right about 80 % of held-out
    ones, and all else by random convolutions.
    """
    if data.kind == "points":
        return Chosen(named("pixels", data), "features=pixels: points are compared by their coordinates")
    reasons = []
    if data.shape[2] >= 3 and not data.channel_classes:
        fault = _photos_fault(data)
        if fault is None:
            why = f"features={PHOTOS}: colour images, compared by what a network trained on photographs sees"
            return Chosen(named(PHOTOS, data, None, say), why)
        reasons.append(f"{PHOTOS}: {fault}")
    classifier = build("classifier")
    fault = classifier.refusal(data)
    if fault is None:
        classifier.prepare(data, None, say)
        accuracy = classifier.facts["accuracy"]
        right = f"right about {accuracy:.1%} of held-out {'channels' if data.channel_classes else 'images'}"
        if accuracy >= GOOD:
            return Chosen(classifier, f"features=classifier: a network that learned this dataset's labels, {right}")
        fault = f"it is {right} only, and {GOOD:.0%} are asked for"
    reasons.append(f"classifier: {fault}")
    return Chosen(named("random_conv", data), f"features=random_conv ({'; '.join(reasons)})")


def _photos_fault(data: Data) -> str | None:
    """Return why the network of photographs cannot be used; None if it can."""
    registry.import_parts("ganae_cli.features")
    if PHOTOS not in registry.names("features"):
        return "not there"
    return build(PHOTOS).refusal(data)
