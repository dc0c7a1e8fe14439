"""What `ganae data check` says of a dataset: one file per group of findings, each with `check(survey)`."""
