"""Files: what can be read, and what cannot"""

from collections.abc import Iterator

from ganae_cli.doctor.finding import Finding, ok, problem, warning
from ganae_cli.doctor.survey import Survey
from ganae_cli.terminal import one_line

WAY_ON = "mend or remove it, or type dataset.skip_unreadable=true to go on without"


def check(survey: Survey) -> Iterator[Finding]:
    """Yield how many rows there are, every file that cannot be read, and what is left out."""
    what = "points" if survey.kind == "points" else survey.what
    yield ok(f"{survey.title}: {survey.count:,} {what} can be read")
    yield from map(ok, survey.told)
    for name, why in survey.faults.items():
        said = f"{one_line(name)} cannot be read: {one_line(why)}"
        yield warning(said, "it is left out") if survey.skips else problem(said, WAY_ON)
    others = ", ".join(f"{count:,} {kind}" for kind, count in sorted(survey.left_out.items()))
    if others:
        yield ok(f"no {what}, left out: {others}")
    yield from (problem(line) for line in survey.refused)
    yield from (warning(line) for line in survey.warned)
