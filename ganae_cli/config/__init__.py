"""Reading and checking of configs, by the YAML files under `conf/`; without TensorFlow."""
