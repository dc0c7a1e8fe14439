"""Sizes: height x width, channels, bits, and what to type"""

from collections import Counter
from collections.abc import Iterator

from ganae_cli.datasets.pictures.look import suggested
from ganae_cli.doctor.finding import Finding, ok, warning
from ganae_cli.doctor.survey import Survey

LISTED = 5  # sizes that are named
LARGE = 64  # pixels a side, above which training takes long
SMALL = 8  # pixels a side, below which no network of convolutions takes a picture
LONG = 1.5  # a picture so much longer than the shape wanted loses a third of itself when it is cropped


def check(survey: Survey) -> Iterator[Finding]:
    """Yield the sizes, channels and bits that there are, and the settings that fit them."""
    if survey.kind == "points":
        yield ok(", ".join(survey.kinds))
        return
    if not survey.count:
        return
    yield ok(_of_sizes(survey.sizes))
    yield ok(f"{_counted(survey.kinds)}; {_counted(Counter({f'{b} bits': n for b, n in survey.bits.items()}))}")
    advice = words(survey)
    if advice:
        yield ok("a first guess at settings", f"type {advice}")
    if survey.image_size:
        yield from _of_fitting(survey, survey.image_size)
    height, width = survey.wanted_size
    if min(height, width) < SMALL:
        yield warning(
            f"pictures of {height}x{width} are too small for convolutions, which need {SMALL}x{SMALL}",
            f"type dataset.image_size={2 * SMALL}" if "image_size" in survey.settings else "",
        )


def words(survey: Survey) -> str:
    """Return the settings to type, "" where the pictures are well as they are.

    dataset.image_size where there are several sizes, or large pictures; dataset.resize=pad where cropping would cut a
    third off every tenth picture; dataset.channels=1 where all colours are grey, 4 where most have transparency. None
    that the dataset does not have.
    """
    found = []
    is_settled = survey.image_size is not None and max(survey.image_size) <= 4 * LARGE
    if not is_settled:
        found.append(f"dataset.image_size={suggested(survey.sizes)}")
        found += ["dataset.resize=pad"] if 10 * _cut(survey, survey.wanted_size) > survey.count else []
    transparent = sum(n for kind, n in survey.kinds.items() if "transparency" in kind)
    if survey.grey_anyway == survey.count and survey.channels == 3:
        found.append("dataset.channels=1")
    elif 2 * transparent > survey.count and survey.channels != 4:
        found.append("dataset.channels=4")
    return " ".join(word for word in found if word.partition("=")[0].removeprefix("dataset.") in survey.settings)


def _cut(survey: Survey, wanted: tuple[int, int]) -> int:
    """Return the number of pictures that lose a third of themselves, or more, when they are cropped."""
    ratios = {(h, w): (w / h) / (wanted[1] / wanted[0]) for h, w in survey.sizes}
    return sum(n for size, n in survey.sizes.items() if not 1 / LONG < ratios[size] < LONG)


def _of_fitting(survey: Survey, wanted: tuple[int, int]) -> Iterator[Finding]:
    """Yield what the size that is set does to every tenth picture, or more of them."""
    height, width = wanted
    least = min if survey.resize == "pad" else max  # the scale; one that is stretched has two
    small = sum(n for (h, w), n in survey.sizes.items() if least(height / h, width / w) > 1)
    smaller, said = suggested(survey.sizes), f"of {survey.count:,} pictures"
    if 10 * small > survey.count:
        yield warning(
            f"{small:,} {said} are enlarged to {height}x{width}, and gain no detail",
            f"type dataset.image_size={smaller}, or remove the small ones",
        )
    cut = _cut(survey, wanted) if survey.resize == "crop" else 0
    if 10 * cut > survey.count:
        yield warning(
            f"{cut:,} {said} lose a third or more, since they are cropped to {height}x{width}",
            "type dataset.resize=pad, or dataset.image_size=[height,width] in their proportions",
        )


def _of_sizes(sizes: Counter[tuple[int, int]]) -> str:
    ordered = sorted(sizes.items(), key=lambda one: (-one[1], one[0]))
    listed = ", ".join(f"{count:,} of {height}x{width}" for (height, width), count in ordered[:LISTED])
    if len(sizes) == 1:
        return f"all of {ordered[0][0][0]}x{ordered[0][0][1]} (height x width)"
    by_area = sorted(sizes.elements(), key=lambda size: (size[0] * size[1], size))
    least, middle, most = ("x".join(map(str, by_area[i])) for i in (0, len(by_area) // 2, -1))
    more = ", …" if len(sizes) > LISTED else ""
    return f"{len(sizes):,} sizes, height x width: {listed}{more}; smallest {least}, median {middle}, largest {most}"


def _counted(kinds: Counter[str]) -> str:
    return ", ".join(f"{kind} ({count:,})" if len(kinds) > 1 else kind for kind, count in kinds.most_common())
