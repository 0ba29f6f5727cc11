"""Starts our own contestant: `print_ours.py sheet|stored FOLDER FONTS OUT`.

As light as the program's own main.py, for each process that shares the work reads this file again.
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    from benchmarks.sheets.ours import main

    main(sys.argv[1], *(Path(argument).resolve() for argument in sys.argv[2:]))
