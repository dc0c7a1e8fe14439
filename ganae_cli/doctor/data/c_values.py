"""Values: their range, and pictures that show nothing"""

from collections.abc import Iterator

from ganae_cli.doctor.finding import Finding, ok, warning
from ganae_cli.doctor.survey import Survey
from ganae_cli.terminal import one_line

NARROW = 128  # of 255: all pictures together span less
NAMED = 5


def check(survey: Survey) -> Iterator[Finding]:
    """Yield the range of the values, and which pictures, or columns of points, are constant."""
    if not survey.count:
        return
    if survey.kind == "points":
        yield ok(f"from {survey.least:.4g} to {survey.greatest:.4g}")
    elif survey.sound:
        low, high = (survey.sound.level(pixel) for pixel in (survey.least, survey.greatest))
        yield ok(f"bands from {low:.0f} to {high:.0f} dB of full scale")
    else:
        said = f"from {survey.least:.0f} to {survey.greatest:.0f}, where 0 is black and 255 white"
        is_narrow = survey.greatest - survey.least < NARROW
        yield warning(said, "networks make images from 0 to 255: stretch the values") if is_narrow else ok(said)
    if survey.flat:
        names = ", ".join(map(one_line, survey.flat[:NAMED])) + (", …" if len(survey.flat) > NAMED else "")
        nothing = "silence" if survey.sound else "one colour, and nothing to see"
        what = "the same number in every row" if survey.kind == "points" else nothing
        yield warning(f"{what}: {names} ({len(survey.flat):,} in all)")
