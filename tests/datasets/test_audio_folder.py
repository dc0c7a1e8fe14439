"""Dataset audio_folder: what becomes of a folder or a .zip of recordings, and one line for what is wrong with it."""

import zipfile
from itertools import chain

import numpy as np
import pytest

from ganae_cli.datasets import batches as batches_module
from ganae_cli.datasets import rows as rows_module
from ganae_cli.datasets.audio_folder import audio_folder
from ganae_cli.datasets.batches import batches
from ganae_cli.datasets.pictures import cache, source
from ganae_cli.datasets.pictures.tree import Unreadable
from ganae_cli.datasets.sounds import headers
from ganae_cli.datasets.sounds.clips import Clips
from ganae_cli.errors import UserError
from ganae_cli.evaluation.trained import Trained
from ganae_cli.registry import options
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training import run as training
from tests.datasets.recordings import SOUND, noise, sine, write
from tests.training.test_failure import numbers

SMALL = {"seconds": 0.2, "frames": 32, "mel_bins": 16, "n_fft": 256}  # clips of 1,600 samples at 8,000 Hz


@pytest.fixture
def own(tmp_path):
    """Return the path of 12 recordings of two classes, of 1 to 3 clips: recording i is a sine of 200 + 250 i Hz."""
    for i in range(12):
        name = f"{'ab'[i % 2]}/{i:02d}.{('wav', 'flac', 'ogg')[i % 3]}"
        write(tmp_path / "own" / name, sine(200 + 250 * i, 1600 * (1 + i % 3)))
    return str(tmp_path / "own")


def test_a_folder(own):
    data = audio_folder(own, **SMALL, test_fraction=0.2)
    assert (data.kind, data.shape, data.classes, data.sound) == ("images", (16, 32, 1), ("a", "b"), SOUND)
    assert (data.flips, data.warnings, data.skipped) == (False, (), ())
    assert data.notes[0].endswith(
        "own: 12 recordings, 24 clips of 0.2 s at 8,000 Hz; columns of 50 samples, windows of 256, 16 mel bands from 0 "
        "to 4000 Hz"
    )
    sizes = {name: len(rows) for name, rows, _ in data.splits()}
    assert sum(sizes.values()) == 24
    assert min(sizes.values()) > 0


def test_clips_of_a_recording_are_in_one_split(own):
    """In the order of their names, 1, 3, 2, 1, 3, 2 recordings a, then 2, 1, 3, 2, 1, 3 of b: each in one split."""
    file = np.repeat(np.arange(12), [1, 3, 2, 1, 3, 2, 2, 1, 3, 2, 1, 3])
    for fraction in (0.1, 0.3, 0.5):
        data = audio_folder(own, **SMALL, test_fraction=fraction)
        placed = [file[rows.index] for _, rows, _ in data.splits()]
        assert sum(map(len, placed)) == 24
        assert len(list(chain(*map(set, placed)))) == 12, "no recording is in two"
        assert all(
            np.array_equal(labels, split >= 6) for (_, _, labels), split in zip(data.splits(), placed, strict=True)
        )
        assert len(set(placed[1].tolist())) == round(fraction * 12), "the fraction is one of recordings"
        assert np.array_equal(data.train_groups, placed[0]), "for validation, too"


def test_a_zip_and_a_folder_are_the_same(own, tmp_path):
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
        for inner in sorted((tmp_path / "own").rglob("*.*"), reverse=True):
            archive.write(inner, inner.relative_to(tmp_path))
    folder, packed = audio_folder(own, **SMALL), audio_folder(str(tmp_path / "own.zip"), **SMALL)
    for (_, rows, labels), (_, others, other_labels) in zip(folder.splits(), packed.splits(), strict=True):
        assert np.array_equal(rows, others)
        assert np.array_equal(labels, other_labels)
    assert folder.fingerprint == packed.fingerprint


def test_another_scale_of_the_same_recordings_is_other_data(own):
    """A run that goes on with it is told so: its networks have learned images of the scale before."""
    found = {
        audio_folder(own, **SMALL | change).fingerprint
        for change in ({}, {}, {"top_db": -6}, {"range_db": 60.0}, {"high_hz": 3000}, {"n_fft": 512})
    }
    assert len(found) == 5
    assert audio_folder(own, **SMALL, top_db=0).fingerprint == audio_folder(own, **SMALL, top_db=0.0).fingerprint


def test_splits_by_folder(tmp_path):
    for i, name in enumerate(("train/a/1.wav", "train/b/2.wav", "test/a/3.wav", "val/b/4.wav")):
        write(tmp_path / "own" / name, noise(3200, i))
    data = audio_folder(str(tmp_path / "own"), **SMALL)
    assert {name: labels.tolist() for name, _, labels in data.splits()} == {
        "train": [0, 0, 1, 1],
        "test": [0, 0],
        "validation": [1, 1],
    }


def test_there_are_no_flips():
    assert "flip" not in options("dataset", "audio_folder")


def test_mixed_rates_are_refused_and_resampled(own, tmp_path):
    write(tmp_path / "own" / "a" / "x.wav", sine(440, 44_100, 44_100), 44_100)
    with pytest.raises(
        UserError, match=r"2 sample rates \(12 of 8,000 Hz, 1 of 44,100 Hz\); type dataset\.sample_rate=8000"
    ):
        audio_folder(own, **SMALL)
    data = audio_folder(own, **SMALL, sample_rate=8000)
    assert (data.sound.rate, sum(len(rows) for _, rows, _ in data.splits())) == (8000, 24 + 5)


@pytest.mark.filterwarnings("ignore")
def test_files_that_cannot_be_read(own, tmp_path):
    broken = tmp_path / "own" / "a"
    (broken / "zero.wav").touch()
    (broken / "text.mp3").write_text("text")
    cut = write(broken / "cut.flac", noise(9000))
    cut.write_bytes(cut.read_bytes()[:-5000])
    heard = noise(4800)
    heard[4000] = np.nan
    write(broken / "nan.wav", heard, subtype="FLOAT")
    write(broken / "short.wav", noise(30))
    (broken / "folder.wav").mkdir()
    for name in ("b.m4a", "c.m4a", "d.mid", "notes.txt"):
        (broken / name).write_bytes(b"?")
    with pytest.raises(
        UserError, match=r"2 of 17 files cannot be read, the first is a/text.*type dataset\.skip_unreadable"
    ):
        audio_folder(own, **SMALL)
    data = audio_folder(own, **SMALL, skip_unreadable=True)
    assert sum(len(rows) for _, rows, _ in data.splits()) == 24, "the two whole clips of nan.wav are left out, too"
    assert {line.partition("\t")[0]: line.partition("\t")[2] for line in data.skipped} == {
        "a/cut.flac": "it is a damaged FLAC: flac decoder lost sync",
        "a/nan.wav": "it has samples that are no numbers (NaN) or infinite",
        "a/short.wav": "it lasts 0.00375 seconds, less than one column of an image, 0.00625",
        "a/text.mp3": "it is none of WAV, FLAC, OGG, MP3 and AIFF",
        "a/zero.wav": "it is empty",
    }
    assert [line.partition(": ")[2] for line in data.warnings] == [
        "5 files that cannot be read are left out: see skipped_files.txt of the run",
        "2 .m4a, 1 .mid are left out: convert them to WAV or FLAC to train on them",
    ]
    whole = audio_folder(own, **SMALL, skip_unreadable=True, cache="none")
    assert np.array_equal(np.asarray(whole.train), np.asarray(data.train))


def test_quiet_recordings_and_silence_are_warned_of(tmp_path):
    for i in range(3):  # 20 log10 0.002 = -53.98
        write(tmp_path / "own" / f"{i}.wav", sine(500, 1600, height=0.002), subtype="FLOAT")
    (line,) = audio_folder(str(tmp_path / "own"), **SMALL).warnings
    assert line.endswith("the loudest band lies at -54 dB of full scale, so images are dark: type dataset.top_db=-54")
    assert audio_folder(str(tmp_path / "own"), **SMALL, top_db=-54).warnings == ()
    for i in range(3):
        write(tmp_path / "own" / f"{i}.wav", np.zeros(1600))
    data = audio_folder(str(tmp_path / "own"), **SMALL)
    assert data.warnings[0].endswith("own: all is silence, below -80 dB of full scale")
    assert not np.asarray(data.train).any()


def test_one_line_for_whatever_is_wrong(tmp_path):
    write(tmp_path / "one" / "a.wav", noise(1600))
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.m4a").touch()
    np.savez(tmp_path / "x.npz", x=np.zeros(3))
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").touch()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "a.wav").touch()
    for path, said in [
        (None, r"^dataset 'audio_folder' needs a folder or a \.zip of recordings: dataset\.path=FOLDER$"),
        (tmp_path / "one", r"one has one recording; expected at least 2, to train and to test on$"),
        (tmp_path / "one" / "a.wav", r"a\.wav: this is one recording; expected a folder or a \.zip$"),
        (tmp_path / "texts", r"texts has no recordings \(it holds 1 \.m4a\)$"),
        (tmp_path / "pictures", r"has no recordings \(it holds 1 \.png\): type dataset=image_folder$"),
        (tmp_path / "x.npz", r"x\.npz: this is a file of NumPy arrays: type dataset=arrays$"),
        (tmp_path / "nowhere", r"nowhere: no such folder or \.zip$"),
        (tmp_path / "bad", r"1 of 1 files cannot be read, the first is a\.wav: it is empty$"),
    ]:
        for skips in (False, True):
            with pytest.raises(UserError, match=said):
                audio_folder(path and str(path), skip_unreadable=skips)


@pytest.mark.parametrize("place", ["memory", "disk", "none", "auto"])
def test_the_same_images_from_each_place(own, tmp_path, monkeypatch, place):
    expected = np.asarray(audio_folder(own, **SMALL).train)
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    computed = []
    images_of = Clips.images_of
    monkeypatch.setattr(Clips, "images_of", lambda self, entry: computed.append(entry.name) or images_of(self, entry))
    for times in (1, 2):
        assert np.array_equal(np.asarray(audio_folder(own, **SMALL, cache=place).train), expected)
        assert len(computed) == 12 * (1 if place == "disk" else times)
    other = audio_folder(own, **SMALL | {"mel_bins": 12}, cache=place)
    assert other.shape == (12, 32, 1), "another option, another file"


def test_what_an_earlier_run_could_not_read_is_tried_again(own, tmp_path, monkeypatch):
    """A file may be broken for want of memory, or of a disk, in its header as in its samples."""

    def loaded():
        return audio_folder(own, **SMALL, skip_unreadable=True, cache="disk")

    expected = np.asarray(audio_folder(own, **SMALL).train)
    for place, name in ((headers, "header"), (Clips, "images_of")):
        monkeypatch.setenv(cache.VARIABLE, str(tmp_path / name))
        read = getattr(place, name)
        if name == "header":
            loaded()  # also where the images are kept already

        def fails(*of, read=read):
            if of[-1].name == "a/02.ogg":
                raise Unreadable("there is no memory")
            return read(*of)

        with monkeypatch.context() as patch:
            patch.setattr(place, name, fails)
            for _ in range(2):
                assert loaded().skipped == ("a/02.ogg\tthere is no memory",)
        assert loaded().skipped == ()
        assert np.array_equal(np.asarray(loaded().train), expected)


@pytest.fixture
def streamed(monkeypatch):
    """Nothing is small enough for memory, so images are computed each time that they are asked for."""
    monkeypatch.setattr(batches_module, "IN_MEMORY", 0)
    monkeypatch.setattr(rows_module, "IN_MEMORY", 0)


def test_a_stream_of_clips_is_that_of_memory(own, streamed, monkeypatch):
    """For any number of threads, and from any step."""
    expected = [batch.numpy() for batch in batches(audio_folder(own, **SMALL, cache="memory"), 7, seed=3, steps=9)]
    for threads in (1, 3):
        monkeypatch.setattr(source, "threads", lambda threads=threads: threads)
        data = audio_folder(own, **SMALL, cache="none").ready()
        assert isinstance(data.train.source, Clips)
        found = [batch.numpy() for batch in batches(data, 7, seed=3, steps=9)]
        assert all(np.array_equal(one, other) for one, other in zip(expected, found, strict=True))
        resumed = [batch.numpy() for batch in batches(data, 7, seed=3, first_step=5, steps=9)]
        assert all(np.array_equal(one, other) for one, other in zip(expected[5:], resumed, strict=True))


@pytest.fixture
def train_on(compose, own, tmp_path):
    """Return a function that trains on the recordings and returns the run folder."""
    small = (
        *("model=gan", "dataset=audio_folder", f"dataset.path={own}", "hardware=cpu", "hardware.jit=false"),
        *("train.batch_size=8", "network@networks.generator=mlp", "network@networks.discriminator=mlp"),
        *("networks.generator.width=16", "networks.discriminator.width=16", "model.condition=concat"),
        *("train.log_every=1", "train.checkpoint_every=5", "train.sample_every=1000", "train.keep=1"),
        *(f"dataset.{key}={value}" for key, value in SMALL.items()),
    )

    def train(folder, *words, goes_on=False):
        code, path = (training.resume if goes_on else training.train)(compose(*small, *words), tmp_path / folder)
        assert code == 0
        return RunFolder(path)

    return train


def test_a_run_keeps_the_scale_of_its_images(train_on):
    folder = train_on("run", "train.steps=3", "dataset.top_db=-6")
    assert Trained.open(folder.path).sound == SOUND._replace(top_db=-6.0)


@pytest.mark.slow
def test_a_run_that_goes_on_equals_one_without_a_break(train_on, streamed):
    """Weights and history, bit for bit, in the middle of an epoch, computed as they are needed."""
    whole = numbers(train_on("whole", "dataset.cache=none", "train.steps=11"))
    train_on("parts", "dataset.cache=none", "train.steps=5")
    assert numbers(train_on("parts", "dataset.cache=none", "train.steps=11", goes_on=True)) == whole
