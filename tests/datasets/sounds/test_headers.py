"""What the headers of a tree say."""

import pytest

from ganae_cli.datasets.pictures.tree import Entry
from ganae_cli.datasets.sounds import headers
from ganae_cli.datasets.sounds.recording import Recording
from ganae_cli.errors import UserError
from tests.datasets.recordings import noise, write


def of(*rates):
    return [Recording(Entry(f"{i}.wav", 9, 9), "WAV PCM_16", rate, 1, 9) for i, rate in enumerate(rates)]


def test_recordings_and_faults_in_the_order_of_names(tree, tmp_path):
    write(tmp_path / "own" / "b.wav", noise(8000), 16_000)
    write(tmp_path / "own" / "a.flac", noise(500))
    for name in ("c.wav", "aa.wav"):
        (tmp_path / "own" / name).write_text("text")
    found = headers.read(tree())
    assert [(one.name, one.rate, one.frames) for one in found.recordings] == [
        ("a.flac", 8000, 500),
        ("b.wav", 16_000, 8000),
    ]
    assert [*found.faults] == ["aa.wav", "c.wav"]
    assert found.recordings[1].seconds == 0.5


def test_one_rate_is_the_rate_and_several_are_refused():
    assert headers.common_rate(of(8000, 8000), "own") == 8000
    said = (
        r"^dataset\.path=own has recordings of 4 sample rates \(2 of 22,050 Hz, 1 of 8,000 Hz, 1 of 16,000 Hz, …\); "
        r"type dataset\.sample_rate=22050 to resample the others$"
    )
    with pytest.raises(UserError, match=said):
        headers.common_rate(of(44_100, 22_050, 8000, 22_050, 16_000), "own")
