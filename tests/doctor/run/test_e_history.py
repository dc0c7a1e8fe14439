"""The history against the checkpoints."""

import pytest

from ganae_cli.doctor.run import e_history

TWICE = ", which was there before"
LISTED = (
    "its header begins with 'x', not with 'step'; "
    + "; ".join(f"line {number} is no row of 1 numbers" for number in (2, 3, 4, 5))
    + "; and 995 more faults"
)


@pytest.fixture
def write(folder):
    def write(*steps, end="") -> None:
        for checkpoint in folder.checkpoints.list():
            folder.checkpoints.remove(checkpoint)
        folder.checkpoints.add(6, lambda path: path.write_bytes(b"weights"), last_row=6)
        text = folder.config.read_text().replace("  log_every: 4\n", "  log_every: 2\n")
        assert "  log_every: 2\n" in text
        folder.config.write_text(text)
        folder.history.path.write_text("step,a.b\n" + "".join(f"{step},1.5\n" for step in steps) + end)

    return write


@pytest.mark.parametrize(
    ("steps", "end", "expected"),
    [
        ((2, 4, 6), "", [("ok", "3 rows of 2 columns, up to step 6")]),
        ((2, 4, 6), "8", [("warning", "the last line was cut short"), ("ok", "3 rows of 2 columns, up to step 6")]),
        ((2, 4), "", [("warning", "no row of step 6"), ("ok", "2 rows of 2 columns, up to step 4")]),
        ((4, 6), "", [("ok", "2 rows of 2 columns, up to step 6")]),  # log_every was 4 before, perhaps
        ((2, 6), "", [("warning", "no row of step 4"), ("ok", "2 rows of 2 columns, up to step 6")]),
        (
            (2, 4, 6, 8),
            "",
            [
                ("ok", "1 rows are newer than the checkpoint: a resume writes them again, with the same numbers"),
                ("ok", "4 rows of 2 columns, up to step 8"),
            ],
        ),
        (
            (2, 4, 2, 4, 6),
            "",
            [
                ("warning", f"line 4 has step 2{TWICE}; line 5 has step 4{TWICE}"),
                ("ok", "3 rows of 2 columns, up to step 6"),
            ],
        ),
        (
            (2, "4²", 4, 6),
            "",
            [
                ("warning", "line 3 is no row of 2 numbers"),
                ("ok", "3 rows of 2 columns, up to step 6"),
            ],
        ),
    ],
)
def test_rows(write, seen, steps, end, expected):
    write(*steps, end=end)
    assert seen(e_history.check) == expected


def test_the_row_of_an_interval_that_the_end_cuts_short_is_not_newer(write, folder, seen):
    """The last checkpoint of a run of 7 steps, with a row each 2 steps, knows that of step 6; the last row is of 7."""
    write(2, 4, 6, 7)
    folder.checkpoints.add(7, lambda path: path.write_bytes(b"weights"), last_row=6)
    assert seen(e_history.check) == [("ok", "4 rows of 2 columns, up to step 7")]


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"\xef\xbb\xbfstep,a.b\n2,1\n4,1\n6,1\n", []),  # the mark of a spreadsheet, which a resume reads, too
        (b"stfp,a.b\n2,1\n4,1\n6,1\n", [("warning", "its header begins with 'stfp', not with 'step'")]),
        (b"step,a.b\n2,1\n4,\xff\n4,1\n6,1\n", [("warning", "line 3 is no row of 2 numbers")]),
        (b"step,a.b\n2,1\n4,1\n" + b"x" * 200_000 + b"\n6,1\n", [("warning", "line 4 is no row of 2 numbers")]),
        (b"x\n" * 1000, [("warning", LISTED)]),
    ],
)
def test_a_history_is_read_as_a_resume_reads_it(write, folder, seen, content, faults):
    write()
    folder.history.path.write_bytes(content)
    assert [one for one in seen(e_history.check) if not one[1].startswith("no row")][:-1] == faults


def test_a_history_too_large_to_read_is_one_line(folder, seen):
    with folder.history.path.open("r+b") as file:
        file.truncate(50 * 10**9)
    folder.history.path.rename(folder.path / "large")
    folder.history.path.symlink_to("large")  # so `seen` does not read it
    ((level, what),) = [(one.level, one.what) for one in e_history.check(folder)]
    assert (level, "it has 50,000,000,000 bytes, expected at most" in what) == ("problem", True), what


def test_steps_without_end_are_not_counted_out(write, folder, seen):
    """A checkpoint of step 999999999999999999 took all memory."""
    last = 10**18 - 1
    write(2, 4, last - 2, last - 1, last)
    folder.checkpoints.add(last, lambda path: path.write_bytes(b"weights"), last_row=last)
    assert seen(e_history.check)[0] == ("warning", "no row of step 6, 8, 10, 12, 14 …")


def test_an_interval_that_was_another_one_is_no_gap(write, folder, seen):
    """`log_every` was 4 up to step 12 and is 2 now."""
    write(4, 8, 12, 14, 16)
    folder.checkpoints.add(16, lambda path: path.write_bytes(b"weights"), last_row=16)
    assert seen(e_history.check) == [("ok", "5 rows of 2 columns, up to step 16")]


def test_a_lost_history(folder, seen):
    folder.history.path.unlink()
    assert seen(e_history.check) == [("warning", "history.csv is missing")]
