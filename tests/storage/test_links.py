"""Links, pipes and devices among the files of a run are refused; the user's own things in the folder are not."""

import os
import subprocess

import pytest

from ganae_cli.errors import UserError
from ganae_cli.storage.links import FILES, refuse_links

PLANTED = (
    *FILES,
    "checkpoints",
    "samples",
    "tensorboard",
    ".hydra",
    "0",
    "12",
    "samples/step-00000010.png",
    ".history-line-1.csv",
)
PLANTED += ("checkpoints/step-00000010.weights.h5", "tensorboard/plugins/profile/x", "tensorboard/plugins")


@pytest.mark.parametrize("kind", ["file", "folder", "nowhere"])
@pytest.mark.parametrize("name", PLANTED)
def test_a_link_is_refused_wherever_it_leads(tmp_path, name, kind):
    path, mine = tmp_path / "run" / name, tmp_path / "mine"
    path.parent.mkdir(parents=True)
    {"file": mine.touch, "folder": mine.mkdir, "nowhere": lambda: None}[kind]()
    path.symlink_to(mine)
    with pytest.raises(UserError) as error:
        refuse_links(tmp_path / "run")
    assert str(error.value).startswith(f"{path} is a link where a ")


@pytest.mark.parametrize("name", ["history.csv", "config.yaml", "checkpoints/step-00000010.json"])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path, name):
    (tmp_path / "checkpoints").mkdir()
    os.mkfifo(tmp_path / name)
    with pytest.raises(UserError, match=r"is a pipe where a file is expected"):
        refuse_links(tmp_path)


def test_files_and_folders_in_each_others_place(tmp_path):
    (tmp_path / "status.json").mkdir()
    with pytest.raises(UserError, match=r"status\.json is a folder where a file is expected"):
        refuse_links(tmp_path)
    (tmp_path / "status.json").rmdir()
    (tmp_path / ".history-line-1.csv").mkdir()
    with pytest.raises(UserError, match=r"\.history-line-1\.csv is a folder where a file is expected"):
        refuse_links(tmp_path)
    (tmp_path / ".history-line-1.csv").rmdir()
    (tmp_path / "samples").touch()
    with pytest.raises(UserError, match=r"samples is a file where a folder is expected"):
        refuse_links(tmp_path)


def test_what_is_the_users_own_is_left_alone(tmp_path):
    """Links of other names, a run reached through a link, and a tree that is deeper than Python's stack."""
    run, mine = tmp_path / "run", tmp_path / "mine"
    run.mkdir()
    mine.mkdir()
    (run / "notes").symlink_to(mine)
    (run / "config.yaml").touch()
    (run / "tensorboard").mkdir()
    deep = run / "tensorboard"
    for _ in range(1200):
        deep = deep / "a"
        deep.mkdir()
    (tmp_path / "latest").symlink_to(run)
    refuse_links(run)
    refuse_links(tmp_path / "latest")
    refuse_links(tmp_path / "none")
    subprocess.run(["rm", "-r", run / "tensorboard"], check=True)  # which is deeper than pytest can remove
