"""What a pass over recordings finds out; no file stops the others."""

import numpy as np
import pytest

from ganae_cli.doctor.surveys.audio_folder import of_folder
from ganae_cli.errors import UserError
from tests.datasets.recordings import SOUND, noise, sine, write

OPTIONS = {
    **{"sample_rate": None, "seconds": 0.2, "frames": 32, "mel_bins": 16, "hop": None, "n_fft": 256},
    **{"low_hz": 0.0, "high_hz": None, "top_db": 0.0, "range_db": 80.0, "labels": "auto", "cache": "none"},
    **{"test_fraction": 0.25, "validation_fraction": 0.0, "skip_unreadable": False},
}


@pytest.fixture
def folder(tmp_path):
    """Return a folder of 6 cats (stereo FLAC, 2 clips each), 2 dogs, one of them a copy, silence, and broken files."""
    own = tmp_path / "own"
    for i in range(6):
        write(own / "cat" / f"{i}.flac", np.stack([sine(300 + 200 * i, 3200), noise(3200, i)], axis=1))
    write(own / "dog" / "short.wav", noise(400))
    whole = write(own / "dog" / "a.wav", noise(1600, 9)).read_bytes()
    (own / "dog" / "copy.wav").write_bytes(whole)
    write(own / "dog" / "silent.wav", np.zeros(1600))
    (own / "cat" / "text.wav").write_text("no sound")
    (own / "dog" / "zero.mp3").touch()
    (own / "dog" / "x.m4a").touch()
    return own


def test_everything_is_counted(folder):
    found = of_folder({**OPTIONS, "path": str(folder)})
    assert found.faults == {
        "cat/text.wav": "it is none of WAV, FLAC, OGG, MP3 and AIFF",
        "dog/zero.mp3": "it is empty",
    }
    assert (found.count, found.what, found.sound, dict(found.left_out)) == (16, "clips", SOUND, {".m4a": 1})
    assert found.told[:2] == [
        "10 recordings of 0:03 in all: 0.05 to 0.4 s, median 0.4 s",
        "8,000 Hz; 2 channels (6), 1 channel (4); FLAC PCM_16 (6), WAV PCM_16 (4)",
    ]
    assert found.told[2].startswith("16 clips of 0.2 s at 8,000 Hz (1 shorter ones end in silence); columns of 50")
    assert found.flat == ["dog/silent.wav"]
    assert found.warned == ["1 .m4a are left out: convert them to WAV or FLAC to train on them"]
    assert (found.classes, sum(found.splits.values()), found.refused) == (("cat", "dog"), 16, [])
    assert {"cat/0.flac from 0.00 s", "cat/0.flac from 0.20 s", "dog/a.wav"} < set(found.names)
    copies = [i for i, name in enumerate(found.names) if name in ("dog/a.wav", "dog/copy.wav")]
    assert len(set(found.digests[copies].tolist())) == 1
    assert len(set(found.digests.tolist())) == 15
    labels = {name: int(label) for name, label in zip(found.names, found.labels, strict=True)}
    assert labels["cat/5.flac from 0.20 s"] == 0
    assert labels["dog/short.wav"] == 1
    assert found.sheet.shape[1:] == (16, 32, 1)


def test_what_the_dataset_would_refuse(folder):
    write(folder / "dog" / "fast.wav", noise(9000), 44_100)
    found = of_folder({**OPTIONS, "path": str(folder)})
    (line,) = found.refused
    assert "2 sample rates (10 of 8,000 Hz, 1 of 44,100 Hz); type dataset.sample_rate=8000" in line
    assert (len(found.faults), found.count, found.told[1][:33]) == (2, 0, "8,000 Hz (10), 44,100 Hz (1); 2 c")
    assert of_folder({**OPTIONS, "path": str(folder), "sample_rate": 8000}).refused == []


def test_no_file_that_can_be_read_and_no_file(tmp_path):
    pytest.importorskip("soundfile", reason="needs the extra `audio`")
    (tmp_path / "bad.wav").write_text("bad")
    found = of_folder({**OPTIONS, "path": str(tmp_path)})
    assert (found.count, found.told, found.refused, len(found.faults)) == (0, [], [], 1)
    (tmp_path / "bad.wav").unlink()
    with pytest.raises(UserError, match="has no recordings"):
        of_folder({**OPTIONS, "path": str(tmp_path)})
