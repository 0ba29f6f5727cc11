"""One log file beside the store, so that a clerk can send it with a question. It holds no answers of forms."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path


def start_logging(folder: Path) -> Path:
    """Log warnings and errors to `folder/log/greenladder.log`, a few files of 1 MB; returns its path."""
    path = folder / "log" / "greenladder.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=3, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    return path
