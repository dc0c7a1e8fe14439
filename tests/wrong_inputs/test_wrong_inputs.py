"""What the user reads after a wrong input: every line of `table.yaml` is typed, and the message compared as a whole.

A message names what was wrong, where, what was expected, and what to type next. `python -m
tests.wrong_inputs.test_wrong_inputs` types the table and writes it again with the messages of today: read the
difference before you keep it.
"""

import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image
from scipy.io import wavfile

from ganae_cli import cli

TABLE = Path(__file__).with_name("table.yaml")
ROWS = [row for rows in yaml.safe_load(TABLE.read_text(encoding="utf-8")).values() for row in rows]
RUN = """hydra.run.dir=run model=autoencoder network@networks.encoder=mlp network@networks.decoder=mlp
train.steps=20 train.log_every=10 train.checkpoint_every=10 train.sample_every=100"""


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """Train a small run once; rows that name `run/` get a copy."""
    made = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        patch.setattr(sys, "argv", ["ganae"])
        assert cli.main(["train", *RUN.split()]) == 0
    return made / "run"


@pytest.fixture
def here(tmp_path, monkeypatch) -> Iterator[Path]:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["ganae"])
    monkeypatch.delenv("GANAE_OUTPUTS")
    yield folder
    monkeypatch.undo()


@pytest.mark.parametrize("row", ROWS, ids=[row["type"] for row in ROWS])
def test_what_a_wrong_input_says(row, here, run, monkeypatch, capsys):
    if "needs" in row:
        pytest.importorskip(row["needs"], reason="needs an extra")
    prepare(row, here, run)
    before = content(here)
    variables, words = typed(row["type"])
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    code = cli.main(words)
    printed = capsys.readouterr()
    assert (code, matched(row["says"], said(printed.err, here))) == (row.get("exit", 2), row["says"])
    if row.get("exit", 2) == 2:
        assert printed.out == "", "nothing was made, so nothing is announced"
        assert printed.err.count("ganae: error: ") == 1
        assert content(here) == before, "nothing is left behind, nothing is changed"


def test_the_table_is_long_enough_and_names_each_input_once():
    typed = [repr(row) for row in ROWS]
    assert len(ROWS) >= 60
    assert len(set(typed)) == len(typed)


def typed(line: str) -> tuple[dict[str, str], list[str]]:
    """Return the variables before `ganae` in a line of a shell, and the words behind it."""
    words = shlex.split(line)
    place = words.index("ganae")
    return dict(word.split("=", 1) for word in words[:place]), words[place + 1 :]


def prepare(row: dict, here: Path, run: Path) -> None:
    """Make the files that a row needs: `run/` where it is named, and `files`."""
    files: dict[str, Any] = row.get("files", {})
    if any(re.search(r"\brun\b", word) for word in (row["type"], *files)):
        shutil.copytree(run, here / "run")
    for name, what in files.items():
        for path in list(here.glob(name)) or [here / name]:
            write(path, what)


def write(path: Path, what: Any) -> None:
    """Make one file: text, `null` to delete it, or a mapping that says how (see the head of the table)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if what is None:
        path.unlink()
    elif isinstance(what, str):
        path.write_text(what, encoding="utf-8")
    elif "bytes" in what:
        path.write_bytes(bytes.fromhex(what["bytes"]))
    elif "replace" in what:
        text = path.read_text(encoding="utf-8")
        old, new = what["replace"]
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    elif "folder" in what:
        path.mkdir()
    elif "link" in what:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        path.symlink_to(what["link"])
    else:
        array = np.random.default_rng(0).integers(*what.get("from", (0, 256)), what["shape"]).astype(what["type"])
        if "first" in what:
            array.flat[0] = float(what["first"])
        if path.suffix == ".png":
            Image.fromarray(array).save(path)
        elif path.suffix == ".wav":
            wavfile.write(path, what["rate"], array)
        else:
            np.save(path, array) if path.suffix == ".npy" else np.savez(path, **dict.fromkeys(what["arrays"], array))


def said(text: str, here: Path) -> str:
    return text.strip().replace(str(here), "<here>")


def matched(expected: str, got: str) -> str:
    """Return the expected text if the text that came is that, any text standing where it has "…"; else what came."""
    pattern = ".*".join(map(re.escape, expected.split("…")))
    return expected if re.fullmatch(pattern, got, re.DOTALL) else got


def content(folder: Path) -> dict[str, tuple[int, int] | None]:
    """Return size and time of change of each file, None of a folder."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name: None if path.is_dir() else (path.lstat().st_size, path.lstat().st_mtime_ns)
        for name, path in found.items()
    }


def write_again() -> None:
    """Type every row and write its message into the table, long lists as "…"; keep a message that still holds."""
    import contextlib
    import io
    import tempfile

    head, *blocks = re.split(r"^(?=- type: )", TABLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    os.environ["GANAE_XLA_CACHE"] = "off"
    os.environ.pop("GANAE_OUTPUTS", None)
    made = Path(tempfile.mkdtemp())
    os.chdir(made)
    sys.argv = ["ganae"]
    cli.main(["train", *RUN.split()])
    for number, (row, block) in enumerate(zip(ROWS, blocks, strict=True)):
        folder = made / str(number)
        folder.mkdir()
        os.chdir(folder)
        prepare(row, folder, made / "run")
        given, words = typed(row["type"])
        before, text = dict(os.environ), io.StringIO()
        os.environ.update(given)
        with contextlib.redirect_stderr(text), contextlib.redirect_stdout(io.StringIO()):
            code = cli.main(words)
        os.environ.clear()
        os.environ.update(before)
        got = said(text.getvalue(), folder)
        if matched(row.get("says", ""), got) != row.get("says") or code != row.get("exit", 2):
            short = re.sub(r"\((\w+): [^()]{120,}\)", r"(\1: …)", got)
            lines = [line for line in block.splitlines() if not re.match(r"  (says|exit): ", line)]
            place = next((i for i, line in enumerate(lines) if not line), len(lines))
            new = [f"  exit: {code}"] if code != 2 else []
            quoted = yaml.safe_dump(short, width=10**6, allow_unicode=True, default_style='"').strip()
            blocks[number] = "\n".join([*lines[:place], *new, f"  says: {quoted}", *lines[place:]]) + "\n"
            print(f"$ {row['type']}\n  [{code}] {short}", flush=True)
            TABLE.write_text(head + "".join(blocks), encoding="utf-8")


if __name__ == "__main__":
    write_again()
