"""The page of an evaluation: one screen of 80 columns, and the same numbers for scripts."""

import csv
import io
import json

import pytest

from ganae_cli.evaluation.scorecard import WIDTH, written
from ganae_cli.evaluation.scores import HIGHER, LOWER, ORIGINALITY, QUALITY, Evaluation, Metric, Score

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


def test_json_is_the_content_of_the_file(found):
    assert json.loads(written(found, "", "json")) == found.entries()


def test_csv_has_every_score(found):
    rows = list(csv.DictReader(io.StringIO(written(found, "", "csv"))))
    assert [row["metric"] for row in rows] == ["fid", "precision", "aside", "copied"]
    assert rows[0] == {
        "metric": "fid", "value": "12.34", "low": "11.5", "high": "13.25", "beside": "2.5", "better": "lower",
    }  # fmt: skip
    assert rows[3]["low"] == ""


def test_markdown_is_a_table(found):
    lines = written(found, "a run", "md").splitlines()
    assert lines[0] == "**a run**"
    assert "| Fréchet distance (FID) ↓ (`fid`) | 12.3 | 11.5 to 13.2 | 2.5 |" in lines
