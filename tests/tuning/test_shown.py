"""The table of a study on a terminal."""

import io

from rich.console import Console

from ganae_cli.sweeps import jobs
from ganae_cli.tuning.shown import Shown
from tests.tuning.conftest import compose


def test_the_table_has_a_row_for_each_trial_and_says_how_many_there_will_be(tmp_path):
    jobs.prepare(tmp_path / "study", [], ["model.z_dim", "seed"])
    for number, z in enumerate((2, 8)):
        words = [f"model.z_dim={z}", "seed=0"]
        jobs.make(tmp_path / "study" / str(number), compose(words), words)
    shown = Shown(tmp_path / "study", "fid", wanted=12, ended=3)
    shown.began -= 50
    shown.update(5, "best fid 2.5 (trial 1)")
    assert shown.caption() == "5 of 12 trials; best fid 2.5 (trial 1); about 2:55 left"  # 25 s for each of seven
    console = Console(file=io.StringIO(), width=100)
    console.print(shown.render(100))
    text = console.file.getvalue()
    assert "model.z_dim=8 seed=0" in text
    assert "fid" in text
    assert "5 of 12 trials" in text


def test_nothing_is_guessed_before_a_trial_has_ended(tmp_path):
    jobs.prepare(tmp_path / "study", [], ["model.z_dim"])
    assert Shown(tmp_path / "study", None, wanted=12, ended=3).caption() == "3 of 12 trials"
