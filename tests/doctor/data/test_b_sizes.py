"""Sizes, and the settings that fit them."""

from collections import Counter

import pytest

from ganae_cli.doctor.data import b_sizes
from ganae_cli.doctor.survey import Survey


def survey(sizes, kinds="colour", **facts):
    count = sum(sizes.values())
    kinds = Counter({kinds: count}) if isinstance(kinds, str) else Counter(kinds)
    facts = {"channels": 3, "settings": frozenset({"image_size", "resize", "channels"}), **facts}
    return Survey("own", names=["x"] * count, sizes=Counter(sizes), kinds=kinds, bits=Counter({8: count}), **facts)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (survey({(32, 32): 9}, image_size=(32, 32)), ""),
        (survey({(100, 100): 5, (90, 110): 5}), "dataset.image_size=64"),
        (survey({(100, 100): 8, (60, 400): 2}), "dataset.image_size=32 dataset.resize=pad"),
        (survey({(100, 100): 20, (60, 400): 2}), "dataset.image_size=64"),
        (survey({(1000, 1000): 9}, image_size=(1000, 1000)), "dataset.image_size=64"),
        (survey({(32, 32): 9}, image_size=(32, 32), grey_anyway=9), "dataset.channels=1"),
        (survey({(32, 32): 9}, "colour with transparency", image_size=(32, 32)), "dataset.channels=4"),
        (
            survey({(300, 300): 9}, image_size=(300, 300), grey_anyway=9, settings={"image_size"}),
            "dataset.image_size=64",
        ),
        (survey({(300, 300): 9}, image_size=(300, 300), settings=set()), ""),  # of recordings
    ],
)
def test_words_to_type(found, words):
    assert b_sizes.words(found) == words


def test_what_is_said():
    said = list(b_sizes.check(survey({(32, 40): 5, (90, 110): 2, (8, 8): 1}, {"grey": 6, "colour": 2})))
    assert said[0].what == (
        "3 sizes, height x width: 5 of 32x40, 2 of 90x110, 1 of 8x8; smallest 8x8, median 32x40, largest 90x110"
    )
    assert said[1].what == "grey (6), colour (2); 8 bits"
    assert said[2].advice == "type dataset.image_size=[32,40]"


def test_too_small_for_convolutions():
    assert list(b_sizes.check(survey({(6, 9): 9}, image_size=(6, 9))))[-1].level == "warning"
    assert {one.level for one in b_sizes.check(survey({(8, 9): 9}, image_size=(8, 9)))} == {"ok"}
    assert not list(b_sizes.check(survey({(6, 9): 9}, image_size=(6, 9), settings=set())))[-1].advice


@pytest.mark.parametrize(
    ("resize", "size", "small", "cut"),
    [
        ("crop", (64, 64), 0, 0),  # all but one have the pixels, and a shape that is nearly square
        ("crop", (96, 96), 9, 0),  # nine lack four rows or more
        ("pad", (96, 96), 1, 0),  # of which eight have the columns
        ("crop", (30, 90), 1, 10),  # a strip: cropping leaves less than half of each
        ("pad", (30, 90), 0, 0),
        ("stretch", (30, 90), 1, 0),
    ],
)
def test_what_a_size_does_to_pictures_of_other_sizes(resize, size, small, cut):
    own = survey({(92, 112): 8, (100, 100): 1, (64, 80): 1}, image_size=size, resize=resize)
    said = "\n".join(f"{one.level} {one.what} {one.advice}" for one in b_sizes.check(own))
    assert ("are enlarged" in said, "lose a third or more" in said) == (small > 1, cut > 1)
    if small > 1:
        assert f"warning {small} of 10 pictures are enlarged to 96x96" in said
        assert "type dataset.image_size=64, or" in said
    if cut > 1:
        assert f"warning {cut} of 10 pictures lose a third or more, since they are cropped to 30x90" in said
