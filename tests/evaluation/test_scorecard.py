"""The page of an evaluation: one screen of 80 columns, and the same numbers for scripts."""

import csv
import io
import json
from dataclasses import replace

import pytest

from ganae_cli.evaluation.scorecard import WIDTH, written
from ganae_cli.evaluation.scores import HIGHER, LOWER, NEITHER, ORIGINALITY, QUALITY, Evaluation, Metric, Score

METRICS = {
    "fid": Metric(QUALITY, "Fréchet distance (FID)", LOWER),
    "precision": Metric(QUALITY, "precision", HIGHER),
    "aside": Metric(QUALITY, "seen by scripts only", HIGHER, None),
    "copied": Metric(ORIGINALITY, "copied share", LOWER),
}
SCORES = (
    Score("fid", 12.34, 11.5, 13.25, 2.5, {"features": "classifier", "accuracy": 0.974}),
    Score("precision", 0.71, beside=0.9),
    Score("aside", 0.5),
    Score("copied", 0.01),
)


@pytest.fixture
def found():
    protocol = {"n": 299, "reference": 1498, "seed": 1, "split": "test"}
    return Evaluation(protocol, METRICS, SCORES, {"ssim": "no encoder"}, ("299 samples are few " * 10,))


def test_the_page_puts_each_number_beside_that_of_real_rows(found):
    lines = written(found, "aegan on digits, step 9,000").splitlines()
    assert lines[0] == "aegan on digits, step 9,000"
    assert lines[1] == "299 samples beside 299 held-out and 1,498 training rows; features: classifier"
    assert lines[2] == "(accuracy 97.4%)"
    fid = next(line for line in lines if "FID" in line)
    assert fid.split() == ["Fréchet", "distance", "(FID)", "↓", "12.3", "11.5", "to", "13.2", "2.5"]
    assert [line.partition("?")[0] for line in lines if "?" in line] == [
        "How good are the samples",
        "How original are they",
    ]
    assert max(map(len, lines)) <= WIDTH
    assert not any("scripts only" in line for line in lines)


VERDICT = ["a collapse: " + "much of it " * 9, "  try: x=1", "otherwise healthy"]


def test_the_page_ends_with_the_verdict_and_notes(found):
    lines = written(found, "", verdict=VERDICT).splitlines()
    begin = lines.index("Verdict")
    assert lines[begin - 1] == ""
    assert lines[begin + 1].startswith("  a collapse: much of it much")
    assert lines[begin + 2].startswith("    ")
    assert lines[begin + 2].strip().startswith(("much", "of", "it"))
    assert lines[begin + 3 : begin + 6] == ["    try: x=1", "  otherwise healthy", ""]
    assert lines[begin + 6].startswith("note: 299 samples are few 299")
    assert all(line.startswith("  ") for line in lines[begin + 7 :])
    assert len(lines) > begin + 7
    assert max(map(len, lines)) <= WIDTH
    bare = written(replace(found, warnings=()), "").splitlines()
    assert "Verdict" not in bare
    assert bare[-1].strip(), "it ends with a number"


def test_metrics_stand_in_the_order_of_their_places(found):
    places = {"fid": 3, "precision": 1, "aside": None}
    metrics = {name: metric._replace(place=places.get(name, 0)) for name, metric in METRICS.items()}
    page = written(replace(found, metrics=metrics), "").splitlines()
    assert [line.split()[0] for line in page if line.startswith("  ")][:2] == ["precision", "Fréchet"]
    table = written(replace(found, metrics=metrics), "", "md").splitlines()
    assert [line.split("`")[1] for line in table if "`" in line] == ["precision", "fid", "aside", "copied"]


def test_the_columns_stand_below_their_heads(found):
    lines = written(found, "").splitlines()
    head = next(line for line in lines if line.startswith("How good"))
    fid, precision = (next(line for line in lines if word in line) for word in ("FID", "precision"))
    assert head.split("?")[1].split() == ["samples", "95", "%", "interval", "held-out"]
    for word, number in (("samples", "12.3"), ("held-out", "2.5")):
        assert head.rindex(word) + len(word) == fid.rindex(number) + len(number)
    assert head.index("95 %") == fid.index("11.5")
    assert precision.split() == ["precision", "↑", "0.71", "0.9"]
    assert "copied share ↓" in written(found, "")
    neither = {name: metric._replace(better=NEITHER) for name, metric in METRICS.items()}
    assert not {"↑", "↓"} & set(written(replace(found, metrics=neither), ""))
    assert all(line == line.rstrip() for line in lines)


def test_the_title_is_one_line_that_fits(found):
    title = "a run\nof " + "many words " * 12
    lines = written(found, title).splitlines()
    assert lines[0].startswith("a run")
    assert "of many" in lines[0]
    assert max(map(len, lines)) <= WIDTH
    assert written(found, title, "md").splitlines()[0].endswith("**")


def test_protocols_of_several_spaces_and_of_none(found):
    scores = (Score("fid", 1, about={"features": "pixels"}), Score("precision", 1, about={"features": "classifier"}))
    protocol = {"n": 10_000, "reference": 60_000}
    lines = written(replace(found, scores=scores, protocol=protocol), "t").splitlines()
    told = "10,000 samples beside 10,000 held-out and 60,000 training rows"
    assert " ".join(lines[1:3]).strip() == f"{told}; features: classifier, pixels"
    bare = written(replace(found, scores=SCORES[3:], protocol=protocol), "t").splitlines()
    assert bare[1] == told
    assert not any("How good" in line for line in bare), "a section without a score"


def test_json_is_the_content_of_the_file(found):
    text = written(found, "", "json")
    assert json.loads(text) == found.entries()
    assert text.endswith("]\n")


def test_csv_has_every_score(found):
    rows = list(csv.DictReader(io.StringIO(written(found, "", "csv"))))
    assert [row["metric"] for row in rows] == ["fid", "precision", "aside", "copied"]
    assert rows[0] == {
        "metric": "fid", "value": "12.34", "low": "11.5", "high": "13.25", "beside": "2.5", "better": "lower",
    }  # fmt: skip
    assert (rows[3]["low"], rows[3]["beside"]) == ("", "")
    assert "\r" not in written(found, "", "csv")


def test_markdown_is_a_table(found):
    lines = written(found, "a run", "md").splitlines()
    assert lines[0] == "**a run**"
    assert "| Fréchet distance (FID) ↓ (`fid`) | 12.3 | 11.5 to 13.2 | 2.5 |" in lines
    assert lines[2] == "299 samples beside 299 held-out and 1,498 training rows; features: classifier (accuracy 97.4%)"
    head = lines.index("| How good are the samples? | samples | 95 % interval | held-out |")
    assert (lines[head - 1], lines[head + 1]) == ("", "| --- | --- | --- | --- |")
    assert "| seen by scripts only ↑ (`aside`) | 0.5 |  |  |" in lines
    assert lines[lines.index("| How original are they? | samples | 95 % interval | held-out |") - 1] == ""
    told = written(found, "a run", "md", VERDICT[1:]).splitlines()
    assert told[-3:] == ["", "- try: x=1", "- otherwise healthy"]
