"""Runs first in the frozen program: what it needs of its own libraries is not handed on to programs that it starts.

The starter names the program's folder in LD_LIBRARY_PATH. The loader has read that by now; a file manager or WPS that
is opened from the window would load our libraries instead of the system's, and might not start.
"""

import os

before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if before is not None:
    os.environ["LD_LIBRARY_PATH"] = before
else:
    os.environ.pop("LD_LIBRARY_PATH", None)
