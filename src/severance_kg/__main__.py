"""``python -m severance_kg``: the program, where its folder is not on the path."""

import sys

from severance_kg.cli import main

if __name__ == "__main__":
    sys.exit(main())
