"""Writes the same random rows as csv, and as Parquet by pyarrow and DuckDB in several ways.

    python3 write_files.py FOLDER [pyarrow] [duckdb]

The files in src/test/resources were made by
    python3 src/test/python/write_files.py src/test/resources/dev/farsight/parquet/source pyarrow duckdb
"""

import random
import sys
from pathlib import Path

ROWS = 150
COLUMNS = ["label", "visits", "price", "user", "shop", "seen", "tags"]


def make_rows():
    rng = random.Random(24)

    def maybe(value):
        return None if rng.random() < 0.2 else value

    return [
        (
            rng.randrange(2),
            maybe(rng.randrange(-3, 5000)),
            maybe(rng.randrange(1 << 20) / 1024),
            maybe(rng.randrange(9 if rng.random() < 0.5 else 1 << 30)),
            maybe("shop \u00e9%d" % rng.randrange(40)),
            maybe([rng.randrange(-5, 12) for _ in range(rng.randrange(5))]),
            maybe(["t%d" % rng.randrange(20) for _ in range(rng.randrange(4))]),
        )
        for _ in range(ROWS)
    ]


def write_csv(rows, folder):
    def text(value):
        if value is None:
            return ""
        return "|".join(map(str, value)) if isinstance(value, list) else str(value)

    lines = [",".join(COLUMNS)] + [",".join(map(text, row)) for row in rows]
    (folder / "rows.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_pyarrow(rows, folder):
    import pyarrow
    from pyarrow import parquet

    def table(large):
        text = pyarrow.large_string() if large else pyarrow.string()
        lists = pyarrow.large_list if large else pyarrow.list_
        types = [
            pyarrow.bool_() if large else pyarrow.int8(),
            pyarrow.int64() if large else pyarrow.int16(),
            pyarrow.float64(),
            pyarrow.uint32() if large else pyarrow.int32(),
            text,
            lists(pyarrow.int64()),
            lists(text),
        ]
        columns = [
            pyarrow.array([bool(v) for v in values] if pyarrow.types.is_boolean(type) else values, type)
            for values, type in zip(zip(*rows), types)
        ]
        return pyarrow.table(columns, COLUMNS)

    ways = {
        "default": {},
        "gzip": dict(compression="gzip", use_dictionary=False, row_group_size=64),
        "zstd": dict(compression="zstd", data_page_version="2.0", row_group_size=40),
        "lz4": dict(compression="lz4", use_dictionary=False, data_page_version="2.0"),
        "none": dict(compression="none", use_compliant_nested_type=False, write_page_checksum=True),
        "encoded": dict(
            use_dictionary=False,
            column_encoding={
                "visits": "DELTA_BINARY_PACKED",
                "price": "BYTE_STREAM_SPLIT",
                "user": "BYTE_STREAM_SPLIT",
                "shop": "DELTA_BYTE_ARRAY",
                "tags.list.element": "DELTA_LENGTH_BYTE_ARRAY",
            },
        ),
    }
    for n, (name, options) in enumerate(ways.items()):
        data = table(large=n % 2 == 1)
        parquet.write_table(data, folder / f"pyarrow-{name}.parquet", store_schema=False, **options)


def write_duckdb(rows, folder):
    import duckdb

    base = duckdb.connect()
    base.execute(
        "create table r (label tinyint, visits bigint, price double, user uinteger, shop varchar,"
        " seen bigint[], tags varchar[])"
    )
    base.executemany("insert into r values (?, ?, ?, ?, ?, ?, ?)", rows)
    for name, options in {"snappy": "", "zstd": ", compression zstd, parquet_version v2"}.items():
        file = folder / f"duckdb-{name}.parquet"
        base.execute(f"copy r to '{file}' (format parquet{options})")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    made = make_rows()
    write_csv(made, target)
    for writer in sys.argv[2:]:
        {"pyarrow": write_pyarrow, "duckdb": write_duckdb}[writer](made, target)
