"""Which model `ganae train` takes where none is chosen. This is the only place that decides it.

Figures: conf/experiment/FIRST_IMPRESSIONS.md. Of few pictures, an autoencoder has learned most while a discriminator,
with which a step takes four to five times as long, has just begun; a contractive one has the cleanest samples. Of many
grey ones, codes of a contractive hybrid are soon as good to sample from as real codes, and its discriminator keeps
strokes sharp. Of colour pictures, a GAN alone learns faster at first, and stops when its discriminator has won; with an
autoencoder beside it, it goes on.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ganae_cli.datasets import outline
from ganae_cli.datasets.outline import POINTS, SOUNDS, Outline
from ganae_cli.errors import UserError

DEFAULT = "aegan"  # what conf/model/auto.yaml extends: the model where nothing speaks for another
OF_FEW, OF_GREY, OF_COLOUR = "contractive_autoencoder", "contractive_aegan", DEFAULT  # pictures
FEW = 2000  # training pictures; below, a discriminator soon knows them by heart as well
SMALLEST = 16  # side of a picture, in pixels


class Suited(NamedTuple):
    """A model that suits a dataset, and what speaks for it, as it is told: "model NAME, REASON"."""

    model: str
    reason: str


def suited(dataset: str, held: Outline | None) -> Suited:
    """Return the model for a dataset, by its name and by what it holds; None: that is not known before it is read.

    >>> suited("digits", Outline("images", 1498, 8, 8, 1)).model
    'aegan'
    >>> suited("ring", Outline("points"))
    Suited(model='aegan', reason='for points')
    >>> suited("image_folder", Outline("images", 360, 112, 92, 1))
    Suited(model='contractive_autoencoder', reason='for 360 pictures of 112x92')
    >>> suited("image_folder", Outline("images", 22500, 32, 32, 3))
    Suited(model='aegan', reason='for 22,500 pictures of 32x32')
    >>> suited("mnist", Outline("images", 60000, 28, 28, 1)).model
    'contractive_aegan'
    >>> suited("tfds", Outline("images"))
    Suited(model='aegan', reason='for pictures')
    >>> suited("audio_folder", Outline("sounds", 800, 64, 64, 1)).model
    'aegan'
    >>> suited("mine", None)
    Suited(model='aegan', reason="as dataset 'mine' does not state what it holds")
    """
    if held is None:
        return Suited(DEFAULT, f"as dataset '{dataset}' does not state what it holds")
    what = f"for {in_words(held)}"
    if dataset == "digits" or held.kind in (POINTS, SOUNDS):
        return Suited(DEFAULT, what)
    if min(held.height or SMALLEST, held.width or SMALLEST) < SMALLEST:
        return Suited(DEFAULT, what)
    if held.count is not None and held.count < FEW:
        return Suited(OF_FEW, what)
    return Suited(OF_GREY if held.channels == 1 else OF_COLOUR, what)


def of_dataset(options: Mapping[str, Any], stated: str, examples: int | None = None) -> Suited | None:
    """Return the model for a dataset by its options; None where it cannot be looked at: it is refused when it is read.

    options: with the name. stated: by its YAML behind `# holds:`. examples: most training rows.
    """
    try:
        held = outline.of(options, stated, examples)
    except (UserError, OSError, ValueError, TypeError):  # the last two: values that the schema has not seen yet
        return None
    return suited(str(options["name"]), held)


def in_words(held: Outline) -> str:
    """Return what a dataset holds, in words.

    >>> in_words(Outline("images", 1, 8, 9)), in_words(Outline("images", 1200)), in_words(Outline("sounds", 30, 64, 64))
    ('1 picture of 8x9', '1,200 pictures', '30 recordings')
    """
    if held.kind == POINTS:
        return POINTS
    what = "recording" if held.kind == SOUNDS else "picture"
    count = f"{what}s" if held.count is None else f"{held.count:,} {what}{'s' * (held.count != 1)}"
    return f"{count} of {held.height}x{held.width}" if held.height and held.kind != SOUNDS else count
