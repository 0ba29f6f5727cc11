"""Printed products: data of the store into a document, the document into a PDF, the PDF onto the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
