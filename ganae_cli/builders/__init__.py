"""From a config to parts. Below this floor nobody sees a config."""
