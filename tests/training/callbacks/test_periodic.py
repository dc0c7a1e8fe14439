"""Regular steps are counted from the run's beginning."""

from types import SimpleNamespace

import pytest

from ganae_cli.training.callbacks.periodic import Periodic


class Noting(Periodic):
    def __init__(self, every, first_step=0):
        super().__init__(every, first_step)
        self.acted = []

    def act(self, step):
        self.acted.append(step)


@pytest.mark.parametrize(("every", "expected"), [(3, [6, 9]), (1, list(range(5, 12))), (0, [])])
def test_a_resumed_run_acts_at_the_steps_of_the_whole_run(every, expected):
    callback = Noting(every, first_step=4)
    model = SimpleNamespace(state=SimpleNamespace(steps_done=4))
    callback.set_model(model)
    for step in range(5, 12):
        model.state.steps_done = step
        callback.on_train_batch_end(0)
    assert callback.acted == expected
    assert callback.step == 11
