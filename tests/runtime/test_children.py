"""Python processes that import nothing that happens to lie in the current folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ganae_cli.runtime import children

ROOT = Path(children.__file__).parents[2]
PLANTED = "from pathlib import Path\nPath(__file__).with_name('was-run').touch()\nraise ImportError('a stranger')\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Make a folder in which modules of a stranger lie the current one."""
    for name in ("yaml", "signal", "hydra", "tensorflow"):
        (tmp_path / f"{name}.py").write_text(PLANTED)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    return tmp_path


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, **options)


def test_a_module_of_ganae_imports_nothing_from_there(folder):
    done = run(children.command("ganae_cli", "train", "model=gan", "--cfg", "job"))
    assert done.returncode == 0, done.stderr
    assert not (folder / "was-run").exists()


def test_python_m_ganae_imports_nothing_from_there(folder):
    done = run([sys.executable, "-m", "ganae_cli", "train", "model=gan", "--cfg", "job"])
    assert done.returncode == 0, done.stderr
    assert not (folder / "was-run").exists()


def test_processes_of_others_import_nothing_from_there(folder):
    for variables, was_run in (({}, True), (children.environment(), False)):
        run([sys.executable, "-c", "import yaml"], env=os.environ | variables)
        assert (folder / "was-run").exists() == was_run
        (folder / "was-run").unlink(missing_ok=True)


def test_packages_named_by_the_environment_or_the_user_are_found(folder, tmp_path_factory):
    """The current folder is searched for `plugins`, last."""
    other = tmp_path_factory.mktemp("other")
    (other / "mine.py").write_text("import yours\nprint('mine')\n")
    (folder / "yours.py").write_text("import yaml\nprint('yours')\n")
    code = "import sys; sys.path.pop(0) if not sys.flags.safe_path else 0\n"
    code += "from ganae_cli.registry import import_plugins; import_plugins(['mine'])"
    done = run([sys.executable, "-P", "-c", code], env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{other}"})
    assert done.stdout == "yours\nmine\n", done.stderr
    assert not (folder / "was-run").exists()


def test_a_checkout_that_is_not_installed_still_starts(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "path", ["", "/usr/lib/python"])
    assert children.command("ganae_cli", "list")[1:] == ["-m", "ganae_cli", "list"]
    assert children.environment() == {}
    monkeypatch.setattr(sys, "path", ["", str(ROOT)])
    assert children.command("ganae_cli", "list")[1] == "-P"
