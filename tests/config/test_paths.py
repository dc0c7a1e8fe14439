"""Paths are checked before TensorFlow is imported, by what the brackets of their option say."""

import re

import pytest

from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.config.paths import check, hint
from ganae_cli.errors import UserError


def refused(dataset, tree=None):
    """Return the message about a dataset's path; "" if there is none."""
    try:
        check({"dataset": dataset}, tree)
    except UserError as error:
        return str(error)
    return ""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    for name in ("x.npy", "X.NPZ", "x.csv", "x.zip", "x.png"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("digits", None),
        ("arrays", "x.npy"),
        ("arrays", "X.NPZ"),
        ("tabular", "x.csv"),
        ("image_folder", "folder"),
        ("image_folder", "x.zip"),
        ("mnist", None),
        ("mnist", "x.zip"),  # which mnist itself refuses, and knows more to say
        ("tfds", None),
        ("tfds", "folder"),
        ("tfds", "new"),
        ("of_a_plugin", "new"),
    ],
)
def test_what_each_dataset_takes(here, name, path):
    assert refused({"name": name, "path": path}) == ""


@pytest.mark.parametrize(
    ("name", "path", "said"),
    [
        ("arrays", None, "dataset 'arrays' needs a path: dataset.path=FILE.npy or dataset.path=FILE.npz"),
        ("image_folder", None, "dataset 'image_folder' needs a path: dataset.path=FOLDER or dataset.path=FILE.zip"),
        ("arrays", "gone.npy", "dataset.path=gone.npy: no such file"),
        ("image_folder", "gone", "dataset.path=gone: no such file or folder"),
        (
            "arrays",
            "folder",
            "dataset.path=folder is a folder: expected FILE.npy or FILE.npz; for this folder, …=image_folder",
        ),
        (
            "arrays",
            "x.csv",
            "dataset.path=x.csv is a file: expected FILE.npy or FILE.npz; for this file, type dataset=tabular",
        ),
        (
            "image_folder",
            "X.NPZ",
            "dataset.path=X.NPZ is a file: expected FOLDER or FILE.zip; for this file, type dataset=arrays",
        ),
        ("image_folder", "x.png", "dataset.path=x.png is a file: expected FOLDER or FILE.zip"),
        ("tfds", "x.npy", "dataset.path=x.npy is a file: expected FOLDER; for this file, type dataset=arrays"),
        ("mnist", "gone.npz", "dataset.path=gone.npz: no such file"),
        ("arrays", "x" * 300, f"dataset.path={'x' * 300}: File name too long"),
        ("tfds", "x" * 300, f"dataset.path={'x' * 300}: File name too long"),
        ("arrays", "~nobody_of_this_name/x.npy", "dataset.path=~nobody_of_this_name/x.npy: Could not determine home …"),
        ("arrays", "a\0b.npy", "dataset.path=a\0b.npy: no such file"),
    ],
)
def test_what_is_refused(here, name, path, said):
    assert re.fullmatch(re.escape(said).replace("…", ".*"), refused({"name": name, "path": path}))


def test_a_dataset_of_a_package_says_so_itself(here):
    """No part has a name in the check: what a path may be stands behind the option."""
    (here / "conf" / "dataset").mkdir(parents=True)
    (here / "conf" / "dataset" / "mine.yaml").write_text(
        "# help: mine\nname: mine\npath: null   # [folder | .gguf] x\nother: null  # [new folder | null] y\n"
    )
    tree = ConfTree((here / "conf",))
    assert refused({"name": "mine", "path": "folder", "other": "new"}, tree) == ""
    assert refused({"name": "mine", "path": None}, tree) == (
        "dataset 'mine' needs a path: dataset.path=FOLDER or dataset.path=FILE.gguf"
    )
    assert refused({"name": "mine", "path": "folder", "other": "x.npy"}, tree) == (
        "dataset.other=x.npy is a file: expected FOLDER"
    )
    said = refused({"name": "arrays", "path": "folder"}, tree)
    assert said.endswith("dataset=image_folder or dataset=mine")


def test_a_network_may_have_a_path(here):
    (here / "conf" / "network").mkdir(parents=True)
    (here / "conf" / "network" / "kept.yaml").write_text("# help: x\nname: kept\nweights: null  # [.h5] weights\n")
    config = {"networks": {"encoder": {"name": "kept", "weights": "x.npy"}}}
    with pytest.raises(UserError, match=r"^networks\.encoder\.weights=x\.npy is a file: expected FILE\.h5$"):
        check(config, ConfTree((here / "conf",)))


def test_what_to_type_for_a_path_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.npz", "b.CSV", "c.txt", "d.zip", "e.jpg"):
        (tmp_path / name).touch()
    said = {name: hint(name, ConfTree()) for name in ("a.npz", "b.CSV", "d.zip", "e.jpg", "", "x", "y" * 999)}
    assert said == {
        "a.npz": "; for this file, type dataset=arrays dataset.path=a.npz",
        "b.CSV": "; for this file, type dataset=tabular dataset.path=b.CSV",
        "d.zip": "; for this file, type dataset=audio_folder dataset.path=d.zip or dataset=image_folder "
        "dataset.path=d.zip",
        "e.jpg": "",
        "": "",
        "x": "",
        "y" * 999: "",
    }
