"""Which checkpoints are whole."""

from ganae_cli.doctor.run import d_checkpoints


def test_each_kind_of_damage(folder, seen):
    assert seen(d_checkpoints.check) == [("ok", "whole: step 4")]
    for step in (5, 6, 7):
        folder.checkpoints.add(step, lambda path: path.write_bytes(b"weights"))
    (folder.checkpoints.folder / "step-00000005.weights.h5").unlink()
    (folder.checkpoints.folder / "step-00000006.json").write_text("{")
    (folder.checkpoints.folder / "step-00000007.weights.h5").write_bytes(b"weightz")
    (folder.checkpoints.folder / "step-00000008.weights.h5").touch()
    assert seen(d_checkpoints.check) == [
        ("warning", "step 7: step-00000007.weights.h5 is damaged: its checksum is another one"),
        ("warning", "step 6: its JSON file cannot be read"),
        ("warning", "step 5: step-00000005.weights.h5 is missing"),
        ("warning", "step-00000008.weights.h5 has no JSON file: it was never complete"),
        ("ok", "whole: step 4"),
    ]
    (folder.checkpoints.folder / "step-00000004.weights.h5").write_bytes(b"")
    assert seen(d_checkpoints.check)[-1] == ("problem", "no checkpoint is whole")


def test_none_yet(folder, seen):
    for checkpoint in folder.checkpoints.list():
        folder.checkpoints.remove(checkpoint)
    assert seen(d_checkpoints.check) == [("ok", "none yet: a resume begins at step 0")]
