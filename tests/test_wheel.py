"""The built wheel: it carries `conf/` as the checkout has it, and works wherever it is unpacked."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUILD = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]  # with the installed hatchling: nothing is fetched


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    made = subprocess.run([*BUILD, "--outdir", folder, ROOT], capture_output=True, text=True, cwd=folder)
    assert made.returncode == 0, made.stdout + made.stderr
    (path,) = folder.glob("ganae-*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.fixture(scope="module")
def site(wheel, tmp_path_factory):
    """Return the folder of the unpacked wheel, far from the checkout."""
    folder = tmp_path_factory.mktemp("site")
    wheel.extractall(folder)
    return folder


def run(site, folder, *words):
    """Run Python in another folder, with the unpacked wheel in front of all installed packages."""
    environment = os.environ | {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, cwd=folder, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def files(folder, pattern):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob(pattern) if path.is_file()}


def test_it_holds_the_package_and_conf_and_nothing_else(wheel):
    packed = {name: wheel.read(name) for name in wheel.namelist() if ".dist-info/" not in name}
    expected = {f"ganae_cli/{name}": data for name, data in files(ROOT / "ganae_cli", "*.py").items()}
    expected |= {f"ganae_cli/conf/{name}": data for name, data in files(ROOT / "conf", "*").items()}
    assert len(expected) > 80
    assert set(packed) == set(expected)
    assert packed == expected


def test_what_it_says_of_itself(wheel):
    (metadata,) = (wheel.read(name).decode() for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    (scripts,) = (wheel.read(name).decode() for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "ganae = ganae_cli.cli:main" in scripts
    assert "\nLicense-Expression: MIT\n" in metadata
    assert "\nRequires-Python: >=3.11\n" in metadata
    for library in ("tensorflow<2.22,>=2.21", "keras<4,>=3.15", "hydra-core<1.4,>=1.3.8", "omegaconf<2.4,>=2.3.1"):
        assert f"\nRequires-Dist: {library}\n" in metadata
    assert "\nProvides-Extra: gpu\n" in metadata
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())


def test_an_unpacked_wheel_uses_the_configs_inside_it(site, tmp_path):
    code = "from ganae_cli.config.conf_tree import conf_dir; print(conf_dir())"
    assert run(site, tmp_path, "-c", code) == f"{site / 'ganae_cli' / 'conf'}\n"


def test_a_checkout_uses_the_configs_beside_the_package(tmp_path):
    code = "from ganae_cli.config.conf_tree import conf_dir; print(conf_dir())"
    assert run(ROOT, tmp_path, "-c", code) == f"{ROOT / 'conf'}\n"


def test_the_command_composes_from_an_unpacked_wheel(site, tmp_path):
    """The current folder has a `conf` of its own, which is not ganae's and is not read."""
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "train.yaml").write_text("stray: true\n")
    shown = run(site, tmp_path, "-m", "ganae_cli", "train", "experiment=ring", "--cfg", "job")
    assert "name: ring" in shown
    assert "stray" not in shown
    assert [path.name for path in tmp_path.iterdir()] == ["conf"]
