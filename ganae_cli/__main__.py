"""`python -m ganae_cli` is `ganae`."""

import sys

from ganae_cli.cli import main

if __name__ == "__main__":
    sys.argv[0] = "ganae"  # shown in messages
    sys.exit(main())
