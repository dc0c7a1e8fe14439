"""Names that other tools and papers have for ganae's settings, for the question "did you mean …?"."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple


class Synonyms(NamedTuple):
    """One row of the table.

    key: ganae's key, with `*` for any network role or player; or `group=`, the choice of a part, which takes the value
    that was given; or what to write, if it holds a blank. words: names elsewhere; capitals and `_` do not count.
    """

    key: str
    words: str
    note: str = ""


# The first row that has the word, and whose key the config at hand has, is used.
TABLE = (
    Synonyms("seed", "random_seed manual_seed rng_seed global_seed torch_seed"),
    Synonyms("model=", "model_name model_type arch architecture"),
    Synonyms("dataset=", "dataset_name data_name dataset_type"),
    Synonyms("optimizer=", "optim opt optimizer_name optimizer_type"),
    Synonyms("loss=", "loss_type loss_fn gan_loss gan_mode gan_type adv_loss adversarial_loss criterion"),
    Synonyms("augmentation=", "augment aug aug_mode aug_type diffaug diff_augment data_augmentation"),
    Synonyms("augmentation.target", "ada_target"),
    Synonyms("augmentation.speed", "ada_kimg ada_length"),
    Synonyms("augmentation.every", "ada_interval"),
    Synonyms("augmentation.p", "augment_p aug_p"),
    Synonyms("model.z_dim", "z nz zdims z_size latent latents latent_dim latent_dims latent_size latent_channels"),
    Synonyms("model.z_dim", "code_dim code_size dim_z noise_size embedding_dim bottleneck n_latent num_latents"),
    Synonyms(
        "model.critic_steps", "n_critic num_critic critic_iters d_steps dis_steps n_dis num_dis disc_iters d_iters"
    ),
    Synonyms("model.weight_clip", "clip_value clip clipping weight_clipping clamp"),
    Synonyms("model.packing", "pac pac_size packing_degree"),
    Synonyms("model.diversity_ratio", "gamma"),
    Synonyms("model.k_rate", "lambda_k"),
    Synonyms("model.free_bits", "free_nats"),
    Synonyms("model.weights.*.prior", "beta kl_weight kld_weight lambda_kl kl_coef kl_coeff kl_lambda kl_beta beta_kl"),
    Synonyms("model.weights.*.total_correlation", "tc_weight lambda_tc"),
    Synonyms("model.weights.generator.similarity", "gamma"),
    Synonyms("model.weights.*.reconstruction", "lambda_rec lambda_recon rec_weight recon_weight reconstruction_weight"),
    Synonyms("model.weights.*.reconstruction", "lambda_reconstruction lambda_l1 lambda_cycle"),
    Synonyms("loss.reconstruction", "recon_loss rec_loss reconstruction_loss"),
    Synonyms("loss.penalties.gradient_penalty.weight", "gp gp_weight gp_lambda lambda_gp lambda_grad"),
    Synonyms("loss.penalties.r1.weight", "gamma r1_gamma r1_weight r1_lambda lambda_r1"),
    Synonyms("loss.penalties.r2.weight", "r2_gamma r2_weight r2_lambda lambda_r2"),
    Synonyms("loss.penalties.mmd.weight", "mmd_weight lambda_mmd"),
    Synonyms("loss.penalties.contractive.weight", "contractive_weight lambda_contractive"),
    Synonyms("optimizer.learning_rate", "lr base_lr lr0 init_lr initial_lr eta step_size"),
    Synonyms("optimizer.generator.learning_rate", "lr_g g_lr lr_gen gen_lr generator_lr"),
    Synonyms("optimizer.discriminator_learning_rate", "lr_d d_lr lr_disc disc_lr discriminator_lr critic_lr"),
    Synonyms("optimizer.schedule", "scheduler lr_schedule lr_scheduler lr_policy lr_decay"),
    Synonyms("optimizer.warmup_steps", "warmup warmup_iters lr_warmup n_warmup"),
    Synonyms("optimizer.beta_1", "beta b1 adam_beta1"),
    Synonyms("optimizer.beta_2", "b2 adam_beta2"),
    Synonyms("optimizer.epsilon", "eps adam_eps"),
    Synonyms("optimizer.weight_decay", "wd"),
    Synonyms("optimizer.global_clipnorm", "grad_clip clip_grad clip_grad_norm max_grad_norm gradient_clip_val"),
    Synonyms("train.steps", "iterations iters max_iter max_iters n_iter n_iters num_iters num_iterations total_iters"),
    Synonyms("train.steps", "num_steps max_steps n_steps total_steps train_steps training_steps"),
    Synonyms(
        "train.steps",
        "epoch epochs n_epochs num_epochs max_epochs nepoch nepochs niter",
        "ganae counts steps: one epoch is the number of training examples / train.batch_size",
    ),
    Synonyms("train.batch_size", "batch bs minibatch minibatch_size mini_batch_size"),
    Synonyms("train.ema", "ema_decay ema_beta ema_rate ema_momentum averaging_beta polyak"),
    Synonyms("train.log_every", "log_interval log_freq log_steps print_every print_freq print_interval display_freq"),
    Synonyms("train.sample_every", "sample_interval sample_freq vis_every image_every"),
    Synonyms("train.checkpoint_every", "save_every save_freq save_interval save_steps ckpt_every ckpt_interval"),
    Synonyms("train.keep", "max_to_keep save_top_k keep_last keep_checkpoints"),
    Synonyms("train.best_by", "monitor"),
    Synonyms("train.stop_when", "early_stopping early_stop stop_by"),
    Synonyms("train.max_minutes", "max_time time_limit"),
    Synonyms("train.budget", "time_budget train_time training_time"),
    Synonyms("train.init_from", "pretrained checkpoint ckpt load_from"),
    Synonyms("train.examples", "n_train max_images max_samples limit_train subset"),
    Synonyms("dataset.path", "data_dir data_path data_root dataroot dataset_path dataset_dir root"),
    Synonyms(
        "dataset=image_folder dataset.path=FOLDER",
        "data_dir data_path data_root dataroot dataset_path dataset_dir root",
    ),
    Synonyms("dataset.image_size", "img_size im_size imsize img_res resolution res input_size crop_size"),
    Synonyms("dataset.sample_rate", "sr sampling_rate samplerate fs"),
    Synonyms("dataset.mel_bins", "n_mels num_mels mels n_mel_channels mel_channels"),
    Synonyms("dataset.n_fft", "fft_size win_length win_size window_size frame_length"),
    Synonyms("dataset.hop", "hop_length hop_size frame_step"),
    Synonyms("dataset.low_hz", "fmin f_min mel_fmin"),
    Synonyms("dataset.high_hz", "fmax f_max mel_fmax"),
    Synonyms("dataset.seconds", "duration segment_seconds clip_length"),
    Synonyms("dataset.range_db", "min_db dynamic_range"),
    Synonyms("networks.generator.width", "ngf gf_dim g_dim g_conv_dim g_channels"),
    Synonyms("networks.decoder.width", "ngf gf_dim g_dim g_conv_dim g_channels"),
    Synonyms("networks.discriminator.width", "ndf df_dim d_dim d_conv_dim d_channels"),
    Synonyms("networks.encoder.width", "nef e_dim"),
    Synonyms(
        "networks.*.width", "channels num_channels base_channels nf n_filters filters hidden hidden_dim hidden_size"
    ),
    Synonyms("networks.*.width", "hidden_size hidden_units units"),
    Synonyms("networks.*.depth", "layers n_layers num_layers n_hidden hidden_layers num_blocks n_blocks"),
    Synonyms("networks.*.norm", "normalization norm_layer norm_type batch_norm batchnorm use_bn"),
    Synonyms("networks.*.activation", "act nonlinearity act_fn"),
    Synonyms("networks.*.spectral_norm", "sn use_sn spectral spectral_normalization"),
    Synonyms("networks.*.minibatch_std", "mbstd minibatch_stddev"),
    Synonyms("hardware.devices", "gpus gpu_ids n_gpu ngpu n_gpus num_gpus num_devices n_devices"),
    Synonyms("hardware.device", "gpu cuda use_cuda use_gpu no_cuda accelerator"),
    Synonyms("hardware.precision", "fp16 bf16 amp use_amp use_fp16 half mixed mixed_precision dtype"),
    Synonyms("hardware.strategy", "distributed ddp dist"),
    Synonyms("hardware.jit", "xla compile jit_compile use_jit"),
    Synonyms("hardware.threads", "num_threads n_threads cpu_threads n_jobs"),
    Synonyms("hydra.run.dir", "out_dir output_dir outdir save_dir log_dir logdir run_dir results_dir"),
)


def find_synonym(word: str, keys: Iterable[str], prefix: str = "", value: object = None) -> tuple[str, str]:
    """Return (ganae's key for another tool's word, a note); ("", "") for a word whose key the config at hand lacks.

    keys: all keys of the config at hand. prefix: the section in which the word was written, with its dot: the same
    key of this section is preferred. value: what was written behind the word.

    >>> find_synonym("latentDim", ["seed", "model.z_dim"])
    ('model.z_dim', '')
    """
    keys = list(keys)
    for row in _rows(word):
        found = _found(row.key, keys, prefix, value)
        if found:
            return found, row.note
    return "", ""


def setting(word: str) -> str:
    """Return how a setting is typed that is called like this in other tools, or by the end of its key; "" if none is.

    >>> setting("lr"), setting("batch_size"), setting("model"), setting("verbose")
    ('optimizer.learning_rate=VALUE', 'train.batch_size=VALUE', 'model=NAME', '')
    """
    ends = (row.key for row in TABLE if " " not in row.key and row.key.rpartition(".")[2].rstrip("=") == word)
    key = next(ends, "") or find_synonym(word, [row.key for row in TABLE])[0]
    if not key or "=" in key:
        return f"{key}NAME" if key.endswith("=") else key
    return f"{key.replace('*', 'ROLE')}=VALUE"


def is_synonym(word: str) -> bool:
    """Return True for a word of the table, of which a key that only looks similar is not what was meant."""
    return bool(_rows(word))


def _rows(word: str) -> list[Synonyms]:
    return [row for row in TABLE if _plain(word) in map(_plain, row.words.split())]


def _found(key: str, keys: list[str], prefix: str, value: object) -> str:
    """Return the row's key as the config at hand has it; "" if it does not."""
    if key.endswith("="):
        return f"{key}{value}" if isinstance(value, str) else f"{key}NAME"
    if " " in key or key.startswith("hydra."):
        return key
    here = f"{prefix}{key.rpartition('.')[2]}"
    matching = [known for known in keys if fnmatchcase(known, key)]
    return here if matching and here in keys else next(iter(matching), "")


def _plain(word: str) -> str:
    return re.sub(r"[_-]", "", word).lower()
