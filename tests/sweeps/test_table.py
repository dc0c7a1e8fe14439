"""results.csv as a Markdown table."""

import json

import pytest

from ganae_cli import cli
from ganae_cli.errors import UserError
from ganae_cli.sweeps import table

CSV = """job,state,model,parameters,reconstruction,peak_memory_mb,gan.loss,seconds,folder
0,done,gan,298564,,812,0.5,12.25,0
1,{state},aegan,1000,0.16183,900,,7,1
"""


@pytest.fixture
def sweep(tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path))
    folders = [tmp_path / "sweep" / "2026-01-31" / f"1{hour}-00-00-c0de" for hour in (0, 1)]
    for folder in folders:
        folder.mkdir(parents=True)
        jobs = [["model=gan", "+sweep=x"], ["model=aegan", "+sweep=x"]]
        (folder / "sweep.json").write_text(json.dumps({"jobs": jobs}))
        (folder / "results.csv").write_text(CSV.format(state="done"))
    return folders[-1]


def test_a_row_a_job_with_what_was_swept_and_measured(sweep, capsys):
    assert cli.main(["list", "results", str(sweep)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "| model | parameters | reconstruction | seconds |",
        "| --- | --- | --- | --- |",
        "| gan | 298,564 |  | 12.2 |",
        "| aegan | 1,000 | 0.162 | 7 |",
    ]


def test_the_state_is_told_where_one_is_not_done(sweep):
    (sweep / "results.csv").write_text(CSV.format(state="failed"))
    assert table.markdown(sweep)[0] == "| state | model | parameters | reconstruction | seconds |"
    assert table.markdown(sweep)[3].startswith("| failed | aegan |")


def test_a_swept_key_with_a_dot_is_shown_and_a_term_is_not(sweep):
    (sweep / "sweep.json").write_text(json.dumps({"jobs": [["model.z_dim=2"], ["model.z_dim=4"]]}))
    (sweep / "results.csv").write_text("job,state,model.z_dim,gan.loss,seconds,folder\n0,done,2,1.0,1,0\n")
    assert table.markdown(sweep)[0] == "| model.z_dim | seconds |"


def test_the_newest_sweep_unless_told(sweep, capsys):
    assert table.find_sweep() == sweep


def test_what_there_is_not(sweep, tmp_path, capsys):
    (sweep / "results.csv").unlink()
    with pytest.raises(UserError, match=r"has no results\.csv yet: it is written when the sweep ends"):
        table.markdown(sweep)
    assert cli.main(["list", "models", "gan"]) == 2
    assert "'gan' goes with networks (a shape) or results (a sweep)" in capsys.readouterr().err


def test_no_sweep_yet(tmp_path, monkeypatch):
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path))
    with pytest.raises(UserError, match="no sweep yet under "):
        table.find_sweep()


def test_seeds_are_one_row_of_means_and_standard_errors(sweep):
    """0.90, 0.92, 0.97: mean 0.93, s^2 = (9 + 1 + 16) e-4 / 2, s / sqrt(3) = 0.0208."""
    jobs = [[f"model={model}", f"seed={seed}"] for model in ("gan", "aegan") for seed in range(3)]
    (sweep / "sweep.json").write_text(json.dumps({"jobs": jobs}))
    rows = ["gan,0,8,0.90", "gan,1,8,0.92", "gan,2,8,0.97", "aegan,0,7,0.5", "aegan,1,,", "aegan,2,8,0.7"]
    states = ["done"] * 3 + ["out of time", "failed", "done"]
    lines = [f"{job},{state},{row},1,{job}" for job, (state, row) in enumerate(zip(states, rows, strict=True))]
    (sweep / "results.csv").write_text("\n".join(["job,state,model,seed,modes,high_quality,seconds,folder", *lines]))
    assert table.markdown(sweep) == [
        "| model | seeds | modes | high_quality |",
        "| --- | --- | --- | --- |",
        "| gan | 3 | 8 | 0.930 ± 0.021 |",
        "| aegan | 2 (1 failed) | 7.50 ± 0.50 | 0.60 ± 0.10 |",
        "",
        "The same in all rows: seconds 1.",
        "Means over the seeds of each row; behind ±, the standard error of the mean: the standard deviation between "
        "seeds divided by the square root of their number.",
    ]


def over_seeds(sweep, *values):
    """Write the results of two models, each with two seeds."""
    jobs = [[f"model={model}", f"seed={seed}"] for model in ("gan", "aegan") for seed in range(2)]
    (sweep / "sweep.json").write_text(json.dumps({"jobs": jobs}))
    lines = [f"{i},done,{job[0][6:]},{i % 2},{row},{i}" for i, (job, row) in enumerate(zip(jobs, values, strict=True))]
    (sweep / "results.csv").write_text("\n".join(["job,state,model,seed,spread,parameters,gan.loss,folder", *lines]))


def test_what_all_rows_share_is_said_once(sweep):
    over_seeds(sweep, "0.9,100,1", "0.92,100,1", "0.8,100,2", "0.7,100,2")
    assert table.markdown(sweep)[:5] == [
        "| model | spread |",
        "| --- | --- |",
        "| gan | 0.910 ± 0.010 |",
        "| aegan | 0.750 ± 0.050 |",
        "",
    ]
    assert table.markdown(sweep)[5] == "The same in all rows: parameters 100."
    assert table.markdown(sweep)[6].startswith("Means over 2 seeds; behind ±, the standard error of the mean")


@pytest.mark.parametrize(
    ("chosen", "head"),
    [
        (["gan.loss", "model"], "| gan.loss | model |"),
        (["model", "s*"], "| model | seeds | spread |"),
        (["*para*"], "| model | parameters |"),
        (["spread", "s*"], "| model | spread | seeds |"),
    ],
)
def test_columns_can_be_chosen_by_names_and_patterns(sweep, chosen, head, capsys):
    over_seeds(sweep, "0.9,100,1", "0.92,100,1", "0.8,100,2", "0.7,100,2")
    assert table.markdown(sweep, chosen)[0] == head
    assert cli.main(["list", "results", str(sweep), "--columns", ",".join(chosen)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == head


def test_a_column_that_is_not_there(sweep, capsys):
    assert cli.main(["list", "results", str(sweep), "--columns", "model,parametres"]) == 2
    error = capsys.readouterr().err
    assert "--columns: no column 'parametres'; did you mean 'parameters'? (columns: job, state, model, " in error
    assert cli.main(["list", "models", "--columns", "a"]) == 2
    assert "--columns goes with results" in capsys.readouterr().err


def test_a_wide_table_is_cut_between_columns(sweep):
    """Each part begins with what was swept, and no line is wider than the terminal."""
    lines = table.markdown(sweep, width=40)
    tables = "\n".join(lines).split("\n\n")
    assert [part.splitlines()[0].split() for part in tables] == [
        ["|", "model", "|", "parameters", "|", "reconstruction", "|"],
        ["|", "model", "|", "seconds", "|"],
    ]
    assert max(map(len, lines)) == 39
    assert len({len(line) for line in tables[1].splitlines()}) == 1
    assert len("\n".join(table.markdown(sweep, width=48)).split("\n\n")) == 2
    assert len("\n".join(table.markdown(sweep, width=49)).split("\n\n")) == 1


BROKEN = {
    "not UTF-8": (b"job,state\n0,\xff\n", "is not UTF-8"),
    "no state": (b"job,stote\n0,done\n", "first line does not name the columns"),
    "a column twice": (b"job,state,state\n0,done,done\n", "first line does not name the columns"),
    "a cell more": (b"job,state\n0,done,1\n", r"row 2 has 3 cells, not 2; ganae resume .* writes it anew"),
    "a cell less": (b"job,state\n0\n", "row 2 has 1 cells, not 2"),
    "a quote without end": (b'job,state\n0,"done\n', "unexpected end of data"),
    "an endless cell": (b"job,state\n0," + b"x" * 200_000 + b"\n", "field larger than field limit"),
    "zeros": (b"\0" * 50, "first line does not name the columns"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_damaged_table_is_one_line(tmp_path, case):
    content, reason = BROKEN[case]
    (tmp_path / "sweep.json").write_text('{"jobs": [["seed=1"], ["seed=2"]]}')
    (tmp_path / "results.csv").write_bytes(content)
    with pytest.raises(UserError, match=rf"cannot read .*results\.csv: .*{reason}") as error:
        table.markdown(tmp_path)
    assert "\n" not in str(error.value)


def test_cells_do_not_break_out_of_their_table(tmp_path):
    """A bar ends a cell of Markdown, a line end a row; a terminal obeys escape codes. HTML stays text in a terminal."""
    (tmp_path / "sweep.json").write_text('{"jobs": [["loss=a"], ["loss=b"]]}')
    rows = 'job,state,loss,modes\n0,done,"a|b\n| c",1\n1,done,<script>\x1b[2J,2\n'
    (tmp_path / "results.csv").write_text(rows)
    lines = table.markdown(tmp_path)
    assert lines[2:] == [r"| a\|b \| c | 1 |", r"| <script>\x1b[2J | 2 |"]
