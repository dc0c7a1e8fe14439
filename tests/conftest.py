"""Setup of all tests: no chatter, no GPU, nothing written into the checkout, configs composed as the command does."""

import copy
import logging
import os
import signal
import sys
import tempfile
from functools import cache

import pytest

pytest_plugins = ["tests.games"]
collect_ignore = ["example_plugin"]  # has tests of its own, run by test_example_plugin.py

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("GANAE_XLA_CACHE", "off")  # what a test compiles, it compiles
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")  # what holds bit for bit is stated for the CPU
os.environ.setdefault("GANAE_PICTURE_CACHE", "off")
if "GANAE_KEY_FOLDER" not in os.environ:
    keys = tempfile.TemporaryDirectory(prefix="ganae-key-")
    os.environ["GANAE_KEY_FOLDER"] = keys.name
if "GANAE_CLASSIFIER_CACHE" not in os.environ:  # all tests share classifiers; none is taken from the user's own cache
    classifiers = tempfile.TemporaryDirectory(prefix="ganae-classifiers-")
    os.environ["GANAE_CLASSIFIER_CACHE"] = classifiers.name
if "GANAE_FEATURE_CACHE" not in os.environ:
    features = tempfile.TemporaryDirectory(prefix="ganae-features-")
    os.environ["GANAE_FEATURE_CACHE"] = features.name
for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):  # ignored under `nohup`, and behind `&` in scripts
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    """No test sees the user's environment, or what another test has left in this process."""
    monkeypatch.setenv("GANAE_OUTPUTS", str(tmp_path / "outputs"))
    for name in ("GANAE_CONFIG_PATH", "GANAE_STAMP", "TF_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    yield
    logging.getLogger("ganae").handlers.clear()
    if "keras" in sys.modules:
        sys.modules["keras"].config.set_dtype_policy("float32")


@pytest.fixture(scope="session")
def compose():
    """`compose("model=gan", …)` -> the checked config of `ganae train model=gan …`, a new copy each time."""

    @cache
    def planned(words: tuple[str, ...]):
        from ganae_cli.command_line import plan, request
        from ganae_cli.command_line.hydra_app import HydraApp, environment
        from ganae_cli.config.conf_tree import ConfTree

        with environment(GANAE_STAMP="2026-01-31/12-00-00-c0de"):
            return plan.make(HydraApp("train", request.parse(list(words)), []), ConfTree())

    def composed(*words: str):
        config = copy.deepcopy(planned(words).jobs[0].config)
        config.pop("sweep", None)
        config.pop("plugins", None)  # a run is handed them apart, and no run folder holds them
        return config

    return composed


@pytest.fixture(scope="session")
def parts():
    """Return the registry with every part of the package declared."""
    from ganae_cli import registry
    from ganae_cli.builders import from_config

    from_config.import_parts()
    for package in ("measures", "verdicts"):
        registry.import_parts(f"ganae_cli.evaluation.{package}")
    return registry
