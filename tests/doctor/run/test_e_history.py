"""The history against the checkpoints."""

import pytest

from ganae_cli.doctor.run import e_history


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
            [("problem", "steps are doubled, or out of order"), ("ok", "5 rows of 2 columns, up to step 6")],
        ),
        (
            (2, "4²", 4, 6),
            "",
            [
                ("problem", "line 3 cannot be read: 2 columns were expected, and a step"),
                ("ok", "3 rows of 2 columns, up to step 6"),
            ],
        ),
    ],
)
def test_rows(write, seen, steps, end, expected):
    write(*steps, end=end)
    assert seen(e_history.check) == expected


@pytest.mark.parametrize(
    ("content", "says"), [(b"\xffstep,a\n", "is no text"), (b"stfp,a\n1,2\n", "no header"), (b"", "no header")]
)
def test_no_history(folder, seen, content, says):
    folder.history.path.write_bytes(content)
    ((level, what),) = seen(e_history.check)
    assert (level, says in what) == ("problem", True), what


def test_a_lost_history(folder, seen):
    folder.history.path.unlink()
    assert seen(e_history.check) == [("warning", "history.csv is missing")]
