"""A server's refusals by their code or, where it gives none, by its words in either language; our mistakes pass by."""

from __future__ import annotations

import psycopg
import pytest

from core.store.engine import database_problem
from core.store.server_errors import server_problem


def refused(words: str) -> psycopg.OperationalError:
    return psycopg.OperationalError(f'connection failed: connection to server at "h", port 5432 failed: {words}')


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (psycopg.errors.InvalidPassword, "用户名和密码"), (psycopg.errors.InvalidCatalogName, "没有这个数据库"),
        (psycopg.errors.InsufficientPrivilege, "不许这个用户读写"), (psycopg.errors.ReadOnlySqlTransaction, "只读"),
        (psycopg.errors.DiskFull, "磁盘已满"), (psycopg.errors.TooManyConnections, "人太多"),
        (psycopg.errors.LockNotAvailable, "别人的一大批数据"), (psycopg.errors.SerializationFailure, "再试一次"),
        (psycopg.errors.DeadlockDetected, "再试一次"), (psycopg.errors.AdminShutdown, "断开"),
        (psycopg.errors.ConnectionFailure, "断开"), (psycopg.errors.OutOfMemory, "资源不够"),
        (psycopg.errors.DataCorrupted, "备份恢复"), (psycopg.errors.CannotConnectNow, "正在启动"),
    ],
)
def test_by_code(kind: type[psycopg.Error], told: str) -> None:
    sentence = database_problem("绿阶@10.1.2.3", kind("words"))
    assert sentence is not None
    assert sentence.startswith("数据库服务器“绿阶@10.1.2.3”")
    assert told in sentence
    assert sentence.endswith("。")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ('FATAL:  password authentication failed for user "a"', "用户名和密码"),
        ("fe_sendauth: no password supplied", "用户名和密码"),
        ('致命错误:  用户 "a" Password 认证失败', "用户名和密码"),
        ('FATAL:  role "a" does not exist', "用户名和密码"),
        ('致命错误:  角色 "a" 不存在', "用户名和密码"),
        ('致命错误:  数据库 "a" 不存在', "没有这个数据库"),
        ("致命错误:  对不起, 已经有太多的客户", "人太多"),
        ('FATAL:  database "a" does not exist', "没有这个数据库"),
        ('FATAL:  no pg_hba.conf entry for host "10.1.2.9", user "a", database "a", no encryption', "pg_hba.conf"),
        ("FATAL:  the database system is starting up", "正在启动"),
        ('FATAL:  database "a" is not currently accepting connections', "维护"),
        ("FATAL:  sorry, too many clients already", "人太多"),
        ('FATAL:  permission denied for database "a"', "不许这个用户"),
        ("Connection refused\n\tIs the server running on that host?", "连不上"),
        ("connection timeout expired", "连不上"),
    ],
)
def test_by_words(words: str, told: str) -> None:
    sentence = server_problem("s", refused(words))
    assert sentence is not None
    assert told in sentence


def test_an_end_in_the_middle_is_told_apart_from_no_beginning() -> None:
    cut = psycopg.OperationalError("consuming input failed: server closed the connection unexpectedly")
    away = psycopg.OperationalError("failed to resolve host 'nosuch.invalid'")
    assert "断开" in (server_problem("s", cut) or "")
    assert "连不上" in (server_problem("s", away) or "")


@pytest.mark.parametrize(
    "mistake", [psycopg.errors.UniqueViolation("x"), psycopg.errors.SyntaxError("x"), psycopg.DataError("NUL"), None]
)
def test_our_own_mistakes_are_not_hidden(mistake: psycopg.Error | None) -> None:
    assert server_problem("s", mistake) is None
