"""`study.json`: it comes back as it was written, and one that anybody may have written chooses no code."""

import json

import pytest

from ganae_cli.errors import UserError
from ganae_cli.tuning import study_file
from tests.tuning.conftest import FID, SIZE, file_of


def test_a_study_comes_back_from_its_file(tmp_path):
    file = file_of(objectives=(FID, SIZE), trials=7, jobs="auto")
    file.write(tmp_path)
    assert study_file.read(tmp_path) == file
    assert file.keys == ["model.z_dim", "seed"]


def test_a_study_can_become_longer_and_nothing_that_it_may_not_be():
    assert file_of(trials=3).changed(trials=9).settings.trials == 9
    with pytest.raises(UserError, match=r"tune.trials must be at least 1"):
        file_of().changed(trials=0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"words": ["plugins=[evil]"]}, "'plugins=[evil]' could choose code to run"),
        ({"words": ["+hydra.callbacks.x._target_=os.system"]}, "could choose code to run"),
        ({"words": ["hydra/launcher=joblib"]}, "could choose code to run"),
        ({"words": "model=gan"}, "its 'words' is no list of words"),
        ({"objectives": []}, "it names no objective"),
        ({"objectives": [{"name": "fid"}]}, "is no objective"),
        ({"space": {}}, "its 'space'"),
        ({"settings": {"trials": "x"}}, "tune.trials: expected a whole number"),
        ({"seed": "1"}, "its 'seed' is no whole number"),
    ],
)
def test_a_file_that_is_no_study_is_refused_and_named(tmp_path, change, message):
    file_of().write(tmp_path)
    path = tmp_path / "study.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(UserError) as refused:
        study_file.read(tmp_path)
    assert str(refused.value).startswith(f"cannot read {path}: ")
    assert message in str(refused.value)


def test_a_folder_without_the_file_is_no_study(tmp_path):
    with pytest.raises(UserError, match=r"is no study: it has no study.json"):
        study_file.read(tmp_path)
