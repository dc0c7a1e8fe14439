"""Free memory: of the machine, or of the control group."""

import pytest

from ganae_cli.doctor.machine import c_memory


def test_the_smaller_limit_counts(tmp_path):
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text("MemTotal: 9 kB\nMemAvailable:  4000 kB\n")
    assert c_memory.available(tmp_path) == 4_096_000
    group = tmp_path / "sys/fs/cgroup"
    group.mkdir(parents=True)
    (group / "memory.current").write_text("1000\n")
    for most, expected in (("max", 4_096_000), ("3000", 2000)):
        (group / "memory.max").write_text(most)
        assert c_memory.available(tmp_path) == expected
    assert c_memory.available(tmp_path / "elsewhere") is None


@pytest.mark.parametrize(
    ("free", "level"), [(None, "ok"), (999_999_999, "problem"), (1_500_000_000, "warning"), (2_000_000_000, "ok")]
)
def test_levels(monkeypatch, free, level):
    monkeypatch.setattr(c_memory, "available", lambda: free)
    assert [found.level for found in c_memory.check()] == [level]
