"""Dataset of the user's own recordings: a folder with folders in it, or a .zip; images of their mel bands."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.image_folder import divided, learned, left_out, opened
from ganae_cli.datasets.outline import SOUNDS as OF_SOUND
from ganae_cli.datasets.outline import Outline
from ganae_cli.datasets.pictures import cache as kept
from ganae_cli.datasets.pictures.cache import Cache, Facts
from ganae_cli.datasets.pictures.load import Loaded, Options, arranged, can_be_read_now, refuse_unreadable
from ganae_cli.datasets.pictures.tree import Tree
from ganae_cli.datasets.sounds import clips, headers
from ganae_cli.datasets.sounds.clips import Clips
from ganae_cli.datasets.sounds.kinds import SOUNDS
from ganae_cli.datasets.sounds.recording import Recording, library
from ganae_cli.datasets.sounds.settle import Scale, settled
from ganae_cli.datasets.sounds.sound import Sound
from ganae_cli.registry import register
from ganae_cli.terminal import one_line

QUIET = 128  # of 255: where no pixel is brighter, the upper half of the scale is not used
LISTENED = 200  # clips that are looked at for it


@register("dataset", "audio_folder")
def audio_folder(
    path: str | None = None,
    sample_rate: int | None = None,
    seconds: float | None = None,
    frames: int = 64,
    mel_bins: int = 64,
    hop: int | None = None,
    n_fft: int | None = None,
    low_hz: float = 0.0,
    high_hz: float | None = None,
    top_db: float = 0.0,
    range_db: float = 80.0,
    labels: str = "auto",
    test_fraction: float = 0.1,
    skip_unreadable: bool = False,
    cache: str = "auto",
) -> Data:
    """Return the recordings of a folder and all folders in it, or of a .zip, as images (mel_bins, frames, 1).

    What becomes of each kind of file: `sounds.recording`. A recording that is longer than `seconds` is cut into clips,
    one after the other, the rest among them if it is half a clip; a shorter one is followed by silence. All clips of a
    recording are in one split. Columns and rows of an image: `sounds.spectrogram`; their scale: `sounds.sound`; what
    null stands for: `sounds.settle`. Files, splits, classes and the cache are those of `image_folder`; images are never
    mirrored, since sound has a direction.

    Raises UserError in one line, which names a file and what to type, for what cannot be read or does not fit together.
    """
    library()
    tree = opened(path, SOUNDS)
    scale = Scale(sample_rate, seconds, frames, mel_bins, hop, n_fft, low_hz, high_hz, top_db, range_db)
    sound, loaded = load(tree, scale, Options(skip_unreadable=skip_unreadable, cache=cache), str(path))
    counts = [clips.count(recording, sound) for recording in loaded.entries]
    data = divided(loaded, str(path), labels, test_fraction, SOUNDS, counts)
    warnings = (*data.warnings, *left_out(tree, loaded, str(path), SOUNDS), *quiet(loaded, sound, str(path)))
    return replace(
        data,
        notes=(
            f"dataset.path={path}: {len(loaded.entries):,} recordings, {described(loaded.entries, sum(counts), sound)}",
            *loaded.notes,
        ),
        warnings=warnings,
        skipped=tuple(f"{one_line(name)}\t{one_line(why)}" for name, why in loaded.facts.faults.items()),
        source=kept.fingerprint(tree, [recording.entry for recording in loaded.entries], *sound),
        sound=sound,
    )


@register("outline", "audio_folder")
def outline(options: Mapping[str, Any]) -> Outline:
    """Return what the names of the files say: how many recordings there are, each of one clip at least."""
    tree = opened(options["path"], SOUNDS)
    return Outline(OF_SOUND, learned(tree, options), options["mel_bins"], options["frames"], 1)


def load(tree: Tree, scale: Scale, options: Options, path: str) -> tuple[Sound, Loaded]:
    """Return the scale of the images, and all clips, from the cache or computed.

    Raises UserError for files that cannot be read, unless `options.skip_unreadable`, and as `settled` does.
    """
    found = headers.read(tree)
    if not found.recordings or not options.skip_unreadable:
        refuse_unreadable(tree, found.faults)
    sound = settled(scale, found.recordings, path)
    short = {one.name: why for one in found.recordings if (why := clips.too_short(one, sound))}
    cached = Cache(kept.key(tree.entries, SOUNDS.dataset, clips.VERSION, library().__libsndfile_version__, *sound))
    known = cached.facts()
    told = known.faults if known else {}
    broken = [recording for recording in found.recordings if recording.name in told and recording.name not in short]
    if can_be_read_now(Clips(tree, broken, sound)):
        known, told = None, {}
    every = told | found.faults | short
    faults = {entry.name: every[entry.name] for entry in tree.entries if entry.name in every}
    facts = Facts((sound.mel_bins, sound.frames), 1, 0, faults)
    sound_ones = [recording for recording in found.recordings if recording.name not in faults]
    if not sound_ones or not options.skip_unreadable:
        refuse_unreadable(tree, faults)
    return sound, arranged(Clips(tree, sound_ones, sound), facts, cached, known is not None, options)


def described(recordings: Sequence[Recording], count: int, sound: Sound) -> str:
    """Return how recordings become `count` images, in words."""
    short = sum(recording.seconds < sound.seconds for recording in recordings)
    padded = f" ({short:,} shorter ones end in silence)" if short else ""
    return (
        f"{count:,} clips of {sound.seconds:.3g} s at {sound.rate:,} Hz{padded}; columns of {sound.hop:,} samples, "
        f"windows of {sound.n_fft:,}, {sound.mel_bins} mel bands from {sound.low_hz:g} to {sound.high_hz:g} Hz"
    )


def quiet(loaded: Loaded, sound: Sound, path: str) -> list[str]:
    """Return a warning of recordings that leave the upper half of the scale unused."""
    some = np.unique(np.linspace(0, len(loaded.pixels) - 1, LISTENED).astype(int))
    brightest = int(loaded.pixels[some].max())
    if brightest >= QUIET:
        return []
    if not brightest:
        return [f"dataset.path={path}: all is silence, below {sound.level(0):g} dB of full scale"]
    level = int(np.ceil(sound.level(brightest)))
    return [
        f"dataset.path={path}: the loudest band lies at {level} dB of full scale, so images are dark: type "
        f"dataset.top_db={level}"
    ]
