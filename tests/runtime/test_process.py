"""Facts about this process from the operating system, compared with what the process does."""

import os
import sys
import time

import numpy as np
import pytest

from ganae_cli.runtime import process

SIZE = 200_000_000  # bytes: more than freed memory that is likely to be reused


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems tell other facts")
def test_memory_and_its_peak_follow_what_is_allocated():
    before = process.memory()
    block = np.ones(SIZE, np.uint8)
    during, peak = process.memory(), process.peak_memory()
    assert 0.8 * SIZE < during - before < 1.3 * SIZE
    assert peak > 0.98 * during  # two counters of the kernel, each a little late
    del block
    assert process.memory() < during - 0.8 * SIZE
    assert process.peak_memory() >= peak


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems do not tell")
def test_memory_of_files_is_what_is_mapped_and_read(tmp_path):
    path = tmp_path / "file"
    np.ones(SIZE, np.uint8).tofile(path)
    before = process.file_memory()
    mapped = np.memmap(path, np.uint8, "r")
    assert mapped.sum(dtype=np.int64) == SIZE
    assert 0.8 * SIZE < process.file_memory() - before < 1.3 * SIZE
    block = np.ones(SIZE, np.uint8)  # not of a file
    assert block.sum(dtype=np.int64) == SIZE
    assert process.file_memory() - before < 1.3 * SIZE
    del mapped


def test_units_of_the_peak(monkeypatch):
    """KiB on Linux, bytes on macOS."""
    resource = pytest.importorskip("resource")
    monkeypatch.setattr(resource, "getrusage", lambda who: type("Usage", (), {"ru_maxrss": 3000}))
    for platform, expected in (("linux", 3_072_000), ("darwin", 3000)):
        monkeypatch.setattr(sys, "platform", platform)
        assert process.peak_memory() == expected


def test_where_the_system_does_not_tell(monkeypatch):
    """The answers are None, for example on Windows, which has no module `resource` and no /proc."""
    monkeypatch.setitem(sys.modules, "resource", None)
    monkeypatch.setattr(process.Path, "read_text", lambda path: (_ for _ in ()).throw(FileNotFoundError(path)))
    assert (process.peak_memory(), process.memory(), process.age()) == (None, None, None)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells when a process began")
def test_age():
    first = process.age()
    time.sleep(0.2)
    assert 0.19 < process.age() - first < 5
    assert first > time.process_time() / 64  # with at most 64 threads


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_the_memory_that_is_available_is_some_of_the_machines():
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert 10e6 < process.available_memory() < total
