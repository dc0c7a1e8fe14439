"""Links, pipes and devices in a run or sweep folder, through which a stranger's folder would reach files of the user's.

What is not ganae's own may be anything: `notes -> ../notes` does no harm. The folder itself may be reached through a
link. A hard link is a plain file; files are replaced or copied before they are written to (`storage.atomic`).
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from ganae_cli.errors import UserError

FILES = (  # of a run; of a job of a sweep; of a sweep; of a study
    *("config.yaml", "environment.json", "status.json", "history.csv", "train.log", "sampler.npz", ".lock"),
    "skipped_files.txt",
    "tracker.json",
    *("evaluation.json", "report.html", "output.log", "sweep.json", ".sweep.json.lock", "results.csv"),
    *("multirun.yaml", "study.json", "journal.jsonl"),
)
BESIDE = ".history-line-*.csv"  # of a run that goes back to an older checkpoint: see `storage.branch`
FOLDERS = ("checkpoints", "samples", "tensorboard", "export", ".hydra")


def refuse_links(folder: Path) -> None:
    """Raise UserError for a link, pipe or device among ganae's own names in a run or sweep folder.

    Likewise for a folder in the place of a file, and for a file in the place of a folder.
    """
    for path in (*(folder / name for name in FILES), *folder.glob(BESIDE)):
        _refuse_other_than(stat.S_ISREG, "file", path)
    for path in (*(folder / name for name in FOLDERS), *_numbered(folder)):
        _refuse_other_than(stat.S_ISDIR, "folder", path)
    for name in FOLDERS:
        for entry in _below(folder / name):
            if not (entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False)):
                _refuse(Path(entry.path), "file")


def _refuse_other_than(is_right, kind: str, path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except OSError:  # there is none
        return
    if not is_right(mode):
        _refuse(path, kind)


def _refuse(path: Path, kind: str) -> None:
    mode = path.lstat().st_mode
    names = (("link", stat.S_ISLNK), ("folder", stat.S_ISDIR), ("file", stat.S_ISREG), ("pipe", stat.S_ISFIFO))
    what = next((f"a {name}" for name, is_it in names if is_it(mode)), "a device or socket")
    raise UserError(f"{path} is {what} where a {kind} is expected: nothing is read or written through it; remove it")


def _numbered(folder: Path) -> Iterator[Path]:
    """Give what is named like the folder of a sweep's job."""
    with contextlib.suppress(OSError), os.scandir(folder) as found:
        yield from (Path(entry.path) for entry in found if entry.name.isdecimal() and entry.is_symlink())


def _below(folder: Path) -> Iterator[os.DirEntry]:
    """Give all that is in a folder, at any depth, without following links."""
    waiting = [os.fspath(folder)]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as found:
            for entry in found:
                yield entry
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
