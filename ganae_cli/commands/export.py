"""Export a network of a run, for programs without ganae: Keras, SavedModel, ONNX or LiteRT"""

import argparse
from pathlib import Path

from ganae_cli.command_line import out_option, run_at_hand, run_options
from ganae_cli.command_line.options import Options
from ganae_cli.export import extras, new_folder
from ganae_cli.runtime.streams import announce


def main(argv: list[str]) -> int:
    """Run `ganae export RUN --format FORMAT [FLAG …]`; the line of standard output is the new folder."""
    given = options().parse_args(argv)
    extras.check_flags(given.format, given.verify, given.quantize, given.opset)
    folder = run_at_hand.found(given)
    if given.out:
        new_folder.check(Path(given.out).expanduser())
    place = Path(given.out).expanduser().parent if given.out else folder / "export"
    out_option.check_place(given.out or str(place), place)
    from ganae_cli.runtime.import_tensorflow import import_tensorflow

    import_tensorflow()
    from ganae_cli.export.write import export

    with out_option.writing(given.out or str(folder / "export")):
        made = export(
            folder,
            given.format,
            given.network,
            given.out,
            in_uint8=given.uint8,
            verify_it=given.verify,
            quantize=given.quantize,
            opset=given.opset,
            plugins=given.plugins,
            checkpoint=given.checkpoint,
            weights=given.weights,
            sampler=given.sampler,
        )
    announce(made)
    return 0


def complete(words: list[str], last: str) -> list[str]:
    """Return candidates for the last word: a flag, the value of one, or a run."""
    return run_options.complete(options(), words, last, {"--format": extras.FORMATS, "--network": NETWORKS})


def options() -> Options:
    """Return the parser of the command line."""
    made = run_options.of_run("export", __doc__, EXAMPLES)
    made.add_argument(
        "--format",
        choices=extras.FORMATS,
        required=True,
        help="keras: one file for Keras; saved_model: a folder for TensorFlow; onnx: for ONNX Runtime and others "
        "(extra `export`); litert: for small devices, TensorFlow Lite (extra `litert`)",
    )
    made.add_argument(
        "--network", metavar="ROLE", help="generator, decoder, encoder, discriminator, … (default: what draws samples)"
    )
    made.add_argument(
        "--uint8", action="store_true", help="images go in and come out as uint8, 0 to 255 (default: -1 to 1)"
    )
    made.add_argument(
        "--quantize", action="store_true", help="weights as int8, of litert: three times smaller, less exact"
    )
    made.add_argument(
        "--opset",
        type=run_options.from_one,
        metavar="N",
        help=f"version of the operations of onnx, {extras.OPSETS[0]} to {extras.OPSETS[1]} (default: {extras.OPSET})",
    )
    made.add_argument(
        "--verify",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="read the file again and compare it with the network, on real rows (default: --verify)",
    )
    run_options.add_sampler(made)
    run_options.add_weights(made)
    made.add_argument("--out", metavar="FOLDER", help="new folder (default: RUN/export/NETWORK-FORMAT)")
    run_options.add_plugins(made)
    return made


NETWORKS = ("generator", "decoder", "encoder", "discriminator")
EXAMPLES = {
    "ganae export latest --format onnx": "what draws the samples of the newest run, for ONNX Runtime",
    "ganae export latest --format keras --network encoder": "the encoder, for Keras alone",
    "ganae export latest --format litert --uint8 --quantize": "small, and with pixels from 0 to 255, for a phone",
    "ganae export latest --format saved_model --out model/": "a folder for TensorFlow, at a place of your own",
}
