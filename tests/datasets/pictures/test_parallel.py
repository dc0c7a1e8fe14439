"""Many files at once: in order, no more ahead than a little, errors at once; and what is shown of it."""

import threading
import time

import pytest

from ganae_cli.datasets.pictures import parallel
from ganae_cli.datasets.pictures.parallel import Progress, mapped


def test_results_come_in_order_whatever_takes_long():
    def slow(number):
        time.sleep(0.002 if number % 7 == 0 else 0)
        return number * number

    assert list(mapped(slow, range(100), "x", size=3)) == [number * number for number in range(100)]
    assert list(mapped(slow, [], "x")) == []


def test_only_a_little_is_computed_ahead(monkeypatch):
    """10,000 items are not computed while somebody looks at the first."""
    monkeypatch.setattr(parallel, "threads", lambda: 2)
    done, lock = [], threading.Lock()

    def act(number):
        with lock:
            done.append(number)
        return number

    results = mapped(act, range(10_000), "x", size=5)
    assert next(results) == 0
    time.sleep(0.05)
    assert len(done) <= (2 * parallel.AHEAD + 1) * 5
    results.close()
    time.sleep(0.05)
    assert len(done) <= (2 * parallel.AHEAD + 1) * 5


def test_an_error_comes_out(monkeypatch):
    with pytest.raises(ZeroDivisionError):
        list(mapped(lambda number: 1 // (50 - number), range(100), "x"))


def test_one_line_says_what_takes_long(monkeypatch, capsys):
    monkeypatch.setattr(Progress, "MUCH", 0.0)
    assert len(list(mapped(lambda one: one, range(1000), "reading", size=10))) == 1000
    said = capsys.readouterr().err
    assert said.startswith("reading: 1,000 pictures, ")
    assert said.count("\n") == 1
    monkeypatch.setattr(Progress, "MUCH", 60.0)
    list(mapped(lambda one: one, range(1000), "reading", size=10))
    assert capsys.readouterr().err == ""


def test_a_bar_on_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr(Progress, "MUCH", 0.0)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    list(mapped(lambda one: time.sleep(0.001), range(300), "reading", size=10))
    said = capsys.readouterr().err
    assert "reading" in said
    assert "300/300" in said
    assert "/s" in said
