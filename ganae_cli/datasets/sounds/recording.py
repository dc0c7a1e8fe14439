"""One file of sound: what its header says, and stretches of it as one channel at the rate that is wanted, by soundfile.

==============================  =======================================================================================
what a file holds               what becomes of it
==============================  =======================================================================================
8, 16, 24, 32 bits, floats      floats, from -1 to 1
several channels                their mean
another rate than is wanted     resampled by a polyphase filter against aliasing (`scipy.signal.resample_poly`)
WAV or OGG that is cut off      what is there
FLAC or MP3 that is cut off,    unreadable, named with the reason
no samples, NaN, infinite
numbers, floats beyond 100
==============================  =======================================================================================
"""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from math import gcd
from types import ModuleType
from typing import IO, Any, NamedTuple

import numpy as np

from ganae_cli.datasets.pictures.decode import reason
from ganae_cli.datasets.pictures.tree import Entry, Tree, Unreadable
from ganae_cli.datasets.sounds import kinds
from ganae_cli.errors import UserError
from ganae_cli.storage.npz_file import FAULTS

HEAD = 16  # bytes from the beginning of a file that tell its kind
SLOWEST, FASTEST = 1000, 768_000  # rates in samples per second
MOST_CHANNELS = 64
LOUDEST = 100.0  # 1 is full scale: more is no sound, but whole numbers that were written as floats
BLOCK = 2**16  # frames of an OGG or MP3 that are read at once, always the same: the last bit depends on it
BY_READING = ("OGG", "MP3")  # where libsndfile, told to go to a place, does not find exactly that
DENSE = 8192  # frames that a byte may hold, in a FLAC of silence: a header that promises more is wrong


class Recording(NamedTuple):
    """A file, and what its header says. frames: samples of each channel."""

    entry: Entry
    kind: str
    rate: int
    channels: int
    frames: int

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def seconds(self) -> float:
        return self.frames / self.rate


def library() -> ModuleType:
    """Return soundfile. Raises UserError without it, or without the library of C that it needs."""
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise UserError(
            "dataset=audio_folder needs the extra `audio`: pip install 'ganae[audio]' (soundfile)"
        ) from error
    return soundfile


@contextmanager
def opened(tree: Tree, entry: Entry) -> Iterator[Any]:
    """Give the open `soundfile.SoundFile` of an entry. Raises Unreadable for what is no sound, and for damage."""
    reader = library().SoundFile
    with tree.open(entry) as file:
        head = file.read(HEAD)
        kind = kinds.format_of(head)
        if kind is None:
            raise Unreadable(kinds.described(head))
        try:
            with reader(_from_start(file), closefd=False) as sound:
                yield sound
        except FAULTS as error:
            raise Unreadable(f"it is a damaged {kind}: {_reason(error)}") from error


def _from_start(file: IO[bytes]) -> int | IO[bytes]:
    """Return a file for soundfile, at its beginning: its descriptor, if it has one, which needs no call of Python."""
    try:
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        return file.fileno()
    except io.UnsupportedOperation:
        file.seek(0)
        return file


def _reason(error: BaseException) -> str:
    """Return the words of an error, without the address of an object, or a guess that is none of our business."""
    said = getattr(error, "error_string", "") or reason(error)
    if "regular file" in said:
        return "no sound is found in it"
    return said.removeprefix("Error : ").removeprefix("Error: ").rstrip(".") or "it cannot be opened"


def header(tree: Tree, entry: Entry) -> Recording:
    """Return what the header of a file says. Raises Unreadable."""
    with opened(tree, entry) as sound:
        found = Recording(entry, f"{sound.format} {sound.subtype}", sound.samplerate, sound.channels, sound.frames)
    if not SLOWEST <= found.rate <= FASTEST:
        raise Unreadable(f"it has {found.rate:,} samples per second, expected {SLOWEST:,} to {FASTEST:,}")
    if not 1 <= found.channels <= MOST_CHANNELS:
        raise Unreadable(f"it has {found.channels:,} channels, expected at most {MOST_CHANNELS}")
    if found.frames > DENSE * entry.size:
        raise Unreadable(f"its header promises {found.seconds:,.0f} seconds, which {entry.size:,} bytes cannot hold")
    if found.frames < 1:
        raise Unreadable("it holds no samples")
    return found


class Stretches:
    """Stretches of an open file, asked for in the order of their beginnings."""

    def __init__(self, sound: Any, recording: Recording):
        self.sound, self.recording = sound, recording
        self.place = 0  # of the next frame of the file
        self.held = np.empty((0, recording.channels), np.float32)  # those before it

    def read(self, start: int, stop: int) -> np.ndarray:
        """Return the mean of the channels of the frames start … stop - 1, float32. Raises Unreadable."""
        stop = min(stop, self.recording.frames)
        by_reading = self.recording.kind.split()[0] in BY_READING
        if start > self.place and not by_reading:
            self.sound.seek(start)
            self.place, self.held = start, self.held[:0]
        self._forget(start)
        while self.place < stop:
            size = min(BLOCK, self.recording.frames - self.place) if by_reading else stop - self.place
            self.held = np.concatenate([self.held, self._next(size)])
            self._forget(start)
        found = self.held[: stop - start]
        loudest = float(np.abs(found).max(initial=0.0))
        if not np.isfinite(loudest):
            raise Unreadable("it has samples that are no numbers (NaN) or infinite")
        if loudest > LOUDEST:
            raise Unreadable(f"its samples go to {loudest:.6g}, expected -1 to 1: divide them")
        return found.mean(axis=1)

    def _forget(self, start: int) -> None:
        """Let go of the frames before `start`, as far as they are held."""
        self.held = self.held[max(0, start - self.place + len(self.held)) :]

    def _next(self, count: int) -> np.ndarray:
        found = self.sound.read(count, dtype="float32", always_2d=True)
        self.place += len(found)
        if len(found) < count:
            whole = self.recording
            at = f"{self.place / whole.rate:.2f} of {whole.seconds:.2f} seconds"
            raise Unreadable(f"it is damaged or cut off: it ends after {at}")
        return found


def clip(stretches: Stretches, number: int, samples: int, rate: int) -> np.ndarray:
    """Return `samples` samples at a rate, float32, from number * samples on; silence where the recording has ended.

    Samples beside the clip are read too, as far as the filter of the resampling sees them. Raises Unreadable.
    """
    recording = stretches.recording
    common = gcd(rate, recording.rate)
    up, down = rate // common, recording.rate // common
    start = number * samples * down // up
    stop = min(recording.frames, -(-(number + 1) * samples * down // up))
    if up == down:
        found = stretches.read(start, stop)
    else:
        from scipy.signal import resample_poly

        beside = down * (1 - -10 * max(up, down) // (up * down))  # half of the filter, or more
        before = max(0, start // down * down - beside)  # where a sample of either rate begins
        heard = stretches.read(before, min(recording.frames, stop + beside))
        found = resample_poly(heard, up, down)[number * samples - before * up // down :]
    made = np.zeros(samples, np.float32)
    made[: len(found[:samples])] = found[:samples]
    return made
