"""Samples as WAV files: what the wave module and soundfile read again."""

import wave

import numpy as np
import pytest

from ganae_cli.datasets.sounds import griffin_lim, spectrogram
from ganae_cli.errors import UserError
from ganae_cli.evaluation import sounds
from ganae_cli.evaluation.export import write_samples
from tests.datasets.recordings import SOUND, noise, sine
from tests.evaluation.test_export import Fixed

IMAGES = np.stack([spectrogram.image(SOUND, sine(hertz, SOUND.samples)) for hertz in (500, 1000, 2000)] * 4)


def read(path):
    """Return the header and the samples of a WAV file."""
    with wave.open(str(path)) as file:
        return file.getparams(), np.frombuffer(file.readframes(file.getnframes()), "<i2")


@pytest.fixture
def trained():
    made = Fixed(IMAGES)
    made.sound = SOUND
    return made


def test_a_folder_of_sounds(trained, tmp_path):
    """Numbered, one channel of 16 bits, at the rate and of the length of the clips, at the frequency of each image."""
    write_samples(trained, 11, 0, tmp_path / "new", "folder", iterations=20)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [f"{i:02d}.wav" for i in range(11)]
    for number, hertz in ((0, 500), (1, 1000), (10, 1000)):
        header, samples = read(tmp_path / "new" / f"{number:02d}.wav")
        assert header[:4] == (1, 2, 8000, 1600)
        again = spectrogram.image(SOUND, samples.astype(np.float32) / 32767)
        band = spectrogram.image(SOUND, sine(hertz, 1600)).mean(axis=1).argmax()
        assert again.mean(axis=1).argmax() == band


def test_a_sound_does_not_depend_on_what_is_written_with_it(trained, tmp_path):
    for folder, count, seed in (("few", 2, 0), ("many", 3, 0), ("other", 2, 1)):
        sounds.write(SOUND, IMAGES[:count], [tmp_path / f"{folder}{i}.wav" for i in range(count)], seed, 3)
    sounds.write(SOUND, IMAGES[[1, 1]], [tmp_path / f"twice{i}.wav" for i in range(2)], 0, 3)
    few, many, other, first = (
        read(tmp_path / name)[1] for name in ("few1.wav", "many1.wav", "other1.wav", "twice0.wav")
    )
    assert np.array_equal(few, many)
    assert not np.array_equal(few, other)
    assert not np.array_equal(few, first), "each file has phases of its own"


def test_full_scale_is_not_cut_off(tmp_path):
    sounds.save(np.array([0, 1, -1, 0.5, 1.1]), 44_100, tmp_path / "x.wav")
    header, samples = read(tmp_path / "x.wav")
    assert (header.framerate, samples.tolist()) == (44_100, [0, 32767, -32767, 16384, 32767])


def test_soundfile_reads_them(trained, tmp_path):
    soundfile = pytest.importorskip("soundfile", reason="needs the extra `audio`")
    write_samples(trained, 2, 0, tmp_path, "folder")
    samples, rate = soundfile.read(tmp_path / "0.wav", dtype="float32")
    expected = griffin_lim.wave(SOUND, IMAGES[0], (0, 0))
    assert (rate, soundfile.info(tmp_path / "0.wav").subtype) == (8000, "PCM_16")
    np.testing.assert_allclose(samples, expected, atol=1e-4)


def test_classes_have_folders_of_their_own(trained, tmp_path):
    trained.classes, trained.labels = ("up", "down"), lambda count, asked: np.array([1, 0, 1])
    write_samples(trained, 3, 0, tmp_path, "folder", iterations=1)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.wav")) == [
        *("down/0.wav", "down/2.wav", "up/1.wav")
    ]


def test_iterations_of_what_is_no_sound(trained, tmp_path):
    said = r"^--iterations is for sound: .*dataset=audio_folder in a folder, --out FOLDER/$"
    for model, kind in ((Fixed(noise(48).reshape(3, 4, 4, 1)), "folder"), (trained, "picture")):
        with pytest.raises(UserError, match=said):
            write_samples(model, 3, 0, tmp_path / "x.png", kind, iterations=5)
    assert not (tmp_path / "x.png").exists()
