"""What to tell the clerk when the database server refuses or is not there."""

from __future__ import annotations

from typing import Final

_USER: Final = "不认这个用户名和密码。请核对server.toml里的用户名和密码文件，或请服务器管理员重设密码"
_NO_DATABASE: Final = "上没有这个数据库。请核对数据库名，或请服务器管理员建立"
_NO_RIGHT: Final = "不许这个用户读写绿阶的数据。请服务器管理员把该数据库的所有者改为这个用户"
_FULL: Final = "的磁盘已满，刚才的内容没有保存。请服务器管理员清理磁盘后再试"
_BUSY: Final = "正在保存别人的一大批数据，刚才的内容没有保存。请过一会儿再试"
_CROWDED: Final = "同时连接的人太多。请过一会儿再试，或请服务器管理员增加连接数"
_STARTING: Final = "正在启动、停机或维护，现在连不上。请过几分钟再试"
_LOST: Final = "的连接断开了，刚才的内容可能没有保存。请检查网络后再试一次"
_UNREACHABLE: Final = "连不上。请检查网络，以及服务器是否开机、地址和端口是否正确"
_COLLIDED: Final = "上有人同时改动同一处，刚才的内容没有保存。请再试一次"
_READ_ONLY: Final = "现在是只读的，不能保存。请服务器管理员检查是否连到了备用服务器"
_DAMAGED: Final = "报告数据文件有损坏或读写出错。请停止填报，请服务器管理员检查并从备份恢复"
_SHORT: Final = "的内存或其他资源不够。请过一会儿再试，或请服务器管理员检查"
_NOT_LISTED: Final = "不许这台电脑连接。请服务器管理员在pg_hba.conf中加入这台电脑"
_MISTYPED: Final = "的地址或连接参数写法不对，没有连接。请核对server.toml里的database，或请服务器管理员核对"

#: By SQLSTATE, longest first: a whole code, or its class (the first two characters).
_BY_STATE: Final = {
    "28P01": _USER, "28000": _USER, "3D000": _NO_DATABASE, "42501": _NO_RIGHT, "25006": _READ_ONLY,
    "53100": _FULL, "53300": _CROWDED, "55P03": _BUSY, "57014": _BUSY, "57P03": _STARTING, "57P01": _LOST,
    "57P02": _LOST, "57P05": _LOST, "25P03": _LOST, "40001": _COLLIDED, "40P01": _COLLIDED, "58030": _DAMAGED,
    "XX001": _DAMAGED, "XX002": _DAMAGED, "08": _LOST, "53": _SHORT,
}
#: A refused connection has no SQLSTATE, only words, in the server's language.
_BY_WORDS: Final = (
    (("password authentication failed", "no password supplied", "认证失败", "没有提供密码"), _USER),
    (("pg_hba.conf",), _NOT_LISTED),
    (("role", "角色"), _USER),
    (("database system", "数据库系统", "accepting connections"), _STARTING),
    (("too many clients", "remaining connection slots", "too many connections", "太多的客户"), _CROWDED),
    (("permission denied", "权限"), _NO_RIGHT),
    (("database", "数据库"), _NO_DATABASE),
)
#: What the driver says when an open connection ends under it.
_BROKEN: Final = (
    "server closed the connection", "connection is lost", "connection is closed", "consuming input failed",
    "could not receive data", "could not send data", "SSL connection has been closed", "sending query failed",
)
_REFUSAL: Final = ("FATAL:", "致命错误:", "fe_sendauth:")


def server_problem(place: str, error: BaseException | None) -> str | None:
    """The sentence for a failure of server or network; None for anything else, which is a mistake of ours."""
    if error is None or not hasattr(error, "sqlstate"):
        return None
    state = error.sqlstate
    reason: str | None
    if isinstance(state, str):
        reason = _BY_STATE.get(state) or _BY_STATE.get(state[:2])
    elif any(kind.__name__ == "OperationalError" for kind in type(error).__mro__):
        reason = _reason_in(str(error))
    else:
        reason = None
    return None if reason is None else f"数据库服务器“{place}”{reason}。"


def mistyped(place: str, error: BaseException) -> str | None:
    """The sentence for an address that the driver could make nothing of, before it asked any server; else None.

    `error` is what connecting raised: what is no error of the driver's own is about what it was given.
    """
    is_drivers = hasattr(error, "sqlstate")
    refused = any(kind.__name__ in ("ProgrammingError", "NotSupportedError") for kind in type(error).__mro__)
    if is_drivers and (not refused or getattr(error, "sqlstate", None) is not None):
        return None
    return f"数据库服务器“{place}”{_MISTYPED}。"


def _reason_in(words: str) -> str:
    _, refused, why = max((words.partition(mark) for mark in _REFUSAL), key=lambda parts: len(parts[1]))
    if refused:
        for marks, reason in _BY_WORDS:
            if any(mark in why for mark in marks):
                return reason
    return _LOST if not refused and any(mark in words for mark in _BROKEN) else _UNREACHABLE
