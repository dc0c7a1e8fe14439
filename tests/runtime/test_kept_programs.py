"""Programs are used only with their own checksum, and nothing else in the folder is touched."""

import os
import time
from pathlib import Path

import pytest

from ganae_cli.runtime import kept_programs

NAME = "xla_compile_cache__{}__XLA_CPU_JIT.pb"


@pytest.fixture
def folder(tmp_path) -> Path:
    path = tmp_path / "0123456789abcdef"
    path.mkdir()
    return path


def make(folder: Path, name: object, content: bytes = b"program") -> Path:
    path = folder / NAME.format(name)
    path.write_bytes(content)
    return path


def test_what_has_run_is_kept_and_the_rest_deleted(folder):
    good, bad = make(folder, "good"), make(folder, "bad")
    kept_programs.vouch(folder)
    flipped = bytearray(bad.read_bytes())
    flipped[3] ^= 8
    facts = bad.stat()
    bad.write_bytes(flipped)
    os.utime(bad, ns=(facts.st_atime_ns, facts.st_mtime_ns))  # a flipped bit of the disk changes no time
    unknown = make(folder, "unknown")
    assert [kept_programs.is_whole(path) for path in (good, bad, unknown)] == [True, False, None]
    assert kept_programs.clean(folder) == [bad]
    assert sorted(path.name for path in folder.iterdir()) == [good.name, f"{good.name}.sha256"]


@pytest.mark.parametrize("spoil", ["link", "garbled checksum", "others can write", "empty"])
def test_what_is_not_the_users_own_program_is_deleted(folder, spoil):
    program = make(folder, "x")
    kept_programs.vouch(folder)
    known = program.with_name(f"{program.name}.sha256")
    if spoil == "link":
        program.rename(folder.parent / "elsewhere")
        program.symlink_to(folder.parent / "elsewhere")
    if spoil == "garbled checksum":
        known.write_bytes(b"\xff\xfe")
    if spoil == "others can write":
        program.chmod(0o666)
    if spoil == "empty":
        program.write_bytes(b"")
    kept_programs.clean(folder)
    assert list(folder.iterdir()) == []
    assert spoil != "link" or (folder.parent / "elsewhere").read_bytes() == b"program"


def test_a_program_that_is_kept_is_the_users_alone(folder):
    program = make(folder, "x")
    program.chmod(0o666)
    kept_programs.vouch(folder)
    assert program.stat().st_mode & 0o777 == 0o600
    assert kept_programs.is_whole(program) is True


def test_abandoned_files_are_deleted_and_young_ones_and_strangers_left(folder):
    old, young = folder / f"{NAME.format(1)}host-1.tmp", folder / f"{NAME.format(2)}host-2.tmp"
    others = [folder / "saved_model.pb", folder / "notes.tmp"]
    for path in (old, young, *others):
        path.write_text("x")
    for path in (old, *others):
        os.utime(path, (time.time() - 7200,) * 2)
    kept_programs.clean(folder)
    assert sorted(folder.iterdir()) == sorted([young, *others])


def test_the_oldest_are_deleted_with_their_checksums_and_only_programs(folder):
    """A folder of the user's own that the variable names by mistake loses nothing."""
    for age, name in enumerate("dcba"):
        path = make(folder, name, bytes(10))
        os.utime(path, (1000 - age, 1000 - age))
    kept_programs.vouch(folder)
    own = folder.parent / "models" / "saved_model.pb"
    own.parent.mkdir()
    own.write_bytes(bytes(100))
    looks_alike = make(own.parent, "x", bytes(100))
    kept_programs.delete_oldest(folder.parent, most_bytes=25)
    assert [path.name for path in kept_programs.programs(folder)] == [NAME.format(name) for name in "cd"]
    assert len(list(folder.iterdir())) == 4
    assert own.exists()
    assert looks_alike.exists()


def test_two_that_clean_and_vouch_at_once_do_not_disturb_each_other(folder):
    """A process that starts may delete what another has written and not vouched for yet; neither fails."""
    from concurrent.futures import ThreadPoolExecutor

    def cycle(number: int) -> None:
        for _ in range(30):
            make(folder, number, os.urandom(1000))
            kept_programs.vouch(folder)
            kept_programs.clean(folder)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(cycle, [1, 1, 2, 2]))
    kept_programs.clean(folder)
    assert all(kept_programs.is_whole(path) for path in kept_programs.programs(folder))
