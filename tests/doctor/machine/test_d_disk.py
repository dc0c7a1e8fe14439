"""Room for runs: where they are written, or will be."""

from ganae_cli.doctor.machine import d_disk


def test_a_folder_that_will_be_made(tmp_path):
    found = d_disk.of_folder("runs", tmp_path / "a" / "b", "do")
    assert (found.level, found.advice) == ("ok", "")
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    assert (
        d_disk.of_folder("runs", tmp_path / "file" / "b", "do").what
        == f"runs: {tmp_path / 'file'} is a file, not a folder"
    )
    for least, usual, level in ((10**18, 0, "problem"), (0, 10**18, "warning")):
        monkeypatch.setattr(d_disk, "LEAST", least)
        monkeypatch.setattr(d_disk, "USUAL", usual)
        assert d_disk.of_folder("runs", tmp_path, "do").level == level
