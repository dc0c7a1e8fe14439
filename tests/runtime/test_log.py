"""The log of a run: each line is shown to the user and goes to the handlers of the log."""

import logging

import pytest

from ganae_cli.runtime.log import log, say


class Lines(logging.Handler):
    """Collects the lines that a logger gets."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append((record.levelname, record.getMessage()))


@pytest.fixture
def listening():
    """Return a function that attaches a collector of lines to a logger for the time of the test."""
    attached = []

    def listen(logger):
        attached.append((logger, logger.level, Lines()))
        logger.addHandler(attached[-1][2])
        logger.setLevel(logging.INFO)
        return attached[-1][2].lines

    yield listen
    for logger, level, handler in attached:
        logger.removeHandler(handler)
        logger.setLevel(level)


def test_a_line_goes_to_the_user_and_to_the_log(listening, capsys):
    lines = listening(log)
    say("step 100: 50% of")
    assert capsys.readouterr() == ("", "step 100: 50% of\n")
    assert lines == [("INFO", "step 100: 50% of")]


def test_the_log_has_one_line_for_each(listening):
    lines = listening(log)
    say("a\nb.png is left out")
    assert lines == [("INFO", r"a\x0ab.png is left out")]


def test_a_line_is_shown_once_where_another_library_logs_to_stderr(listening, capsys):
    """Lines do not go to the root logger, whose handlers would show them again."""
    root_lines, _ = listening(logging.getLogger()), listening(log)
    say("one line")
    assert capsys.readouterr().err == "one line\n"
    assert root_lines == []
