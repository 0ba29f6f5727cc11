"""Runs first in the frozen program: what it needs of its own libraries is not handed on to programs that it starts.

The starter names the program's folder in LD_LIBRARY_PATH. The loader has read that by now; a file manager or WPS that
is opened from the window would load our libraries instead of the system's, and might not start.

PyInstaller's hook for Qt, which runs later, writes over what the desktop says of Qt's plugins. That is kept here, and
`core.infra.handed_on` puts it back once Qt has started.
"""

import os

before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if before is not None:
    os.environ["LD_LIBRARY_PATH"] = before
else:
    os.environ.pop("LD_LIBRARY_PATH", None)

for name in ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH"):
    if name in os.environ:
        os.environ.setdefault(f"{name}_ORIG", os.environ[name])
