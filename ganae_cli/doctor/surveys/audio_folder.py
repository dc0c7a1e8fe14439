"""The survey of recordings in files: each is read once, and none stops the others; then their images are looked at."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ganae_cli.datasets import audio_folder, image_folder
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.pictures.load import Loaded, Options
from ganae_cli.datasets.pictures.tree import Tree
from ganae_cli.datasets.sounds import clips, headers
from ganae_cli.datasets.sounds.kinds import SOUNDS
from ganae_cli.datasets.sounds.recording import Recording, library
from ganae_cli.datasets.sounds.settle import Scale
from ganae_cli.datasets.sounds.sound import Sound
from ganae_cli.datasets.splits import with_validation
from ganae_cli.doctor.survey import Survey, of_data
from ganae_cli.errors import UserError
from ganae_cli.runtime.import_tensorflow import import_tensorflow
from ganae_cli.units import duration


def of_folder(options: Mapping[str, Any]) -> Survey:
    """Return the survey of a folder or .zip. options: of dataset `audio_folder`. Raises UserError for no recordings.

    What would keep a training from beginning is in `refused`, in the words in which the dataset would say it.
    """
    import_tensorflow()
    library()
    tree, path = image_folder.opened(options["path"], SOUNDS), str(options["path"])
    try:
        found = _of_images(tree, options, path)
    except UserError as error:
        seen = headers.read(tree)
        found = Survey(f"dataset.path={path}", faults=seen.faults)
        found.told = _told(seen.recordings)
        found.refused += [] if len(seen.faults) == len(tree.entries) else [str(error)]
    found.what, found.left_out, found.skips = "clips", +tree.others, bool(options["skip_unreadable"])
    found.warned += image_folder.unsupported(tree, SOUNDS)
    return found


def _of_images(tree: Tree, options: Mapping[str, Any], path: str) -> Survey:
    """Return the survey of all clips. Raises UserError where the dataset would, but for files that cannot be read."""
    scale = Scale(**{key: options[key] for key in Scale._fields})
    sound, loaded = audio_folder.load(tree, scale, Options(skip_unreadable=True, cache=options["cache"]), path)
    counts = [clips.count(recording, sound) for recording in loaded.entries]

    def divided(pixels: Any) -> Data:
        data = image_folder.divided(
            loaded._replace(pixels=pixels), path, options["labels"], options["test_fraction"], SOUNDS, counts
        )
        return with_validation(data, options["validation_fraction"])

    numbers = np.arange(sum(counts)).view(np.uint8).reshape(-1, 1, 1, 8)  # a clip is its own number
    found = of_data(divided(loaded.pixels), f"dataset.path={path}", _names(divided(numbers), loaded, counts, sound))
    found.faults, found.sound = loaded.facts.faults, sound
    found.told = [*_told(loaded.entries), audio_folder.described(loaded.entries, sum(counts), sound)]
    found.warned += audio_folder.quiet(loaded, sound, path)
    return found


def _names(numbers: Data, loaded: Loaded, counts: Sequence[int], sound: Sound) -> list[str]:
    """Return the name of each clip, its file, and its beginning where that has several.

    numbers: of the clips, in splits, whose order is that of the names.
    """
    every = [
        recording.name if many == 1 else f"{recording.name} from {number * sound.seconds:.2f} s"
        for recording, many in zip(loaded.entries, counts, strict=True)
        for number in range(many)
    ]
    chosen = [np.asarray(rows).reshape(-1).view(np.int64) for _, rows, _ in numbers.splits()]
    return [every[number] for number in np.concatenate(chosen)]


def _told(recordings: Sequence[Recording]) -> list[str]:
    """Return what the headers say, in two lines; nothing of no recordings."""
    if not recordings:
        return []
    lengths = sorted(recording.seconds for recording in recordings)
    least, middle, most = (f"{lengths[place]:.3g}" for place in (0, len(lengths) // 2, -1))
    rates = Counter(f"{recording.rate:,} Hz" for recording in recordings)
    channels = Counter(f"{one.channels} channel{'s' * (one.channels > 1)}" for one in recordings)
    kinds = Counter(recording.kind for recording in recordings)
    return [
        f"{len(recordings):,} recordings of {duration(sum(lengths))} in all: {least} to {most} s, median {middle} s",
        "; ".join(map(_counted, (rates, channels, kinds))),
    ]


def _counted(kinds: Counter[str]) -> str:
    return ", ".join(f"{kind} ({count:,})" if len(kinds) > 1 else kind for kind, count in kinds.most_common())
