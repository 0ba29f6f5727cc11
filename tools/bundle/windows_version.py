"""The version resource of the Windows programs: what the file's properties show."""

from __future__ import annotations

from typing import Any


def resource(name: str, version: str) -> Any:
    """PyInstaller's version resource; only Windows has the modules that it needs."""
    from PyInstaller.utils.win32 import versioninfo as v

    numbers = four_numbers(version)
    texts = {
        "CompanyName": "GreenLadder", "FileDescription": "绿阶：绿色制造单位培育库", "FileVersion": version,
        "InternalName": name, "OriginalFilename": f"{name}.exe", "ProductName": "绿阶 GreenLadder",
        "ProductVersion": version, "LegalCopyright": "MIT",
    }
    strings = v.StringTable("080404B0", [v.StringStruct(key, text) for key, text in texts.items()])
    return v.VSVersionInfo(
        ffi=v.FixedFileInfo(filevers=numbers, prodvers=numbers, mask=0x3F, flags=0x0, OS=0x40004, fileType=0x1),
        kids=[v.StringFileInfo([strings]), v.VarFileInfo([v.VarStruct("Translation", [0x0804, 0x04B0])])],
    )


def four_numbers(version: str) -> tuple[int, int, int, int]:
    """1.2.3 as Windows counts: (1, 2, 3, 0).

    Raises:
        ValueError: a part is no number.
    """
    parts = [int(part) for part in version.split(".")]
    first, second, third, fourth = (*parts, 0, 0, 0, 0)[:4]
    return first, second, third, fourth
