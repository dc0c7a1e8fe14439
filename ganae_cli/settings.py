"""Types, ranges and help of the settings that all parts share; a part's own are typed by the defaults in its YAML."""

from ganae_cli.setting import Setting


def _rate(help_: str, **more) -> Setting:
    return Setting(float, help_, above=0, **more)


def _decay(help_: str) -> Setting:
    return Setting(float, help_, least=0, below=1)


SETTINGS = {
    "seed": Setting(int, "every random draw and the order of the data follow from it", least=0, most=2**31 - 1),
    "plugins": Setting(list, "packages of your own that declare parts", items=str),
    "train.steps": Setting(int, "training steps", least=1),
    "train.batch_size": Setting(int, "examples a step, over all devices together", least=1),
    "train.log_every": Setting(int, "steps between rows of history.csv", least=1),
    "train.sample_every": Setting(int, "steps between sample grids", least=1),
    "train.checkpoint_every": Setting(int, "steps between checkpoints", least=1),
    "train.keep": Setting(int, "checkpoints to keep", least=1),
    "train.best_by": Setting(str, "metric of the best checkpoint", null=True),
    "train.ema": _decay("decay of the averaged weights that samples come from"),
    "train.max_minutes": Setting(float, "end in good order after so many minutes", above=0, null=True),
    "train.init_from": Setting(str, "a run whose networks of the same role to begin with", null=True),
    "train.examples": Setting(int, "use only the first so many examples", least=1, null=True),
    "train.profile_steps": Setting(int, "steps to trace for TensorBoard's profiler", least=0),
    "model.z_dim": Setting(int, "size of the code", least=1, most=65536),
    "model.mix": Setting(str, "how a random vector joins the code", choices=("add", "concat")),
    "model.sigma": Setting(float, "standard deviation of what is added to the code", least=0),
    "model.noise_dim": Setting(int, "numbers of the random vector beside the code", least=1),
    "model.autoencoder": Setting(dict, "the trained model within this one", null=True),
    "model.sampler": Setting(str, "where the codes of samples come from", declared="sampler"),
    "model.weights.*": Setting(dict, "the weights of a player's loss terms"),
    "model.weights.*.*": Setting(float, "weight of a loss term; 0 measures it without learning from it", least=0),
    "model.critic_steps": Setting(int, "moves of the discriminator before one of the generator", least=1),
    "model.packing": Setting(int, "samples judged at once", least=1),
    "model.weight_clip": Setting(float, "largest size of a discriminator's weight", above=0, null=True),
    "model.label_smoothing": Setting(float, "data are labelled one minus this", least=0, below=1),
    "model.instance_noise": Setting(float, "standard deviation of noise on what is judged", least=0),
    "model.diversity_ratio": Setting(float, "error of samples over that of data, at equilibrium", above=0, most=1),
    "model.k_rate": Setting(float, "learning rate of BEGAN's k", least=0),
    "model.features": Setting(int, "numbers by which a discriminator describes an image", least=1),
    "model.equilibrium": Setting(float, "cost around which a player that is ahead rests", above=0, null=True),
    "model.margin": Setting(float, "how far from the equilibrium a cost must be", least=0),
    "model.domain": Setting(str, "what the second domain is made of", choices=("inverted", "edges")),
    "model.noise": Setting(float, "standard deviation of the noise on the encoder's input", least=0),
    "model.masking": Setting(float, "share of the encoder's input that is blanked out", least=0, below=1),
    "model.linear_layers": Setting(int, "linear layers at the end of the encoder", least=0),
    "model.code_activation": Setting(str, "of the code", choices=("linear", "relu", "sigmoid", "tanh")),
    "model.free_bits": Setting(float, "nats of each code number that cost nothing", least=0),
    "networks.*.width": Setting(int, "units or channels of the first layer", least=1),
    "networks.*.max_width": Setting(int, "channels at most", least=1),
    "networks.*.depth": Setting(int, "layers", least=0),
    "networks.*.activation": Setting(str, "of hidden layers", choices=("leaky_relu", "relu", "elu", "silu", "tanh")),
    "networks.*.norm": Setting(str, "normalisation", choices=("none", "batch", "layer", "group")),
    "networks.*.orthogonal_gain": Setting(float, "gain of orthogonal initial weights", above=0, null=True),
    "networks.*.signs": Setting(int, "numbers of the code that a generator sees by their sign", least=0),
    "networks.*.spectral_norm": Setting(bool, "weights divided by their largest singular value"),
    "networks.*.minibatch_std": Setting(bool, "a discriminator sees how much samples differ"),
    "networks.*.group_size": Setting(int, "channels of a group of a convolution; null: one group", least=1, null=True),
    "networks.*.squeeze_ratio": Setting(float, "squeezed channels, as a share of a fire module's", above=0, most=1),
    "dataset.path": Setting(str, "a file of your own", null=True),
    "dataset.key": Setting(str, "array of an .npz file", null=True),
    "dataset.image_size": Setting(
        (int, list), "side in pixels, or [height, width]", least=1, null=True, items=int, length=2
    ),
    "dataset.modes": Setting(int, "Gaussians", least=1),
    "dataset.side": Setting(int, "Gaussians along each side", least=1),
    "dataset.test_fraction": Setting(float, "share of rows kept for testing", above=0, below=1),
    "dataset.count": Setting(int, "training points", least=1),
    "dataset.std": Setting(float, "standard deviation of a mode", above=0),
    "dataset.seed": Setting(int, "of the points drawn", least=0, most=2**31 - 1),
    "loss.adversarial": Setting(str, "the loss of generator and discriminator", declared="adversarial", null=True),
    "loss.reconstruction": Setting(str, "distance of x and its reconstruction", declared="reconstruction", null=True),
    "loss.penalties": Setting(dict, "penalty -> its weight and options"),
    "loss.penalties.*.weight": Setting(float, "weight of a penalty (γ or λ)", least=0),
    "loss.penalties.*.final_weight": Setting(float, "weight at the end of training", least=0, null=True),
    "loss.penalties.*.on": Setting((str, list), "the network penalised, or a list of networks", items=str),
    "loss.penalties.*.estimator": Setting(
        str, "of the Jacobian's norm", choices=("exact", "closed_form", "hutchinson", "finite_difference")
    ),
    "loss.penalties.*.kind": Setting(str, "what is sparse", choices=("l1", "kl")),
    "loss.penalties.*.noise": Setting(float, "how far data move, in standard deviations", least=0),
    "loss.penalties.*.sigma": Setting(float, "step of finite differences", above=0),
    "loss.penalties.*.hessian": Setting(float, "weight of the second-order term", least=0),
    "loss.penalties.*.hessian_sigma": Setting(float, "standard deviation of the second-order steps", above=0),
    "optimizer.learning_rate": _rate("of every player; optimizer.<player>.learning_rate sets one"),
    "optimizer.discriminator_learning_rate": _rate("of the players that judge; null: the same", null=True),
    "optimizer.schedule": Setting(str, "how the rate falls", choices=("constant", "linear", "cosine")),
    "optimizer.warmup_steps": Setting(int, "the rate rises over so many steps", least=0),
    "optimizer.beta_1": _decay("decay of the first moment"),
    "optimizer.beta_2": _decay("decay of the second moment"),
    "optimizer.rho": _decay("decay of the mean square"),
    "optimizer.momentum": _decay("momentum"),
    "optimizer.epsilon": Setting(float, "added to the denominator", least=0),
    "optimizer.weight_decay": Setting(float, "decoupled weight decay", least=0, null=True),
    "optimizer.clipnorm": _rate("gradient norm of a variable at most", null=True),
    "optimizer.global_clipnorm": _rate("gradient norm of all variables at most", null=True),
    "hardware.device": Setting(str, "where to compute", choices=("auto", "cpu", "gpu")),
    "hardware.devices": Setting(int, "how many devices", least=1, null=True),
    "hardware.strategy": Setting(str, "tf.distribute", choices=("auto", "none", "mirrored", "multi_worker")),
    "hardware.precision": Setting(str, "precision", choices=("float32", "mixed_bfloat16", "mixed_float16")),
    "hardware.jit": Setting(bool, "compile the step with XLA"),
    "hardware.steps_per_execution": Setting(int, "steps of one call of the compiled program", least=1, null=True),
    "hardware.threads": Setting(
        int, "CPU threads; results repeat bit for bit only at the same number", least=1, most=1024, null=True
    ),
    "hardware.deterministic": Setting(bool, "repeatable on GPUs too, at some cost in speed"),
}
_PATTERNS = [key.split(".") for key in SETTINGS if "*" in key]


def find(key: str) -> Setting | None:
    """The setting of a dotted key; `optimizer.<player>.<option>` is typed as `optimizer.<option>`."""
    if key in SETTINGS:
        return SETTINGS[key]
    words = key.split(".")
    for pattern in _PATTERNS:
        if len(pattern) == len(words) and all(mark in ("*", word) for mark, word in zip(pattern, words, strict=True)):
            return SETTINGS[".".join(pattern)]
    return SETTINGS.get(f"optimizer.{words[2]}") if words[0] == "optimizer" and len(words) == 3 else None


def by_default(value) -> Setting | None:
    """The setting that an option's default implies; None where the default is null, which says nothing."""
    for kind in (bool, int, float, str, list, dict):
        if isinstance(value, kind):
            return Setting(kind)
    return None
