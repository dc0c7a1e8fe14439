"""The commit of the current folder, found without running a program that its repository names.

A repository's own settings may name programs that git runs to compare files (`core.fsmonitor`, `filter.*.clean`), hooks
that it runs when it writes the index, and commands that fetch what is missing. So git is asked about that repository
only what it answers by reading, and compares the files in the light of an empty repository beside it: with the same
objects, and a copy of the index, but with none of its settings and hooks. The user's own settings hold.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

SECONDS = 10  # for git to answer
_OTHERS = (  # variables that lead git to another repository than the current folder's, or to a program
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE"),
    *("GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_EXTERNAL_DIFF"),
)
_PLAIN = ("core.filemode", "core.symlinks", "core.ignorecase", "core.autocrlf", "core.eol", "core.safecrlf")


def commit_here() -> str | None:
    """Return the commit of the current folder, with a `+` if it has changes; None outside a git checkout.

    Changes within submodules do not count. Filters that only the repository names are not applied.
    """
    git = shutil.which("git")
    if git is None or not Path(git).is_absolute():  # not one that lies in the current folder
        return None
    try:
        asked = _ask(git, "rev-parse", "HEAD", "--show-toplevel", "--git-path", "objects", "--git-path", "index")
        found = asked.stdout.splitlines()
        if asked.returncode or len(found) != 4:
            return None
        commit, *places = found
        return commit + ("+" if _is_changed(git, commit, *(Path(place).absolute() for place in places)) else "")
    except (OSError, subprocess.TimeoutExpired):
        return None


def _is_changed(git: str, commit: str, top: Path, objects: Path, index: Path) -> bool:
    """Return True if files that git follows differ from the commit, or cannot be compared with it."""
    settings = [word for key in _PLAIN if (value := _setting(git, key)) for word in ("-c", f"{key}={value}")]
    with tempfile.TemporaryDirectory(prefix="ganae-git-") as made:
        empty = Path(made)
        (empty / "refs").mkdir()
        (empty / "HEAD").write_text(f"{commit}\n")
        if len(commit) == 64:  # SHA-256
            (empty / "config").write_text("[core]\nrepositoryformatversion = 1\n[extensions]\nobjectformat = sha256\n")
        for file in (index, *index.parent.glob("sharedindex.*")):
            if file.is_file():
                shutil.copy2(file, empty / file.name)  # with its time, by which git tells what it must compare
        where = {"GIT_DIR": made, "GIT_WORK_TREE": str(top), "GIT_OBJECT_DIRECTORY": str(objects)}
        words = ("diff", "--quiet", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "HEAD")
        return _ask(git, *settings, *words, **where).returncode != 0


def _setting(git: str, key: str) -> str:
    return _ask(git, "config", "--get", key).stdout.strip()


def _ask(git: str, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Return what git says of the current folder's repository, or of the one that the variables name."""
    known = {name: value for name, value in os.environ.items() if name not in _OTHERS}
    known |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"} | variables
    command = [git, "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", *words]
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=SECONDS, env=known
    )
