"""What is told of a run, over kills, resumes and other courses: each step once, in the run that it belongs to."""

import pytest

from ganae_cli.storage.tracker_file import Told
from ganae_cli.trackers.course import MOST_ROWS, Course, as_row


def row(step, value=0.5, seconds=0.0):
    return as_row({"step": step, "seconds": seconds, "g.loss": value}, 1000.0 + seconds)


class Tracker:
    """Answers requests as a tracker's process does: keeps the points of each run."""

    def __init__(self, tells_step=False):
        self.runs, self.now, self.tells_step, self.pictures, self.closed = {}, None, tells_step, [], []

    def open(self, run):
        self.now = run if run in self.runs else f"r{len(self.runs)}"
        points = self.runs.setdefault(self.now, [])
        return self.now, max((step for step, _ in points), default=0) if self.tells_step else None

    def send(self, course, most=10**9):
        """Open the run, and send up to `most` requests, as `Sender` does."""
        course.opened(*self.open(course.sent.run))
        while course.waiting and most:
            request = course.waiting[0]
            if request["do"] == "open":
                run, _ = self.open(None)
                course.begun(run, Told(part=request["part"]))
            else:
                self.take(request)
                course.acknowledge(request)
            course.waiting.popleft()
            most -= 1
        return course.sent

    def take(self, request):
        if request["do"] == "rows":
            self.runs[self.now] += [(one["step"], one["values"]["g.loss"]) for one in request["rows"]]
        if request["do"] == "picture":
            self.pictures.append((self.now, request["step"], request["name"]))
        if request["do"] == "close":
            self.closed.append((self.now, request["state"]))


def trained(tracker, told, first, steps, file=(), value=0.5, every=100):
    """Tell a tracker of a process that begins at step `first`; return how far it has been told."""
    course = Course(told, lambda: list(file), every)
    course.begin(first)
    for step in steps:
        course.row(row(step, value, seconds=step / 7))
    return tracker.send(course)


def points(*steps, value=0.5):
    return [(step, value) for step in steps]


def test_a_new_run_is_told_row_by_row():
    tracker = Tracker()
    told = trained(tracker, Told(), 0, (100, 200))
    assert tracker.runs == {"r0": points(100, 200)}
    assert (told.run, told.row, told.part) == ("r0", 200, 1)


@pytest.mark.parametrize("tells_step", [False, True])
def test_after_a_kill_no_point_is_doubled(tells_step):
    """Killed at step 500 after a checkpoint at 200: 300 to 500 are trained again, in other seconds."""
    tracker = Tracker(tells_step)
    told = trained(tracker, Told(), 0, (100, 200, 300, 400, 500))
    again = trained(tracker, told, 200, (300, 400, 500, 600), [row(100), row(200)])
    assert tracker.runs == {"r0": points(100, 200, 300, 400, 500, 600)}
    assert again.row == 600


def test_rows_that_are_repeated_wait_for_the_last_one():
    tracker = Tracker()
    told = trained(tracker, Told(), 0, (100, 200, 300))
    course = Course(told, lambda: [row(100)], 100)
    course.begin(100)
    course.row(row(200))
    assert not course.waiting  # it may still be another course
    course.row(row(300))
    course.row(row(400))
    tracker.send(course)
    assert tracker.runs == {"r0": points(100, 200, 300, 400)}


def test_another_course_is_a_run_of_its_own_that_has_all_steps():
    """Back to step 200 with other settings: the first two rows are the same, from 300 on they differ."""
    tracker = Tracker()
    told = trained(tracker, Told(), 0, (100, 200, 300, 400))
    again = trained(tracker, told, 200, (300, 400, 500), [row(100), row(200)], value=0.7)
    assert tracker.runs["r0"] == points(100, 200, 300, 400)
    assert tracker.runs["r1"] == points(100, 200) + points(300, 400, 500, value=0.7)
    assert (again.run, again.row, again.part) == ("r1", 500, 2)


def test_a_branch_that_was_given_up_before_its_first_checkpoint():
    """It went back from 500 to 100 and was told up to 300; then the old branch goes on from its checkpoint at 500."""
    tracker, old = Tracker(), [row(step) for step in (100, 200, 300, 400, 500)]
    told = trained(tracker, Told(), 0, (100, 200, 300, 400, 500))
    told = trained(tracker, told, 100, (200, 300, 400, 500), old, value=0.9)
    assert told.part == 2
    told = trained(tracker, told, 500, (600,), old)
    assert tracker.runs["r2"] == points(100, 200, 300, 400, 500, 600)


def test_a_rollback_within_the_process():
    tracker = Tracker()
    course = Course(Told(), lambda: [row(100)], 100)
    course.begin(0)
    for step in (100, 200, 300):
        course.row(row(step))
    course.begin(100)
    for step in (200, 300, 400):
        course.row(row(step, 0.1))
    tracker.send(course)
    assert tracker.runs == {"r0": points(100, 200, 300), "r1": points(100) + points(200, 300, 400, value=0.1)}


def test_a_rollback_to_the_last_row_that_was_told_stays_in_the_run():
    course, tracker = Course(Told(), lambda: [row(100)], 100), Tracker()
    course.begin(0)
    course.row(row(100))
    course.begin(100)  # diverged between 100 and 200
    course.row(row(200, 0.1))
    tracker.send(course)
    assert tracker.runs == {"r0": points(100) + points(200, value=0.1)}


def test_a_row_that_the_end_cut_short_does_not_change_the_course():
    """max_minutes ends at 250; the run goes on from there, and its next row is that of 300."""
    tracker = Tracker()
    told = trained(tracker, Told(), 0, (100, 200, 250))
    assert told.row == 200
    trained(tracker, told, 200, (300,), [row(100), row(200)])
    assert tracker.runs == {"r0": points(100, 200, 250, 300)}


def test_a_tracker_that_is_chosen_late_is_told_what_was_before():
    tracker, file = Tracker(), [row(step) for step in range(100, 100 * MOST_ROWS + 500, 100)]
    trained(tracker, Told(), file[-1]["step"], (file[-1]["step"] + 100,), file)
    assert [step for step, _ in tracker.runs["r0"]] == [*(one["step"] for one in file), file[-1]["step"] + 100]


def test_a_run_that_the_tracker_has_lost_is_told_again():
    tracker = Tracker()
    told = trained(tracker, Told(), 0, (100, 200))
    tracker.runs = {"other": []}
    trained(tracker, told, 200, (300,), [row(100), row(200)])
    assert tracker.runs == {"other": [], "r1": points(100, 200, 300)}


def test_what_could_not_be_sent_is_sent_by_the_next_process():
    """The tracker took 100 and 200 and no more; then the process was killed, after a checkpoint at 400."""
    tracker = Tracker()
    course = Course(Told(), list, 100)
    course.begin(0)
    for step in (100, 200, 300, 400):
        course.row(row(step))
    told = tracker.send(course, most=2)
    assert told.row == 200
    trained(tracker, told, 400, (500,), [row(step) for step in (100, 200, 300, 400)])
    assert tracker.runs == {"r0": points(100, 200, 300, 400, 500)}


def test_a_kill_between_the_tracker_and_our_note():
    """The tracker has 300, of which nobody has taken note; it can tell, so 300 is not told again."""
    tracker = Tracker(tells_step=True)
    told = trained(tracker, Told(), 0, (100, 200))
    tracker.runs["r0"] += points(300)
    trained(tracker, told, 200, (300, 400), [row(100), row(200)])
    assert tracker.runs == {"r0": points(100, 200, 300, 400)}


def test_pictures_are_told_once():
    tracker = Tracker()
    course = Course(Told(), list, 100)
    course.begin(0)
    course.row(row(100))
    course.picture(100, "samples", "a.png")
    course.picture(100, "samples-reconstruction", "b.png")
    course.row(row(200))
    told = tracker.send(course)
    course = Course(told, list, 100)
    course.begin(0)
    course.row(row(100))
    course.picture(100, "samples", "a.png")
    course.row(row(200))
    course.picture(200, "samples", "c.png")
    tracker.send(course)
    assert tracker.runs == {"r0": points(100, 200)}
    assert tracker.pictures == [("r0", 100, "samples"), ("r0", 100, "samples-reconstruction"), ("r0", 200, "samples")]


@pytest.mark.parametrize(("state", "runs"), [("done", 2), ("interrupted", 1)])
def test_an_end_before_the_last_step_that_was_told(state, runs):
    """Done at 200 where 300 has been told, of another training with more steps: not what the tracker has."""
    tracker = Tracker()
    told = trained(tracker, Told(), 0, (100, 200, 300))
    course = Course(told, lambda: [row(100)], 100)
    course.begin(100)
    course.row(row(200))
    course.close(state)
    tracker.send(course)
    assert len(tracker.runs) == runs
    assert tracker.closed == [(f"r{runs - 1}", state)]
