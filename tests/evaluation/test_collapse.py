"""What is said of variations that are low: once when it begins, once when it is over, and not of a beginner."""

import pytest

from ganae_cli.evaluation.collapse import FIRST_STEP, LOW, Watch, warning

BAD, GOOD = LOW / 2, LOW * 2


@pytest.fixture
def said():
    return []


def looked(said, variations, first=FIRST_STEP):
    """Return what is said at each look, 100 steps apart."""
    watch, heard = Watch(said.append), []
    for i, variation in enumerate(variations):
        watch.look(first + 100 * i, {"samples": variation})
        heard.append(said[:])
        said.clear()
    return heard


def test_it_is_said_once_at_the_second_look_and_when_it_is_over(said):
    begun = f"{warning('samples', BAD)} (since step {FIRST_STEP + 100})"
    over = f"samples differ again at step {FIRST_STEP + 500}"
    assert looked(said, [GOOD, BAD, BAD, BAD, BAD, GOOD, GOOD]) == [[], [], [begun], [], [], [over], []]


def test_one_look_is_not_enough(said):
    assert looked(said, [BAD, GOOD, BAD, GOOD]) == [[], [], [], []]


def test_a_network_at_its_beginning_has_not_collapsed(said):
    """Looks at steps 300 and 400 do not count."""
    assert looked(said, [BAD, BAD, BAD], first=FIRST_STEP - 200) == [[], [], []]
    assert [len(lines) for lines in looked(said, [BAD] * 5, first=FIRST_STEP - 200)] == [0, 0, 0, 1, 0]


def test_it_may_begin_again(said):
    assert [len(lines) for lines in looked(said, [BAD, BAD, GOOD, BAD, BAD])] == [0, 1, 1, 0, 1]


@pytest.mark.parametrize("variation", [None, float("nan")])
def test_what_is_unknown_is_no_collapse(said, variation):
    assert looked(said, [variation] * 3) == [[], [], []]


def test_what_follows_is_called_from_the_second_look_on(said):
    """A training that is to end then would end at the second look."""
    called = []
    watch = Watch(said.append, lambda: called.append(len(said)))
    for step, variation in ((500, BAD), (600, GOOD), (700, BAD), (800, BAD), (900, BAD), (1000, GOOD)):
        watch.look(step, {"samples": variation})
    assert called == [1, 1]


def test_other_evidence_is_watched_in_the_same_way(said):
    watch = Watch(said.append)
    for step, wrong in ((400, "bad"), (500, "bad"), (600, "worse"), (700, None)):
        watch.take(step, wrong)
    assert said == ["worse (since step 500)", "samples differ again at step 700"]


def test_of_reconstructions_and_samples_the_cause_is_said(said):
    """Samples of a decoder that ignores its codes are alike too."""
    watch = Watch(said.append)
    for step in (1000, 2000):
        watch.look(step, {"samples": BAD, "reconstructions": 0.0123})
    (line,) = said
    assert line.startswith("ganae: warning: reconstructions hardly differ (1.2% of the variation of real data): ")
    assert line.endswith("(model.weights), a lower learning rate or a larger model.z_dim (since step 1000)")


def test_samples_alone_are_said_too(said):
    watch = Watch(said.append)
    for step in (1000, 2000):
        watch.look(step, {"samples": 0.2, "reconstructions": GOOD})
    assert said[0].startswith("ganae: warning: samples hardly differ (20.0% of the variation of real data): the gen")
