"""Prints what DuckDB finds in an exported file of rows, or in dense.parquet: a line a row, floats by their bits."""

import struct
import sys

import duckdb


def shown(value):
    if isinstance(value, float):
        return "%08x" % struct.unpack("<I", struct.pack("<f", value))[0]
    if isinstance(value, (list, tuple)):
        return "[" + " ".join(shown(v) for v in value) + "]"
    return str(value)


file, columns = sys.argv[1], sys.argv[2]
rows = duckdb.sql(f"SELECT {columns} FROM read_parquet('{file}')")
print(" ".join(map(str, rows.types)))
for row in rows.fetchall():
    print(" ".join(map(shown, row)))
