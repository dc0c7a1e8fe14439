"""`python -m ganae_cli` is `ganae`."""

import sys

from ganae_cli.runtime import children

if __name__ == "__main__":
    children.leave_current_folder_out()  # before anything else is imported
    from ganae_cli.cli import main

    sys.argv[0] = "ganae"  # shown in messages
    sys.exit(main())
