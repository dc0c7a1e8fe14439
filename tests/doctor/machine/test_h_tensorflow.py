"""TensorFlow in a process of its own, also where its import fails."""

from ganae_cli.doctor.machine import h_tensorflow


def test_a_broken_import_is_a_problem(tmp_path, monkeypatch):
    (tmp_path / "tensorflow").mkdir()
    (tmp_path / "tensorflow" / "__init__.py").write_text("raise ImportError('no libtensorflow')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{h_tensorflow.__file__.split('/ganae_cli/')[0]}")
    (found,) = h_tensorflow.check()
    assert found.level == "problem"
    assert found.what == "TensorFlow cannot be imported: exit code 1: ImportError: no libtensorflow"
