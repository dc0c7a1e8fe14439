"""A checkpoint is read through once."""

from ganae_cli import cli
from ganae_cli.doctor.checked import is_whole
from ganae_cli.storage import checkpoints
from ganae_cli.storage.run_folder import RunFolder


def test_a_report_reads_the_weights_once(tmp_path, monkeypatch, capsys):
    folder = RunFolder(tmp_path)
    folder.config.write_text("model: {name: gan}\ntrain: {steps: 20}\n")
    folder.checkpoints.add(10, lambda path: path.write_bytes(b"weights"))
    read, checksum = [], checkpoints.checksum
    monkeypatch.setattr(checkpoints, "checksum", lambda path: read.append(path) or checksum(path))
    cli.main(["doctor", "--quick", str(tmp_path)])
    assert "whole: step 10" in capsys.readouterr().out
    assert len(read) == 1


def test_other_weights_are_read_again(tmp_path):
    folder = RunFolder(tmp_path)
    one = folder.checkpoints.add(10, lambda path: path.write_bytes(b"weights"))
    assert is_whole(one)
    one.weights.write_bytes(b"weightz")
    assert not is_whole(one)
    one.weights.unlink()
    assert not is_whole(one)
