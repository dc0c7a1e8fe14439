"""Caches: what is kept, what is damaged, what is not trusted."""

from ganae_cli.doctor.machine import e_caches
from ganae_cli.runtime import kept_programs


def test_both_caches(tmp_path, monkeypatch):
    programs, classifiers = tmp_path / "programs", tmp_path / "classifiers"
    monkeypatch.setenv("GANAE_XLA_CACHE", str(programs))
    monkeypatch.setenv("GANAE_CLASSIFIER_CACHE", "off")
    assert [found.level for found in e_caches.check()] == ["ok", "ok"]
    assert not programs.exists()
    monkeypatch.setenv("GANAE_CLASSIFIER_CACHE", str(classifiers))
    classifiers.mkdir(mode=0o700)
    classifiers.chmod(0o777)
    machine = programs / "0123456789abcdef"
    machine.mkdir(parents=True)
    for name in "ab":
        (machine / f"xla_compile_cache__{name}.pb").write_bytes(bytes(1_000_000))
    kept_programs.vouch(machine)
    (machine / "xla_compile_cache__b.pb").write_bytes(b"")
    found = list(e_caches.check())
    assert [one.level for one in found] == ["ok", "warning", "warning"]
    assert found[0].what == f"compiled programs: 2 files, 1 MB in {programs}"
    assert found[1].what == "1 compiled programs are damaged"
    assert found[2].what == f"classifiers: not used: others can write to {classifiers} (`chmod go-w` it)"
    assert len(list(machine.glob("*.pb"))) == 2  # nothing was changed
