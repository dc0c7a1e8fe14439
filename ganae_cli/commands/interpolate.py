"""Draw the way from one latent code to another, or between images"""

import argparse

from ganae_cli.command_line import out_option, run_at_hand, run_options
from ganae_cli.command_line.options import Options
from ganae_cli.runtime.streams import announce

SUFFIXES = out_option.PICTURES | {".gif": out_option.MOVING, ".npz": out_option.ARRAYS}
PATHS = ("linear", "slerp")
ROWS, STEPS, FRAMES = 8, 10, 30


def main(argv: list[str]) -> int:
    """Run `ganae interpolate RUN [FLAG …]`; the line of standard output is the file that was written."""
    given = options().parse_args(argv)
    out, kind = out_option.place_of(given.out, SUFFIXES)
    out_option.check_scale(given.scale, given.out, kind)
    if given.between:
        run_at_hand.refuse_together(given, "--between names two codes", "rows", "sampler", "seed")
    folder = run_at_hand.found(given)
    from ganae_cli.evaluation import inputs_of_run

    pairs = [[inputs_of_run.named(folder, word, "--between") for word in pair] for pair in given.between]
    trained = run_at_hand.opened(given, folder)
    from ganae_cli.evaluation import interpolation, rows_of_run
    from ganae_cli.evaluation.code_space import CodeSpace

    labels = run_at_hand.labels(given, trained)
    if pairs:
        rows_of_run.need_encoder(trained, "--between")
        space = CodeSpace(trained, of_encoder=True)
        ends = interpolation.named(space, [(a, b) for a, b in pairs], labels)
    else:
        space = CodeSpace(trained)
        ends = interpolation.drawn(space, given.rows or ROWS, given.seed or 0, labels)
    steps = given.steps or (FRAMES if kind == out_option.MOVING else STEPS)
    with out_option.writing(given.out):
        interpolation.write(interpolation.walk(space, ends, steps, given.path), out, kind, given.scale)
    announce(out)
    return 0


def complete(words: list[str], last: str) -> list[str]:
    """Return candidates for the last word: a flag, the value of one, or a run."""
    return run_options.complete(options(), words, last, {"--path": PATHS})


def options() -> Options:
    """Return the parser of the command line."""
    made = run_options.of_run("interpolate", __doc__, EXAMPLES)
    made.add_argument(
        "--between",
        type=_pair,
        action="append",
        default=[],
        metavar="A,B",
        help="two held-out images, by number from 0, or two pictures, by path; again for more rows (default: drawn "
        "codes); needs an encoder",
    )
    made.add_argument("--rows", type=run_options.whole(1, 64), help=f"how many pairs of drawn codes (default: {ROWS})")
    made.add_argument(
        "--steps",
        type=run_options.whole(2, 1000),
        help=f"codes on the way, with both ends (default: {STEPS}, in a .gif {FRAMES})",
    )
    made.add_argument(
        "--path",
        choices=PATHS,
        help="slerp keeps the length of codes of a Gaussian prior, and is the default for these; else linear",
    )
    run_options.add_seed(made, default=None)
    run_options.add_label(made, "classes of the rows, with --between of the ends", "all in turn; of images their own")
    run_options.add_sampler(made)
    run_options.add_weights(made)
    run_options.add_scale(made)
    out_option.add(made, SUFFIXES, "interpolation.png", ": a row for each pair, or moving there and back, or arrays")
    run_options.add_plugins(made)
    return made


EXAMPLES = {
    "ganae interpolate latest": "eight ways between samples, ten steps each",
    "ganae interpolate latest --between 3,14 --between me.jpg,you.jpg": "between images: the originals at both ends",
    "ganae interpolate latest --rows 16 --out moving.gif": "an animation of sixteen samples",
}


def _pair(text: str) -> tuple[str, str]:
    words = [word.strip() for word in text.split(",")]
    if len(words) != 2 or not all(words):
        raise argparse.ArgumentTypeError(f"expected two images with a comma between, as 3,14, got '{text}'")
    return words[0], words[1]
