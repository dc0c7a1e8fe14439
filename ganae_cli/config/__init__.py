"""What a config may contain, and whether one is sound. Reads the YAML files under conf/; imports no TensorFlow."""
