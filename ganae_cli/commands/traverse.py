"""Draw what changes along the dimensions of a latent code"""

import argparse
import math

from ganae_cli.command_line import out_option, run_at_hand, run_options
from ganae_cli.command_line.options import Options
from ganae_cli.errors import UserError
from ganae_cli.runtime.streams import announce
from ganae_cli.terminal import tell

SUFFIXES = out_option.PICTURES | {".gif": out_option.MOVING, ".npz": out_option.ARRAYS}
DIRECTIONS = ("dimensions", "principal", "jacobian")
COUNT, STEPS, FRAMES, RANGE = 8, 9, 31, 3.0


def main(argv: list[str]) -> int:
    """Run `ganae traverse RUN [FLAG …]`; the line of standard output is the file that was written."""
    given = options().parse_args(argv)
    out, kind = out_option.place_of(given.out, SUFFIXES)
    out_option.check_scale(given.scale, given.out, kind)
    if given.start is not None:
        run_at_hand.refuse_together(given, "--from names one", "sampler", "seed")
    folder = run_at_hand.found(given)
    from ganae_cli.evaluation import inputs_of_run

    start = None if given.start is None else inputs_of_run.named(folder, given.start, "--from")
    trained = run_at_hand.opened(given, folder)
    from ganae_cli.evaluation import rows_of_run, traversal
    from ganae_cli.evaluation.code_space import CodeSpace

    labels = run_at_hand.labels(given, trained)
    if labels and len(labels) > 1:
        raise UserError(f"--label {given.label}: a traversal is of one class, and these are {len(labels)}")
    if start:
        rows_of_run.need_encoder(trained, "--from")
    space = CodeSpace(trained, of_encoder=start is not None)
    code = traversal.named(space, start, labels) if start else traversal.drawn(space, given.seed or 0, labels)
    found = traversal.find(space, code, given.directions, given.count)
    steps = given.steps or (FRAMES if kind == out_option.MOVING else STEPS)
    with out_option.writing(given.out):
        traversal.write(traversal.walk(space, code, found, steps, given.range), found, out, kind, given.scale)
    tell(f"ganae: {found.what}: {', '.join(f'{value:.3g}' for value in found.values)}")
    announce(out)
    return 0


def complete(words: list[str], last: str) -> list[str]:
    """Return candidates for the last word: a flag, the value of one, or a run."""
    return run_options.complete(options(), words, last, {"--directions": DIRECTIONS})


def options() -> Options:
    """Return the parser of the command line."""
    made = run_options.of_run("traverse", __doc__, EXAMPLES)
    made.add_argument(
        "--directions",
        choices=DIRECTIONS,
        default="dimensions",
        help="dimensions: the numbers of a code (default); principal: along which codes vary most, or, for codes of a "
        "prior, images change most on average; jacobian: singular directions, along which the image changes most here",
    )
    made.add_argument(
        "--count", type=run_options.whole(1, 256), default=COUNT, help=f"how many directions, a row each ({COUNT})"
    )
    made.add_argument(
        "--range",
        type=_reach,
        default=RANGE,
        metavar="R",
        help=f"how far to both sides, in standard deviations of codes along the direction (default: {RANGE:g})",
    )
    made.add_argument(
        "--steps", type=run_options.whole(2, 1000), help=f"codes of a row (default: {STEPS}, in a .gif {FRAMES})"
    )
    made.add_argument(
        "--from",
        dest="start",
        metavar="IMAGE",
        help="a held-out image, by number from 0, or a picture, by path, whose code is in the middle (default: a drawn "
        "code); needs an encoder",
    )
    run_options.add_seed(made, default=None)
    run_options.add_label(made, "the one class of all images", "the first; of --from its own")
    run_options.add_sampler(made)
    run_options.add_weights(made)
    run_options.add_scale(made)
    out_option.add(made, SUFFIXES, "traversal.png", ": a row for each direction, or moving, or arrays")
    run_options.add_plugins(made)
    return made


EXAMPLES = {
    "ganae traverse latest": "each number of a code from -3 to 3 standard deviations",
    "ganae traverse latest --directions jacobian --from 3": "what changes a held-out image most",
    "ganae traverse latest --directions principal --out moving.gif": "an animation, a moving image for each direction",
}


def _reach(text: str) -> float:
    try:
        if 0 < (value := float(text)) < math.inf:
            return value
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"must be a number above 0, got '{text}'")
