"""All clips of some recordings as an array of images (N, mel_bins, frames, 1), computed where they are asked for."""

from collections.abc import Sequence

import numpy as np

from ganae_cli.datasets.pictures.source import Decoded
from ganae_cli.datasets.pictures.tree import Tree, Unreadable
from ganae_cli.datasets.sounds.recording import Recording, Stretches, clip, opened
from ganae_cli.datasets.sounds.sound import Sound
from ganae_cli.datasets.sounds.spectrogram import image

VERSION = 2  # of what these functions make of a file: images are kept between runs
REST = 0.5  # of a clip: what is left at the end of a recording is a clip of its own, padded, if it is so long


def count(recording: Recording, sound: Sound) -> int:
    """Return how many clips a recording has, one at least: all whole ones, and the rest if it is half a clip."""
    length = recording.frames * sound.rate / recording.rate
    whole, rest = divmod(length, sound.samples)
    return int(whole) + (rest >= REST * sound.samples or whole == 0)


def too_short(recording: Recording, sound: Sound) -> str | None:
    """Return why a recording is too short for a clip: it fills no column; None if it is not."""
    column = sound.hop / sound.rate
    if recording.seconds >= column:
        return None
    return f"it lasts {recording.seconds:.3g} seconds, less than one column of an image, {column:.3g}"


class Clips(Decoded):
    """Clips of recordings, in order; all of a recording follow one another."""

    what = "recordings"

    def __init__(self, tree: Tree, entries: Sequence[Recording], sound: Sound):
        self.counts = [count(recording, sound) for recording in entries]
        self.ends = np.cumsum(self.counts)
        super().__init__(tree, entries, (int(sum(self.counts)), sound.mel_bins, sound.frames, 1))
        self.sound = sound

    def place(self, number: int) -> tuple[Recording, int]:
        """Return the recording of a clip, and the number of the clip in it."""
        which = int(np.searchsorted(self.ends, number, side="right"))
        return self.entries[which], int(number - self.ends[which] + self.counts[which])

    def image(self, number: int) -> np.ndarray:
        recording, inner = self.place(number)
        try:
            return self._images(recording, [inner])[0]
        except Unreadable as error:
            raise self.lost(recording, error) from error

    def images_of(self, entry: Recording) -> np.ndarray:
        return self._images(entry, range(count(entry, self.sound)))

    def of(self, entries: Sequence[Recording]) -> "Clips":
        return Clips(self.tree, entries, self.sound)

    def _images(self, recording: Recording, numbers: Sequence[int]) -> np.ndarray:
        made = np.empty((len(numbers), *self.shape[1:]), np.uint8)
        with opened(self.tree, recording.entry) as file:
            stretches = Stretches(file, recording)
            for i, number in enumerate(numbers):
                heard = clip(stretches, number, self.sound.samples, self.sound.rate)
                made[i] = image(self.sound, heard)
        return made
