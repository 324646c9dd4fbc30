"""Opening a file as the table that its type says."""

from typing import BinaryIO

from ..blobs.types import XLSX
from .delimited import DelimitedTable
from .table import RowLimits, Table
from .workbook import Workbook


def open_table(file: BinaryIO, type_: str, limits: RowLimits) -> Table:
    """Return the table in a file, for use in a thread; raises FileRefused."""
    return Workbook(file, limits) if type_ == XLSX else DelimitedTable(file, limits)
