"""Workers: the processes of one training on several machines, or on one to try it out.

`cluster` says who they are, as `given` (the config), `tf_config` or `slurm` name them; `meeting` lets them find each
other before TensorFlow connects them; `watch` tells each of them when another one is gone, and `sentry` does until
TensorFlow has connected them. `local` starts workers on this machine.
"""
