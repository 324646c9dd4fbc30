"""Rows of tables that people send, CSV or XLSX, read with bounded memory as text."""

from .header import Columns, match_columns
from .opening import open_table
from .table import FileRefused, Row, RowLimits, Table
from .values import iso_date

__all__ = [
    "Columns",
    "FileRefused",
    "Row",
    "RowLimits",
    "Table",
    "iso_date",
    "match_columns",
    "open_table",
]
