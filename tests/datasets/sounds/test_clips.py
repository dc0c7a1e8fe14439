"""Clips: how many a recording has, which samples each one holds, and the same from every reading."""

import numpy as np
import pytest

from ganae_cli.datasets.pictures.source import Decoded
from ganae_cli.datasets.sounds import clips, headers
from ganae_cli.datasets.sounds.clips import Clips
from ganae_cli.datasets.sounds.spectrogram import image
from ganae_cli.errors import UserError
from tests.datasets.recordings import SOUND, noise, write
from tests.datasets.sounds.test_headers import of


@pytest.mark.parametrize(("parts", "expected"), [(0.1, 1), (0.9, 1), (1, 1), (1.49, 1), (1.5, 2), (3, 3), (7.75, 8)])
@pytest.mark.parametrize("rate", [8000, 44_100])
def test_how_many(parts, expected, rate):
    """A clip has 1,600 samples at 8,000 Hz: the rest counts from half of one on, and is all of a short recording."""
    (recording,) = of(rate)
    assert clips.count(recording._replace(frames=round(parts * 0.2 * rate)), SOUND) == expected


def test_less_than_a_column_is_too_short():
    (recording,) = of(8000)
    assert clips.too_short(recording._replace(frames=50), SOUND) is None
    said = clips.too_short(recording._replace(frames=49), SOUND)
    assert said == "it lasts 0.00613 seconds, less than one column of an image, 0.00625"


@pytest.fixture
def made(tree, tmp_path):
    """Return the clips of four recordings, of 2, 1, 3 and 1 clips, and the samples of each clip."""
    heard = {
        name: noise(count, seed)
        for seed, (name, count) in enumerate({"a": 3200, "b": 700, "c": 4400, "d": 1600}.items())
    }
    for name, samples in heard.items():
        write(tmp_path / "own" / f"{name}.wav", samples, subtype="FLOAT")
    parts = [
        np.pad(part, (0, 1600 - len(part)))
        for one in heard.values()
        for part in np.split(one, range(1600, len(one), 1600))
    ]
    return Clips(tree(), headers.read(tree()).recordings, SOUND), np.stack(parts)


def test_each_clip_is_the_image_of_its_samples(made):
    found, heard = made
    assert isinstance(found, Decoded)
    assert (found.shape, found.counts, len(found)) == ((7, 16, 32, 1), [2, 1, 3, 1], 7)
    expected = np.stack([image(SOUND, part) for part in heard])
    assert np.array_equal(found[:], expected)
    assert np.array_equal(found[np.array([6, 2, 2, 4])], expected[[6, 2, 2, 4]])
    assert np.array_equal(found.images_of(found.entries[2]), expected[3:6])
    assert [(one.name, number) for one, number in map(found.place, (0, 1, 2, 5, 6))] == [
        *(("a.wav", 0), ("a.wav", 1), ("b.wav", 0), ("c.wav", 2), ("d.wav", 0))
    ]
    assert np.array_equal(found.of(found.entries[1:3])[:], expected[2:6])


def test_a_file_that_goes_away_is_named(made):
    found, _ = made
    (found.tree.path / "c.wav").unlink()
    with pytest.raises(UserError, match=r"own: c\.wav cannot be read: no such file"):
        found[[4]]
    assert found[[6]].max() > 0
