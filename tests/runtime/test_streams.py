"""A lost or narrow stream ends no work, in processes whose streams a shell has closed, filled or cut."""

import os
import subprocess
import sys

import pytest

from ganae_cli.runtime import streams

SAY = """
import sys
from ganae_cli.runtime import streams
streams.secure()
for number in range(3):
    print("é … line", number, file=sys.stderr)
print("out …", flush=True)
streams.announce("folder/é")
with open(sys.argv[1], "w") as file:  # it must not get the number of a closed stream
    file.write(f"done {file.fileno() > 2}")
"""


def run(tmp_path, shell: str = "", encoding: str = "utf-8") -> tuple[bytes, str, int]:
    """Return what comes out of `SAY` with a shell's redirections behind it, what it wrote at its end, and its code."""
    (tmp_path / "say.py").write_text(SAY)
    command = f"exec {sys.executable} {tmp_path}/say.py {tmp_path}/end {shell}"
    given = os.environ | {"PYTHONIOENCODING": encoding}
    done = subprocess.run(["bash", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=given)
    return done.stdout, (tmp_path / "end").read_text(), done.returncode


@pytest.mark.parametrize("shell", ["2>&-", ">&-", ">&- 2>&-", "<&- >&- 2>&-", "2>/dev/full", "2> >(exec true)"])
def test_a_stream_that_is_gone_ends_nothing(tmp_path, shell):
    out, end, code = run(tmp_path, shell)
    assert (end, code) == ("done True", 0)
    assert (b"out " in out) == (">&- " not in f"{shell.replace('2>&-', '')} ")


def test_all_is_written_where_it_can_be(tmp_path):
    out, end, code = run(tmp_path)
    lines = "".join(f"é … line {number}\n" for number in range(3))
    assert (out.decode(), end, code) == (f"{lines}out …\nfolder/é\n", "done True", 0)


@pytest.mark.parametrize(("encoding", "expected"), [("latin-1", "é ... line 0"), ("ascii:strict", "? ... line 0")])
def test_a_stand_in_for_what_an_encoding_lacks(tmp_path, encoding, expected):
    out, end, code = run(tmp_path, encoding=encoding)
    assert out.decode("latin-1").splitlines()[0] == expected
    assert (end, code) == ("done True", 0)


def test_a_result_that_cannot_be_announced_is_a_warning(tmp_path):
    """A full disk is worth a line, a reader that has left is not."""
    (tmp_path / "say.py").write_text(
        "from ganae_cli.runtime import streams\nstreams.secure()\nstreams.announce('folder')\n"
    )
    for target, expected in [
        ("/dev/full", "ganae: warning: cannot write to standard output: No space left on device\n"),
        (">(exec true)", ""),
    ]:
        command = f"{sys.executable} {tmp_path}/say.py > {target}"
        done = subprocess.run(["bash", "-c", command], stderr=subprocess.PIPE, text=True)
        assert (done.stderr, done.returncode) == (expected, 0)


def test_streams_of_others_are_left_alone(capsys):
    before = sys.stdout, sys.stderr
    streams.secure()
    assert (sys.stdout, sys.stderr) == before
