"""The config of a run: read, resolved, checked."""

import pytest

from ganae_cli.doctor.run import b_config


def test_of_an_earlier_version(seen):
    assert seen(b_config.check) == [("ok", "alae on ring, 12 steps")]


@pytest.mark.parametrize(
    ("old", "new", "level", "says"),
    [
        ("  steps: 12", "  steps: [", "problem", "cannot read"),
        ("  steps: 12", "  steps: -3", "problem", "train.steps must be"),
        ("  steps: 12", "  stepz: 12", "problem", "stepz"),
        ("  steps: 12", "  steps: ${oc.env:GANAE_NO_SUCH}", "problem", "train.steps: "),
        ("  name: alae", "  name: of_a_plugin", "warning", "no code declares the model 'of_a_plugin'"),
    ],
)
def test_faults(folder, seen, old, new, level, says):
    text = folder.config.read_text()
    assert f"{old}\n" in text
    folder.config.write_text(text.replace(f"{old}\n", f"{new}\n", 1))
    ((found, what),) = seen(b_config.check)
    assert (found, says in what) == (level, True), what
