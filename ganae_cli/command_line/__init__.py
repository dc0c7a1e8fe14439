"""From words on the command line to checked configs, and back to sentences: help, completion, errors."""
