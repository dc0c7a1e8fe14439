"""A tracker of one's own, which `recorder_plugin` declares: it adds all that it is told to a file; fails on demand.

The word in the file `OUT.fault`, as long as there is one, is what goes wrong at a row: raise, hang or exit.
"""

import json
import os
import time
from pathlib import Path

from ganae_cli.trackers.base import Opened, Tracker

PLUGIN = "tests.trackers.recorder_plugin"


class Recorder(Tracker):
    extra, modules = "recorder", ("json",)

    def __init__(self, out: str, checkpoints: bool = False, timeout: float = 60):
        super().__init__(checkpoints, timeout)
        self.out, self.run = Path(out), ""

    def note(self, *told):
        with self.out.open("a") as file:
            file.write(json.dumps([self.run, *told]) + "\n")

    def open(self, about):
        lines = self.out.read_text().splitlines() if self.out.exists() else []
        known = dict.fromkeys(json.loads(line)[0] for line in lines)
        self.run = about.run if about.run in known else f"r{len(known)}"
        self.note("open", about.name, about.group, about.continues, about.params)
        return Opened(self.run, f"out {self.out.name}")

    def row(self, step, values, when):
        fault = self.out.with_suffix(".fault")
        word = fault.read_text() if fault.exists() else ""
        if word == "raise":
            raise RuntimeError("the disk of https://ann:pw@tracks.org/x is full")
        if word == "hang":
            time.sleep(600)
        if word == "exit":
            os._exit(3)
        self.note("row", step, values, when)

    def picture(self, step, name, path):
        self.note("picture", step, name, path.read_bytes()[:4].hex())

    def file(self, path, folder):
        self.note("file", path.name, folder)

    def close(self, state, metrics, words, step):
        self.note("close", state, metrics, words, step)


def told(out):
    """Return what a recorder was told: run -> its entries, in order."""
    found = {}
    for line in Path(out).read_text().splitlines():
        run, *rest = json.loads(line)
        found.setdefault(run, []).append(rest)
    return found


def steps(entries):
    """Return the steps of the rows among the entries of a run."""
    return [one[1] for one in entries if one[0] == "row"]
