"""The tracker of a config, refused where its library is missing."""

import importlib.util

import pytest

from ganae_cli.errors import UserError
from ganae_cli.trackers import choice
from tests.trackers.recorder import PLUGIN, Recorder

OPTIONS = {"mlflow": {"name": "mlflow", "timeout": 5.0}, "wandb": {"name": "wandb", "mode": "offline"}}


@pytest.mark.parametrize("name", OPTIONS)
def test_a_missing_extra_is_refused(name, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda module: None)
    for refuse in (choice.check, choice.chosen):
        with pytest.raises(UserError, match=rf"^tracker={name} needs .* pip install 'ganae\[{name}\]'"):
            refuse(OPTIONS[name])


def test_a_server_of_mlflow_needs_no_database(monkeypatch):
    asked = []
    monkeypatch.setattr(importlib.util, "find_spec", asked.append)
    for uri, needed in (("https://tracks.org", ["mlflow"]), ("", ["mlflow", "sqlalchemy", "alembic"])):
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        asked.clear()
        with pytest.raises(UserError):
            choice.check(OPTIONS["mlflow"])
        assert asked == needed


def test_a_plugin_is_not_known_before_it_is_imported(recorder):
    choice.check({"name": "not_declared_yet", "out": "x"})
    made = choice.made("recorder", {"out": "x", "timeout": 3}, [PLUGIN])
    assert (type(made).__name__, made.timeout) == (Recorder.__name__, 3)


def test_unknown_options_are_refused():
    with pytest.raises(UserError, match="tracker 'wandb' has no option 'projekt'; did you mean 'project'"):
        choice.made("wandb", {"projekt": "x"})
