"""One file of sound: what it holds at which place, in every format, and what is said of one that is broken."""

import sys
import zipfile
from math import gcd

import numpy as np
import pytest
from scipy.signal import resample_poly

from ganae_cli.datasets.pictures.archive import ZipTree
from ganae_cli.datasets.pictures.tree import Unreadable
from ganae_cli.datasets.sounds.kinds import SOUNDS
from ganae_cli.datasets.sounds.recording import Stretches, clip, header, library, opened
from ganae_cli.errors import UserError
from tests.datasets.recordings import RATE, noise, sine, write


def only(tree):
    (entry,) = tree().entries
    return entry


def stretches(tree, *places):
    """Return what the only file holds at some places, and its header."""
    entry = only(tree)
    found = header(tree(), entry)
    with opened(tree(), entry) as file:
        reader = Stretches(file, found)
        return [reader.read(start, stop) for start, stop in places], found


@pytest.mark.parametrize(
    ("name", "options", "kind", "error"),
    [
        ("a.wav", {"subtype": "PCM_U8"}, "WAV PCM_U8", 1 / 128),
        ("a.wav", {}, "WAV PCM_16", 1 / 32768),
        ("a.WAV", {"subtype": "PCM_24"}, "WAV PCM_24", 1e-6),
        ("a.wav", {"subtype": "PCM_32"}, "WAV PCM_32", 1e-6),
        ("a.wav", {"subtype": "FLOAT"}, "WAV FLOAT", 0),
        ("a.wav", {"subtype": "DOUBLE"}, "WAV DOUBLE", 0),
        ("a.flac", {}, "FLAC PCM_16", 1 / 32768),
        ("a.aiff", {}, "AIFF PCM_16", 1 / 32768),
    ],
)
def test_what_a_file_holds(tree, tmp_path, name, options, kind, error):
    heard = noise(5000)
    write(tmp_path / "own" / name, heard, **options)
    (found,), about = stretches(tree, (1000, 3000))
    assert (about.kind, about.rate, about.channels, about.frames) == (kind, RATE, 1, 5000)
    assert found.dtype == np.float32
    assert np.abs(found - heard[1000:3000]).max() <= error


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3"])
def test_every_stretch_is_that_of_the_whole(tree, tmp_path, name):
    """Also where libsndfile, told to go to a place of an OGG, goes to another one; stretches may overlap."""
    write(tmp_path / "own" / name, noise(70_000) + sine(440, 70_000), 22_050)
    ((whole,), about), places = (
        stretches(tree, (0, 70_000)),
        [(0, 900), (500, 3000), (22_050, 27_050), (40_000, 70_000)],
    )
    assert about.frames == 70_000
    for chosen in (places, places[2:], places[3:]):
        for part, (start, stop) in zip(stretches(tree, *chosen)[0], chosen, strict=True):
            assert np.array_equal(part, whole[start:stop])


def test_the_mean_of_the_channels(tree, tmp_path):
    left, right = noise(400), noise(400, seed=1)
    write(tmp_path / "own" / "a.wav", np.stack([left, right], axis=1), subtype="FLOAT")
    (found,), about = stretches(tree, (0, 400))
    assert about.channels == 2
    np.testing.assert_allclose(found, (left + right) / 2, rtol=1e-6)


def clips_of(tree, count, samples, rate):
    entry = only(tree)
    with opened(tree(), entry) as file:
        reader = Stretches(file, header(tree(), entry))
        return [clip(reader, number, samples, rate) for number in range(count)]


@pytest.mark.parametrize(("rate", "hertz"), [(44_100, 440), (11_025, 1500), (8000, 300), (48_000, 2000)])
def test_a_recording_of_another_rate_sounds_the_same(tree, tmp_path, rate, hertz):
    """Clips of 0.2 s at 8,000 Hz follow one another without a seam, and what ends is followed by silence."""
    write(tmp_path / "own" / "a.wav", sine(hertz, rate // 2, rate), rate, subtype="FLOAT")
    found = np.concatenate(clips_of(tree, 3, 1600, RATE))
    expected = sine(hertz, 4000)
    assert np.abs(found[20:3980] - expected[20:3980]).max() < 0.005
    assert np.abs(found[4001:]).max() < 1e-3


@pytest.mark.parametrize(("rate", "wanted"), [(8000, 44_100), (44_100, 16_000), (8000, 11_025), (44_100, 48_000)])
def test_clips_are_pieces_of_the_whole_recording_resampled(tree, tmp_path, rate, wanted):
    """Also where a clip begins between two samples of the file."""
    heard = noise(2 * rate)
    write(tmp_path / "own" / "a.wav", heard, rate, subtype="FLOAT")
    common = gcd(rate, wanted)
    whole = resample_poly(heard, wanted // common, rate // common)
    np.testing.assert_allclose(np.concatenate(clips_of(tree, 9, 1001, wanted)), whole[: 9 * 1001], atol=1e-6)


def test_what_is_too_high_for_the_rate_is_left_out(tree, tmp_path):
    """6,000 Hz would sound as 2,000 Hz at 8,000 samples per second."""
    write(tmp_path / "own" / "a.wav", sine(6000, 44_100, 44_100), 44_100)
    assert np.abs(clips_of(tree, 2, 1600, RATE)[1]).max() < 0.005


def float_wav(change):
    heard = noise(4000)
    change(heard)
    return {"samples": heard, "subtype": "FLOAT"}


BROKEN = {
    "zero.wav": (b"", "it is empty"),
    "text.wav": (b"this is a text", "it is none of WAV, FLAC, OGG, MP3 and AIFF"),
    "half_a_header.wav": (b"RIFF\x24\0\0\0WAVEfmt ", "it is a damaged WAV: Error in WAV file. No 'data' chunk marker"),
    "noise.flac": (b"fLaC" + bytes(range(200)), "it is a damaged FLAC: "),
    "noise.ogg": (b"OggS" + bytes(range(200)), "it is a damaged OGG: "),
    "noise.mp3": (b"\xff\xfb" + bytes(200), "it is a damaged MP3: no sound is found in it"),
    "nothing.wav": ({"samples": np.zeros(0)}, "it holds no samples"),
    "cut.flac": ({"samples": noise(30_000), "cut": 0.5}, "it is a damaged FLAC: flac decoder lost sync"),
    "cut.mp3": ({"samples": noise(30_000), "cut": 0.5}, "it is damaged or cut off: it ends after 1."),
    "nan.wav": (float_wav(lambda heard: heard.__setitem__(2000, np.nan)), "it has samples that are no numbers (NaN)"),
    "infinite.wav": (
        float_wav(lambda heard: heard.__setitem__(3, -np.inf)),
        "it has samples that are no numbers (NaN)",
    ),
    "whole.wav": (float_wav(lambda heard: heard.__imul__(32768)), "its samples go to "),
    "slow.wav": ({"samples": noise(4000), "rate": 100}, "it has 100 samples per second, expected 1,000 to 768,000"),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_named(tree, tmp_path, name):
    pytest.importorskip("soundfile", reason="needs the extra `audio`")
    what, said = BROKEN[name]
    path = tmp_path / "own" / name
    if isinstance(what, bytes):
        path.parent.mkdir()
        path.write_bytes(what)
    else:
        options = dict(what)
        cut = options.pop("cut", 1)
        content = write(path, **options).read_bytes()
        path.write_bytes(content[: int(len(content) * cut)])
    with pytest.raises(Unreadable) as error:
        stretches(tree, (0, header(tree(), only(tree)).frames))
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)
    assert "object at" not in str(error.value)


def test_a_header_that_promises_too_much(tree, tmp_path):
    """A FLAC of 34 bytes behind its first 8 whose 36 bits of samples are all 1: 99 days at 8,000 Hz."""
    path = write(tmp_path / "own" / "a.flac", noise(4000))
    content = bytearray(path.read_bytes())
    content[21] |= 0x0F
    content[22:26] = b"\xff" * 4
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=r"its header promises 8,589,935 seconds, which [\d,]+ bytes cannot hold"):
        header(tree(), only(tree))


def test_a_wav_that_is_cut_off_is_what_is_there(tree, tmp_path):
    path = write(tmp_path / "own" / "a.wav", noise(4000))
    path.write_bytes(path.read_bytes()[:-4000])
    assert header(tree(), only(tree)).frames == 2000


def test_a_zip_holds_the_same(tree, tmp_path):
    path = write(tmp_path / "own" / "a.ogg", noise(30_000))
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
        archive.write(path, "a.ogg")
    packed = ZipTree(tmp_path / "own.zip", SOUNDS)
    (entry,) = packed.entries
    with opened(packed, entry) as file:
        found = Stretches(file, header(packed, entry)).read(9000, 12_000)
    assert np.array_equal(found, stretches(tree, (9000, 12_000))[0][0])


def test_the_extra_that_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(UserError, match=r"^dataset=audio_folder needs the extra `audio`: pip install 'ganae\[audio\]'"):
        library()
