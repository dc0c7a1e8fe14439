"""The folder itself: links, leftovers, lock."""

from ganae_cli.doctor.run import a_folder


def test_a_sound_folder(folder, seen):
    ((level, what),) = seen(a_folder.check)
    assert level == "ok"
    assert what.startswith(f"{folder.path}: ")
    assert not (folder.path / ".lock").exists()


def test_links_and_leftovers(folder, seen, tmp_path):
    (folder.path / "train.log").symlink_to(tmp_path / "elsewhere")
    for name in ("a", "b", "c", "d"):
        (folder.checkpoints.folder / f".tmp-{name}").touch()
    found = seen(a_folder.check)
    assert found[0] == ("problem", "train.log lead elsewhere: ganae writes through no links")
    named = ", ".join(f"checkpoints/.tmp-{name}" for name in "abc")
    assert found[1] == ("warning", f"{named} and 1 more were left by a process that was killed")


def test_the_process_that_holds_it(folder):
    with folder.claim():
        assert a_folder.lock_owner(folder.path) is not None
        assert any("in use by" in found.what for found in a_folder.check(folder))
    assert a_folder.lock_owner(folder.path) is None


def test_a_lock_that_is_a_link_is_not_followed(folder, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (folder.path / ".lock").symlink_to(tmp_path / "secret")
    assert a_folder.lock_owner(folder.path) is None
