"""What `ganae doctor` and `ganae data check` look at. Imports no TensorFlow; what needs it runs in another process.

`machine/`, `run/` and `data/` hold one file per group of checks, found by themselves: a new check is a new file, or a
function in one. Each file has a function `check` that yields findings: `check()` of this machine, `check(folder)` of a
run folder, `check(survey)` of a dataset, which `survey` or a file of `surveys/` goes through once. The first line of
its docstring is the group's title, and its attribute IS_SLOW says that `--quick` leaves it out. Nothing is changed, in
no folder.
"""
