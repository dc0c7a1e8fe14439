"""The settings of a sweep that is resumed, by the words behind it."""

import pytest

from ganae_cli.command_line import sweep_words
from ganae_cli.errors import UserError
from ganae_cli.sweeps.settings import SweepSettings


def test_settings_are_told_from_other_words():
    words = ["sweep.jobs=2", "seed=3", "plugins=[mine]", "sweep.on_error=stop"]
    given, others = sweep_words.read(words)
    assert (given, others) == (SweepSettings(2, "stop", False, ["mine"]), ["seed=3"])
    assert given.words() == ["sweep.jobs=2", "sweep.on_error=stop"]
    assert sweep_words.read([]) == (SweepSettings(), [])
    assert sweep_words.read(["sweep.jobs=auto"])[0].words() == ["sweep.jobs=auto"]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("sweep.jobs=0", r"^sweep\.jobs must be at least 1, got 0$"),
        ("sweep.jobs=many", r"^sweep\.jobs: expected a whole number or auto, got 'many'$"),
        ("sweep.on_error=halt", r"^sweep\.on_error: 'halt' is not one of continue, stop$"),
        ("sweep.jobs=[2", r"^cannot read 'sweep\.jobs=\[2': brackets and quotes must be closed$"),
        ("plugins=mine", r"^plugins: expected a list, got 'mine'; write plugins=\[mine\]$"),
        ("plugins=[mine", r"^cannot read 'plugins=\[mine': brackets and quotes must be closed$"),
        ("plugins=[1]", r"^plugins\[0\]: expected text, got 1$"),
        ("sweep.job=2", r"^unknown setting 'sweep\.job'; did you mean 'sweep\.jobs'\? \(settings of a sweep: "),
    ],
)
def test_what_is_no_setting_is_refused(word, said):
    with pytest.raises(UserError, match=said):
        sweep_words.read([word])
