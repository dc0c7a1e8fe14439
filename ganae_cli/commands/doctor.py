"""Check the installation and this machine, or a run or sweep folder

Nothing is changed. Each line is ok, a warning or a problem; the lines name no user, no host and no secret, so they can
be pasted into a bug report.
"""

import argparse
from pathlib import Path

from ganae_cli.command_line.options import Options
from ganae_cli.terminal import tell


def main(argv: list[str]) -> int:
    """Run `ganae doctor [RUN]`. Return 0 if no problem was found, otherwise 1; warnings are no problems."""
    given = options().parse_args(argv)
    return _run(given) if given.run else _machine(given)


def _machine(given: argparse.Namespace) -> int:
    from ganae_cli.doctor import report

    faults = report.show(report.checks("machine", given.quick))
    tell("the lines above can be pasted into a bug report")
    return _told(faults)


def _run(given: argparse.Namespace) -> int:
    from ganae_cli.doctor import advice, report
    from ganae_cli.storage.find_run import find_run, is_study, is_sweep
    from ganae_cli.storage.run_folder import RunFolder

    path = find_run(given.run, or_sweep=True)
    checks = report.checks("run", given.quick)
    if not is_sweep(path):
        faults = report.show(checks, RunFolder(path))
        print(advice.of_run(RunFolder(path)))
        return _told(faults)
    faults = []
    for job in _jobs(path):
        print(f"job {job.name}:")
        faults += report.show(checks, RunFolder(job), only_faults=True)
    print(_of_study(path) if is_study(path) else advice.of_sweep(path))
    return _told(faults)


def _of_study(path: Path) -> str:
    from ganae_cli.doctor import advice
    from ganae_cli.errors import UserError
    from ganae_cli.tuning import space, study_file

    try:
        file = study_file.read(path)
        trials = file.settings.trials
        trials = min(trials, len(space.grid(file.space))) if file.settings.sampler == "grid" else trials
    except UserError as error:
        return str(error)
    return advice.of_study(path, trials)


def _jobs(sweep: Path) -> list[Path]:
    from ganae_cli.sweeps.overview import job_folders

    return job_folders(sweep)


def _told(faults: list) -> int:
    from ganae_cli.doctor.finding import PROBLEM

    problems = [found for found in faults if found.level == PROBLEM]
    tell(f"{len(problems)} problem(s), {len(faults) - len(problems)} warning(s)" if faults else "all is well")
    return int(bool(problems))


def complete(words: list[str], last: str) -> list[str]:
    """Return candidates for the last word: a flag, a run or a sweep."""
    from ganae_cli.command_line import completion

    if last.startswith("-"):
        return completion.long_flags(options())
    return [] if words else completion.run_folders()


def options() -> Options:
    """Return the parser of the command line."""
    made = Options("doctor", __doc__.splitlines()[0], EXAMPLES)
    made.add_argument(
        "run",
        metavar="RUN",
        nargs="?",
        help="run or sweep folder, a unique part of its name, or latest (default: none)",
    )
    made.add_argument(
        "--quick", action="store_true", help="leave out what takes longer than a second: TensorFlow, a training, data"
    )
    return made


EXAMPLES = {
    "ganae doctor": "check the installation, and train for some seconds",
    "ganae doctor --quick > report.txt": "what to add to a bug report, at once",
    "ganae doctor latest": "what is damaged in the newest run or sweep, and what to type next",
}
