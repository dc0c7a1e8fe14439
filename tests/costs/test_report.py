"""The text of a dry run, for numbers that are easy to check."""

import dataclasses
import json

from ganae_cli.costs.report import NetworkCost, RunCost, StepTime, run_page, sweep_page

TIME = StepTime(first=10.0, usual=0.020, played=50, peak=812_000_000, grown=96_000_000)
COST = RunCost(
    title="gan on digits",
    data="1,498 images of 8x8x1 to learn from",
    devices="CPU:0",
    networks=[
        NetworkCost("discriminator", "mlp", (8, 8, 1), (1,), 148_481, 295_424),
        NetworkCost("generator", "dcgan", (4,), (8, 8, 1), 9_312, 296_960, "4x4 → 8x8"),
    ],
    rows=32,
    steps=9001,
    flops=240_000_000,
    time=TIME,
)


def test_the_page_of_a_run():
    """9,000 steps of 20 ms after 10 s: 190 s."""
    assert run_page(COST) == [
        "gan on digits",
        "1,498 images of 8x8x1 to learn from; 9,001 steps of 32 on CPU:0",
        "",
        "network        kind   input  output  parameters    FLOPs",
        "discriminator  mlp    8x8x1  1          148,481  295,424",
        "generator      dcgan  4      8x8x1        9,312  296,960",
        "total                                   157,793  592,384",
        "FLOPs: one sample, one pass forward",
        "",
        "grids, height x width",
        "  generator  4x4 → 8x8",
        "",
        "a step   240 MFLOP, all rounds, forward and backward, optimizers left out",
        "         20 ms, 1,600 examples/s (median of 50 steps)",
        "memory   812 MB at most, 96 MB more than before the first step",
        "the run  3:10, of which 10 s compile; pictures, checkpoints and the end on top",
    ]


def test_what_the_config_leaves_open_is_listed():
    found = run_page(dataclasses.replace(COST, settled=[("model.z_dim", "14"), ("optimizer.learning_rate", "0.001")]))
    at = found.index("left open, and chosen by data and model")
    assert found[at + 1 : at + 4] == ["  model.z_dim              14", "  optimizer.learning_rate  0.001", ""]


def test_slow_steps_are_in_seconds_and_without_exponents():
    """1,230 ms at 32 rows a step: 26 rows a second."""
    slow = dataclasses.replace(COST, time=dataclasses.replace(TIME, usual=1.23, first=1234.0, played=1))
    said = "\n".join([*run_page(slow), *sweep_page([("", slow)])])
    assert "1.23 s, 26 examples/s (median of 1 step)" in said
    assert "of which 1,234 s compile" in said
    assert "  1,230  " in said
    assert "e+0" not in said


def test_the_first_step_is_not_counted_twice():
    assert [dataclasses.replace(COST, steps=steps).seconds for steps in (1, 2, 101)] == [10.0, 10.02, 12.0]


def test_what_is_not_known_is_said():
    unknown = dataclasses.replace(COST, time=dataclasses.replace(TIME, peak=None, grown=None, gpu_peak=2_000_000_000))
    assert run_page(unknown)[-3:-1] == ["memory   unknown on this system", "         2,000 MB of the GPU's at most"]
    apart = run_page(dataclasses.replace(COST, time=None, note="not measured: why"))
    assert apart[-2:] == [
        "a step  240 MFLOP, all rounds, forward and backward, optimizers left out",
        "        not measured: why",
    ]


def test_the_page_of_a_sweep():
    jobs = [
        ("model=gan", COST),
        ("model=dcgan", "cannot be built: it wants images of a larger size than that"),
        ("model=gan seed=1", dataclasses.replace(COST, time=None)),
    ]
    assert sweep_page(jobs) == [
        "job                      parameters  FLOP/step  ms/step  memory  time",
        "0      model=gan            157,793      240 M       20  812 MB  3:10",
        "1      model=dcgan       cannot be built: it wants images of a larger size than that",
        "2      model=gan seed=1     157,793      240 M  not measured",
        "total                                                            3:10",
        "the total leaves out 2 of 3 jobs",
    ]


def test_the_page_of_a_sweep_on_a_narrow_terminal():
    jobs = [
        ("model=gan optimizer.learning_rate=0.001", COST),
        ("model=dcgan optimizer.learning_rate=0.001", "cannot be built: it wants images of a larger size"),
        ("", dataclasses.replace(COST, time=None)),
    ]
    assert sweep_page(jobs, width=50) == [
        "job    parameters  FLOP/step  ms/step  memory  time",
        "0         157,793      240 M       20  812 MB  3:10",
        "    model=gan optimizer.learning_rate=0.001",
        "1",
        "    model=dcgan optimizer.learning_rate=0.001",
        "    cannot be built: it wants images of a larger",
        "    size",
        "2         157,793      240 M  not measured",
        "total                                          3:10",
        "the total leaves out 2 of 3 jobs",
    ]
    assert sweep_page(jobs, width=1000) == sweep_page(jobs)


def test_it_comes_through_json_as_it_was():
    for cost in (COST, dataclasses.replace(COST, time=None)):
        again = RunCost.of(json.loads(json.dumps(dataclasses.asdict(cost))))
        assert run_page(again) == run_page(cost)
