"""LibreOffice's own mail merge on the same sheets: a template with database fields, a CSV file, one PDF.

`libreoffice.py FOLDER FONTS OUT`, in the system's Python with its UNO bridge; knows nothing of ours. The folder holds
template.fodt and sheets.csv. Starting the office is told apart from merging.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found] # only the system's Python has it
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]
from com.sun.star.sdb import CommandType  # type: ignore[import-not-found]
from com.sun.star.text import MailMergeType  # type: ignore[import-not-found]

_DATABASE = "units"
_TABLE = "sheets"
_PATIENCE = 120.0


def _property(name: str, value: Any) -> Any:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def _start(folder: Path, fonts: Path) -> tuple[subprocess.Popen[bytes], str]:
    """An office without a window and with a profile of its own, which sees our fonts only."""
    settings = folder / "fonts.conf"
    settings.write_text(
        f'<?xml version="1.0"?><fontconfig><dir>{fonts}</dir><cachedir>{folder / "font-cache"}</cachedir></fontconfig>'
    )
    pipe = f"greenladder{os.getpid()}"
    process = subprocess.Popen(
        [
            "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
            "--nologo", f"--accept=pipe,name={pipe};urp;",
        ],
        env={**os.environ, "FONTCONFIG_FILE": str(settings)},
    )
    return process, pipe


def _connect(pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.perf_counter() + _PATIENCE
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.perf_counter() > until:
                raise
            time.sleep(0.1)


def _register(services: Any, context: Any, folder: Path) -> None:
    """The folder's CSV files as a data source: a file is a table."""
    databases = services.createInstanceWithContext("com.sun.star.sdb.DatabaseContext", context)
    source = databases.createInstance()
    source.URL = f"sdbc:flat:{folder.as_uri()}"
    source.Info = tuple(
        _property(name, value)
        for name, value in (
            ("Extension", "csv"), ("HeaderLine", True), ("FieldDelimiter", ","), ("StringDelimiter", '"'),
            ("CharSet", "UTF-8"), ("DecimalDelimiter", "."), ("ThousandDelimiter", ""),
        )
    )
    source.DatabaseDocument.storeAsURL((folder / "units.odb").as_uri(), ())
    databases.registerObject(_DATABASE, source)


def _merge(services: Any, context: Any, folder: Path, out: Path) -> None:
    merge = services.createInstanceWithContext("com.sun.star.text.MailMerge", context)
    for name, value in (
        ("DocumentURL", (folder / "template.fodt").as_uri()), ("DataSourceName", _DATABASE), ("Command", _TABLE),
        ("CommandType", CommandType.TABLE), ("OutputType", MailMergeType.FILE), ("OutputURL", out.parent.as_uri()),
        ("FileNamePrefix", out.stem), ("SaveAsSingleFile", True), ("SaveFilter", "writer_pdf_Export"),
    ):
        setattr(merge, name, value)
    merge.execute(())


def main(folder: Path, fonts: Path, out: Path) -> None:
    """Merge, and print the seconds."""
    start = time.perf_counter()
    process, pipe = _start(folder, fonts)
    try:
        context = _connect(pipe)
        services = context.ServiceManager
        _register(services, context, folder)
        ready = time.perf_counter()
        _merge(services, context, folder, out)
        done = time.perf_counter()
        services.createInstanceWithContext("com.sun.star.frame.Desktop", context).terminate()
        process.wait(_PATIENCE)
    finally:
        if process.poll() is None:
            process.kill()
    print(json.dumps({"seconds": done - ready, "start": ready - start}))


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:]))
