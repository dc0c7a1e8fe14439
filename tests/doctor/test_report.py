"""The report: checks are found by themselves, and one that fails is a finding."""

import csv
from types import ModuleType

from ganae_cli.doctor import report
from ganae_cli.doctor.finding import ok, warning


def module(check, **attributes) -> ModuleType:
    made = ModuleType("made", "Things: what they are.")
    made.check = check
    vars(made).update(attributes)
    return made


def test_checks_are_found_by_themselves_and_quick_ones_are_fewer():
    for group in report.GROUPS:
        every, quick = report.checks(group), report.checks(group, quick=True)
        assert every
        assert 0 < len(quick) <= len(every)
        assert (len(quick) < len(every)) == (group != "data"), "a dataset is gone through once, all checks are quick"
        assert all(report.title(one) for one in every)


def test_a_check_that_fails_is_a_problem_and_the_others_go_on(capsys):
    def check():
        yield ok("one")
        raise KeyError("step")

    faults = report.show([module(check), module(lambda: iter([warning("two", "do this")]))])
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "ok       Things        one",
        "problem                KeyError: 'step'",
        "warning  Things        two",
        "                       -> do this",
    ]
    assert [found.level for found in faults] == ["problem", "warning"]


def test_no_error_of_a_check_hides_the_others(capsys):
    """Memory that ran out, and a cell of 131,072 letters, ended the report."""

    def check():
        raise MemoryError

    def other():
        raise csv.Error("field larger than field limit (131072)")

    assert len(report.show([module(check), module(other), module(lambda: iter([warning("two")]))])) == 3
    assert capsys.readouterr().out.splitlines()[0] == "problem  Things        MemoryError"


def test_only_faults(capsys):
    assert report.show([module(lambda: iter([ok("one"), warning("two")]))], only_faults=True) == [warning("two")]
    assert capsys.readouterr().out == "warning  Things        two\n"
