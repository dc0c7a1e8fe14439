"""The command line: words to checked configs, help pages, tab completion, and one sentence for each error."""
