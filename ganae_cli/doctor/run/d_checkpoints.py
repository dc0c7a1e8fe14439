"""Checkpoints: is each one whole?"""

from collections.abc import Iterator

from ganae_cli.doctor.checked import is_whole
from ganae_cli.doctor.finding import Finding, ok, problem, warning
from ganae_cli.storage.run_folder import RunFolder


def check(folder: RunFolder) -> Iterator[Finding]:
    """Yield what is damaged, and which steps are whole."""
    found = folder.checkpoints.list()
    whole = [one.step for one in found if is_whole(one)]
    for one in found:
        if one.step in whole:
            continue
        name = one.weights.name
        if not one.weights.is_file():
            yield warning(f"step {one.step}: {name} is missing", "it is passed over")
        elif "sha256" not in one.about:
            yield warning(f"step {one.step}: its JSON file cannot be read", "it is passed over")
        else:
            yield warning(f"step {one.step}: {name} is damaged: its checksum is another one", "it is passed over")
    named = {one.weights.name for one in found}
    others = sorted(folder.checkpoints.folder.glob("step-*.weights.h5"))
    for weights in [path for path in others if path.name not in named]:
        yield warning(f"{weights.name} has no JSON file: it was never complete", "it is passed over")
    if whole:
        yield ok(f"whole: {', '.join(f'step {step}' for step in reversed(whole))}")
    elif found:
        yield problem("no checkpoint is whole", "put one back from a copy, or train again")
    else:
        yield ok("none yet: a resume begins at step 0")
