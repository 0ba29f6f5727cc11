"""Why the system could not do something with a file, in two or three Chinese words."""

from __future__ import annotations

import errno
from typing import Final

_REASONS: Final = {
    errno.ENOENT: "没有这个文件或文件夹", errno.EACCES: "没有读写权限", errno.EPERM: "没有读写权限",
    errno.ENOSPC: "磁盘已满", errno.EROFS: "磁盘是只读的", errno.EISDIR: "这是一个文件夹，不是文件",
    errno.ENOTDIR: "路径中有一段不是文件夹", errno.EEXIST: "已有同名的文件", errno.ENAMETOOLONG: "名称太长",
    errno.EIO: "磁盘或U盘读写出错", errno.EBUSY: "文件正被其他程序占用", errno.ENODEV: "磁盘或U盘已经拔出",
    errno.ENXIO: "磁盘或U盘已经拔出",
}


def reason_in_words(error: OSError) -> str:
    """The reason, for a sentence that names the file."""
    return _REASONS.get(error.errno or 0, "系统没有说明原因")
