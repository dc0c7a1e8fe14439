"""Tab completion: `eval "$(ganae -sc install=bash)"` (or zsh, fish). Answered from the YAML files, without Hydra.

The shell calls `ganae -sc query=SHELL` with the line up to the cursor in COMP_LINE and gets one candidate a line.
"""

import importlib
import os
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

from ganae_cli.command_line import catalogue
from ganae_cli.command_line.options import Options
from ganae_cli.command_line.request import FLAGS
from ganae_cli.config.conf_tree import ConfTree
from ganae_cli.errors import UserError

# bash splits words at = and @ and replaces only the last piece (@ belongs to it, = does not): the rest is cut off.
BASH = """_ganae_complete() {
    local line="${COMP_LINE:0:COMP_POINT}" piece="${COMP_WORDS[COMP_CWORD]}" IFS=$'\\n'
    local word="${line##*[[:space:]]}"
    case "$piece" in [=:]) piece="" ;; esac
    COMPREPLY=($(COMP_LINE="$line" ganae -sc query=bash 2>/dev/null))
    local cut="${word%"$piece"}"
    COMPREPLY=("${COMPREPLY[@]#"${cut%@}"}")
    if [[ ${#COMPREPLY[@]} -ne 1 || "${COMPREPLY[0]}" == *[=./] ]]; then compopt -o nospace; fi
}
complete -o default -F _ganae_complete ganae
"""
ZSH = """_ganae_complete() {
    local -a found
    found=("${(@f)$(COMP_LINE="${words[1,CURRENT]}" ganae -sc query=zsh 2>/dev/null)}")
    compadd -Q -S '' -- ${(M)found:#*[=./]}
    compadd -Q -- ${found:#(*[=./]|)}
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _ganae_complete ganae
"""
FISH = """complete -c ganae -e
complete -c ganae -f -a '(COMP_LINE=(commandline -cp | string collect) ganae -sc query=fish 2>/dev/null)'
"""
INSTALL = {"bash": BASH, "zsh": ZSH, "fish": FISH}
UNINSTALL = {"bash": "complete -r ganae\n", "zsh": "compdef -d ganae\n", "fish": "complete -c ganae -e\n"}


def main(words: list[str], commands: list[str]) -> int:
    """Run `ganae -sc install=SHELL | uninstall=SHELL | query=SHELL`. Return the exit code, 0."""
    task, _, shell = (words or [""])[0].partition("=")
    if task not in ("install", "uninstall", "query") or shell not in INSTALL:
        raise UserError(f"-sc: expected install=SHELL or uninstall=SHELL with SHELL one of {', '.join(INSTALL)}")
    if task == "query":
        for candidate in candidates(os.environ.get("COMP_LINE", ""), commands):
            print(candidate)
    else:
        sys.stdout.write((INSTALL if task == "install" else UNINSTALL)[shell])
    return 0


def candidates(line: str, commands: list[str]) -> list[str]:
    """Return the words that the last word of a line may become. line: up to the cursor.

    Each command answers for its own words: `complete(words, last)`, the words behind the command and the last one.
    """
    words = line.split()[1:]
    last = "" if not words or line[-1:].isspace() else words.pop()
    if not words:
        found = [*commands, "--help", "--version"]
    elif words[0] in commands:
        found = importlib.import_module(f"ganae_cli.commands.{words[0]}").complete(words[1:], last)
    else:
        found = []
    return [candidate for candidate in found if candidate.startswith(last)]


def config_words(words: list[str], last: str) -> list[str]:
    """Return candidates for a word of a command that composes a config: a flag, its value, or KEY=VALUE."""
    before = words[-1] if words else ""
    if before in FLAGS and FLAGS[before].needs_value and FLAGS[before].choices not in ((), ("any",)):
        return list(FLAGS[before].choices)
    return list(FLAGS) if last.startswith("-") else overrides(ConfTree(), words, last)


def run_folders() -> list[str]:
    """Return what names a run, a sweep or a study."""
    from ganae_cli.storage.find_run import list_folders

    return ["latest", *safe(list_folders())]


def runs(last: str) -> list[str]:
    """Return what names one run: those alone, and behind the folder of a sweep its jobs. last: the beginning."""
    from ganae_cli.storage.find_run import is_sweep, list_folders

    folders = list_folders()
    of_sweep = Path(last.rpartition("/")[0])
    jobs = sorted(of_sweep.glob("*/config.yaml")) if of_sweep in folders and is_sweep(of_sweep) else []
    return ["latest", *safe([path for path in folders if not is_sweep(path)] + [path.parent for path in jobs])]


def safe(names: Iterable[str | Path]) -> list[str]:
    """Return the names that a shell takes as they are: a candidate is put into the line without quotes."""
    return [str(name) for name in names if shlex.quote(str(name)) == str(name)]


def long_flags(options: Options) -> list[str]:
    """Return the flags of a parser that begin with two dashes."""
    return [flag for flag in options.flags() if flag.startswith("--")]


def overrides(tree: ConfTree, words: list[str], last: str) -> list[str]:
    """Return candidates for a word KEY=VALUE: values behind `=`, otherwise the next piece of the key up to a dot."""
    key, has_value, value = last.partition("=")
    if has_value:
        done = value[: value.rfind(",") + 1]  # of a sweep: z_dim=8,16
        return [f"{key}={done}{option}" for option in catalogue.values(tree, key.lstrip("+"), words)]
    if key.startswith("+"):
        signs = key[: len(key) - len(key.lstrip("+"))]
        return [f"{signs}{word}" for word in overrides(tree, words, key.lstrip("+"))]
    groups = [f"{group}=" for group in catalogue.default_choices(tree)]
    if key.startswith("network@"):
        return [f"network@networks.{role}=" for role in catalogue.roles(tree, words)]
    keys = [entry.key for entry in catalogue.entries(tree, words) + catalogue.penalties(tree, words)[0]]
    keys += [f"optimizer.{player}.{option}" for player, option in catalogue.own_options(tree, words, keys)]
    keys += catalogue.own_losses(tree, words)
    start = key.rfind(".") + 1
    pieces = {_next_piece(entry, start) for entry in keys if entry.startswith(key)}
    return sorted([*groups, "network@", *pieces])


def _next_piece(key: str, start: int) -> str:
    end = key.find(".", start)
    return f"{key}=" if end < 0 else key[: end + 1]
