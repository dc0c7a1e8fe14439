"""environment.json: versions, commit and command line of the process that trains."""

from datetime import datetime
from importlib import metadata

from ganae_cli import __version__
from ganae_cli.storage.environment import PACKAGES, describe


def test_versions_and_command_line(monkeypatch):
    monkeypatch.setattr("sys.argv", ["/somewhere/ganae", "train", "seed=3"])
    found = describe(seed=3, devices=["CPU"])
    assert (found["seed"], found["devices"], found["ganae"]) == (3, ["CPU"], __version__)
    assert found["packages"] == {name: metadata.version(name) for name in PACKAGES}
    assert found["command"] == ["ganae", "train", "seed=3"]
    assert abs((datetime.now().astimezone() - datetime.fromisoformat(found["started"])).total_seconds()) < 60
