"""`conf/` and the parts say the same: keys, defaults, help; and every file composes into a config that is sound."""

import dataclasses
import inspect
from fnmatch import fnmatch

import pytest

from ganae_cli import optimizers, registry
from ganae_cli.builders import from_config
from ganae_cli.command_line import catalogue
from ganae_cli.config import limits
from ganae_cli.config.chosen import AUTO
from ganae_cli.config.conf_tree import ConfTree, conf_dir
from ganae_cli.config.limits import SHARED
from ganae_cli.config.yaml_file import read
from ganae_cli.datasets.splits import OF_EVERY_DATASET
from ganae_cli.engine.parts import OF_EVERY_PENALTY, Parts
from ganae_cli.errors import UserError
from ganae_cli.evaluation import evaluate as evaluating
from ganae_cli.evaluation.protocol import Protocol
from ganae_cli.networks.auto import choose
from ganae_cli.networks.layers.code_layers import CODE_ACTIVATIONS
from ganae_cli.penalties.codes import SPARSITIES
from ganae_cli.penalties.jacobian import ESTIMATORS
from ganae_cli.runtime import devices

from_config.import_parts()
TREE = ConfTree()
ALL = [(group, option) for group, options in TREE.files.items() for option in options]
KINDS = (
    "model",
    "network",
    "dataset",
    "optimizer",
    "penalty",
    "augmentation",
    "tracker",
)  # groups whose files are parts of one registered kind
EXPLAINED = (*KINDS, "loss", "hardware", "evaluation")
INJECTED = {"model": {"parts"}, "optimizer": {"rate"}}
CONSUMED = {  # on the way to the part
    "optimizer": set(optimizers.RATE_OPTIONS),
    "penalty": set(OF_EVERY_PENALTY),
    "dataset": set(OF_EVERY_DATASET),
}
WHOLE = [(group, option) for group, option in ALL if group in KINDS and option != "auto"]


def name_of(group, option):
    """Return the registered name that a file chooses; a variant has another name than its file."""
    return TREE.part(group, option).options.get("name", option)


def lines(path):
    return path.read_text(encoding="utf-8").splitlines()


# Files --------------------------------------------------------------------------------------------------------------


def test_every_file_is_a_primary_config_or_an_option_of_a_group():
    found = {path.relative_to(conf_dir()).as_posix() for path in conf_dir().rglob("*") if path.is_file()}
    told = {"README.md", "FIRST_IMPRESSIONS.md", "tuning_of_defaults.csv", "tuning_over_time.csv"}
    known = {"train.yaml", "tune.yaml"} | {f"experiment/{name}" for name in told}
    assert found == known | {f"{group}/{option}.yaml" for group, option in ALL}


@pytest.mark.parametrize("path", sorted(conf_dir().rglob("*.yaml")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_file_says_in_one_line_what_it_is(path):
    head = [line for line in lines(path)[:2] if not line.startswith("# @package")]
    assert head[0].startswith("# help: ")
    assert 0 < len(head[0].removeprefix("# help: ").strip()) <= 112


@pytest.mark.parametrize("path", sorted(conf_dir().rglob("*.yaml")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_file_names_code(path):
    assert "_target_" not in path.read_text(encoding="utf-8")


# Parts --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("group", "option"), WHOLE)
def test_a_file_lists_the_options_of_its_part(group, option):
    signature = registry.options(group, name_of(group, option))
    listed = set(TREE.part(group, option).options) - {"name"}
    assert listed == set(signature) - INJECTED.get(group, set()) | CONSUMED.get(group, set())


@pytest.mark.parametrize(("group", "option"), [(g, o) for g, o in WHOLE if name_of(g, o) == o])
def test_the_file_of_a_parts_name_has_its_defaults(group, option):
    listed = TREE.part(group, option).options
    signature = registry.options(group, option)
    differing = {
        key: (listed[key], default)
        for key, default in signature.items()
        if default is not inspect.Parameter.empty and key in listed and listed[key] != default
    }
    differing.pop("weights", None)  # of a model: the file names its players and terms
    assert differing == {}


@pytest.mark.parametrize("kind", KINDS)
def test_every_part_has_a_file_and_every_file_a_part(kind):
    named = {name_of(kind, option) for option in TREE.options(kind)} - {"auto"}
    assert named == set(registry.names(kind)) <= set(TREE.options(kind))


@pytest.mark.parametrize("name", TREE.options("penalty"))
def test_a_penalty_is_for_the_network_that_its_file_says(name):
    assert TREE.part("penalty", name).options["on"] == registry.find("penalty", name).acts_on


def test_auto_offers_what_every_network_has_that_it_may_choose():
    chosen = {choose(shape) for shape in ((2,), (4, 4, 1), (64, 64, 3))}
    assert chosen <= set(registry.names("network"))
    listed = {key: value for key, value in TREE.part("network", "auto").options.items() if key != "name"}
    assert set(listed.values()) == {None}
    for name in chosen:
        assert set(listed) <= set(registry.options("network", name))


def test_every_adversarial_loss_has_a_file():
    for name in registry.names("adversarial"):
        assert TREE.part("loss", name).options["adversarial"] == name


@pytest.mark.parametrize("option", TREE.options("loss"))
def test_a_loss_names_registered_parts(option):
    given = TREE.part("loss", option).options
    assert set(given) == {"adversarial", "reconstruction", "penalties"} <= set(inspect.signature(Parts).parameters)
    assert given["adversarial"] in registry.names("adversarial")
    assert given["reconstruction"] in registry.names("reconstruction")
    assert set(given["penalties"]) <= set(registry.names("penalty"))


@pytest.mark.parametrize("option", TREE.options("hardware"))
def test_hardware_lists_the_options_of_prepare(option):
    signature = {key: p.default for key, p in inspect.signature(devices.prepare).parameters.items()}
    given = TREE.part("hardware", option).options
    assert list(given) == list(signature)
    assert option != "auto" or given == signature


@pytest.mark.parametrize("option", TREE.options("evaluation"))
def test_an_evaluation_lists_the_settings_of_its_protocol(option):
    fields = {field.name: field.default for field in dataclasses.fields(Protocol)}
    given = TREE.part("evaluation", option).options
    assert list(given) == list(fields)
    assert option != "default" or given == fields
    assert given["features"] in (None, *registry.names("features"))
    evaluating.check(given["metrics"])


def comments_of(group, option):
    comments = TREE.part(group, option).comments
    return {key: text for key, text in comments.items() if "." not in key and key not in ("name", "defaults")}


@pytest.mark.parametrize(("group", "option"), [(g, o) for g, o in ALL if g in EXPLAINED])
def test_every_option_of_a_part_is_explained(group, option):
    comments = comments_of(group, option)
    assert set(comments) == set(TREE.part(group, option).options) - {"name"}
    unsaid = [key for key, text in comments.items() if not text]
    unsaid = [key for key in unsaid if not (group == "loss" and key == "adversarial")]  # the file's own name
    assert unsaid == []


def test_every_shared_option_is_explained():
    content, comments, _ = read(conf_dir() / "train.yaml")
    keys = ["seed", "plugins", *(f"{part}.{key}" for part in ("train", "sweep") for key in content[part])]
    assert [key for key in keys if not comments[key]] == []


# Settings -----------------------------------------------------------------------------------------------------------


def flat(tree, prefix=""):
    """Return every dotted key, including those of sections."""
    for key, value in tree.items():
        yield f"{prefix}{key}"
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")


def known_keys():
    """Return every key that a config of shipped parts can have."""
    content, _, _ = read(conf_dir() / "train.yaml")
    yield from flat({key: value for key, value in content.items() if key not in ("defaults", "hydra")})
    places = {"network": "networks.role.", "penalty": "loss.penalties.name."}
    for group, option in ALL:
        if group in (*KINDS, "loss", "hardware", "evaluation"):
            yield from flat(TREE.part(group, option).options, places.get(group, f"{group}."))


def test_every_shared_setting_is_of_a_key_that_exists():
    """The type or the range of a key that no file lists would check nothing."""
    known = set(known_keys())
    assert [key for key in SHARED if not any(fnmatch(name, key) for name in known)] == []


@pytest.mark.parametrize(("group", "option"), [(g, o) for g, o in ALL if g in (*KINDS, "hardware", "evaluation")])
def test_a_comment_limits_every_number_and_types_every_null(group, option):
    part = TREE.part(group, option)
    bare = [
        key
        for key, value in part.options.items()
        if (value is None or isinstance(value, int | float)) and not isinstance(value, bool)
        if f"{group}.{key}" not in SHARED and not limits.split_comment(part.comments[key])[0]
    ]
    assert bare == []


def test_a_comment_limits_all_that_the_parts_share():
    content, said, _ = read(conf_dir() / "train.yaml")
    keys = ["seed", "plugins", *(f"{part}.{key}" for part in ("train", "sweep") for key in content[part])]
    assert [key for key in keys if not limits.split_comment(said[key])[0]] == []


@pytest.mark.parametrize(
    ("group", "key", "in_code"),
    [
        ("model", "code_activation", CODE_ACTIVATIONS),
        ("penalty", "estimator", tuple(ESTIMATORS)),
        ("penalty", "kind", SPARSITIES),
    ],
)
def test_choices_are_those_of_the_code(group, key, in_code):
    said = [TREE.part(group, option).comments.get(key) for option in TREE.options(group)]
    assert {limits.split_comment(comment)[0]["choices"] for comment in said if comment} == {in_code}


# Composition --------------------------------------------------------------------------------------------------------


def choice(group, option):
    """Return the words that choose an option on the command line."""
    if group == "network":
        return f"network@networks.encoder={option}"
    return f"loss.penalties.{option}={{weight: 2.0, on: encoder}}" if group == "penalty" else f"{group}={option}"


@pytest.mark.parametrize(("group", "option"), ALL)
def test_every_option_composes_into_a_sound_config(compose, group, option):
    """`compose` checks with the schema, as `ganae train` does; the test checks that the option is in the config."""
    config = compose(choice(group, option))
    part = TREE.part(group, option).options
    if group not in ("sweep", "penalty"):
        assert help_differs(config, [choice(group, option)]) == {}
    if group in ("model", "dataset", "optimizer", "augmentation", "tracker"):
        given = from_config.plain(config[group])
        assert {key: given[key] for key in part} == part
    elif group == "network":
        assert from_config.plain(config.networks.encoder) == part
    elif group == "loss":
        assert config.loss.adversarial == part["adversarial"]
    elif group in ("hardware", "evaluation"):
        assert from_config.plain(config[group]) == part
    elif group == "penalty":
        assert config.loss.penalties[option].weight == 2.0
    elif group == "sweep":
        assert "sweep" not in from_config.plain(config)  # its settings are of the moment, and no part of a run
    else:
        content, _, _ = read(TREE.files[group][option])
        said = {key: value for key, value in content.items() if key != "defaults"}
        assert holds(from_config.plain(config), said)


def help_differs(config, words):
    """Return the differences between `--help` with these words and the config: keys, defaults and penalties."""
    composed = leaves(from_config.plain(config))
    entries = {entry.key: entry.default for entry in catalogue.entries(TREE, words)}
    of_moment = ("plugins", "sweep.")  # no part of a run
    told = {key: one for key, one in entries.items() if "${" not in str(one) and not key.startswith(of_moment)}
    listed, given = catalogue.penalties(TREE, words)
    told |= {entry.key: entry.default for entry in listed if entry.key in composed}
    wrong = {key: value for key, value in told.items() if key not in composed or composed[key] != value}
    untold = [key for key in composed if key.startswith(("model.", "optimizer.")) and key.count(".") == 1]
    names = ("model.name", "optimizer.name")
    wrong |= {key: "untold" for key in untold if key not in entries and key not in names}
    return wrong | ({} if set(given) == set(config.loss.penalties) else {"penalties": given})


def leaves(config, prefix=""):
    found = {}
    for key, value in config.items():
        found |= leaves(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


def holds(config, said):
    """Return True if a config has all that a file sets; interpolated values are not compared."""
    if isinstance(said, dict):
        return all(key in config and holds(config[key], value) for key, value in said.items())
    return config == said or "${" in str(said)


def test_the_sweep_over_models_has_every_one_that_can_begin_by_itself():
    from ganae_cli.command_line import plan, request
    from ganae_cli.command_line.hydra_app import HydraApp, environment

    with environment(GANAE_STAMP="2026-01-31/12-00-00-c0de"):
        planned = plan.make(HydraApp("train", request.parse(["--multirun", "sweep=models"]), []), TREE)
    swept = [job.overrides[0] for job in planned.jobs]
    pages = {option: registry.find("model", name_of("model", option)) for option in TREE.options("model")}
    del pages[AUTO]  # which is one of the others
    assert swept == [f"model={option}" for option, page in pages.items() if not page.pretrained]
    assert len({job.config.train.steps for job in planned.jobs}) == 1


def test_what_does_not_compose_is_refused(compose):
    """Otherwise the test above would check nothing."""
    with pytest.raises(UserError, match=r"unknown setting 'model\.zdim'"):
        compose("model.zdim=3")
    with pytest.raises(UserError, match=r"train\.steps"):
        compose("train.steps=0")


def test_a_model_drops_the_default_losses_that_it_has_no_use_for(compose):
    """`ganae train model=gan loss=hinge` works as it stands, and so does `ganae train model=autoencoder`."""
    gan, plain = compose("model=gan", "loss=hinge").loss, compose("model=autoencoder").loss
    assert (gan.adversarial, gan.reconstruction) == ("hinge", None)
    assert (plain.adversarial, plain.reconstruction) == (None, "mae")


@pytest.mark.parametrize("option", TREE.options("model"))
def test_a_loss_that_was_chosen_is_used_or_refused(compose, option):
    """A chosen loss is never dropped without a message."""
    words = [f"model={option}", "loss=hinge"]
    if compose(words[0]).loss.adversarial is not None:
        assert compose(*words).loss.adversarial == "hinge"
        return
    with pytest.raises(UserError, match=rf"^model '{option}' has no use for loss=hinge: "):
        compose(*words)


def test_without_arguments_it_is_aegan_on_digits(compose):
    config = compose()
    assert (config.model.name, config.dataset.name, config.seed) == ("aegan", "digits", 0)
