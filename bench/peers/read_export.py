"""Compares an export in npy with one in parquet of the same source: read_export.py OUT_NPY OUT_PARQUET. Needs numpy, pyarrow."""
import pathlib
import sys

import numpy as np
import pyarrow.parquet as pq

from model_files import array, file_name, manifest


def matrix(table, column, rows):
    chunks = [chunk.flatten().to_numpy(zero_copy_only=False) for chunk in table[column].chunks]
    values = np.concatenate(chunks) if chunks else np.zeros(0, np.float32)
    return values.reshape(rows, -1) if rows else values.reshape(0, 0)


def main(npy, parquet):
    npy, parquet = pathlib.Path(npy), pathlib.Path(parquet)
    model = manifest(npy)
    values = 0
    for table in model["tables"]:
        name = table["name"]
        index = np.load(array(npy / "rows", name, ".index.npy"))
        rows = pq.read_table(parquet / "rows" / f"{file_name(name)}.parquet")
        assert np.array_equal(index, rows["index"].to_numpy()), name
        for column in ["weight", "state"] if model["state"] else ["weight"]:
            expected = np.load(array(npy / "rows", name, f".{column}.npy"))
            assert expected.dtype == np.float32 and len(expected) == len(index)
            assert expected.size == 0 or np.array_equal(expected, matrix(rows, column, len(index))), (name, column)
            values += expected.size
    dense = {row["name"]: row for row in pq.read_table(parquet / "dense.parquet").to_pylist()}
    assert list(dense) == model["dense"]
    for name, row in dense.items():
        expected = np.load(array(npy / "dense", name, ".npy"))
        assert list(expected.shape) == row["shape"] and np.array_equal(expected.ravel(), np.float32(row["value"])), name
        values += expected.size
    print(f"equal: {len(model['tables'])} tables, {len(dense)} dense parameters, {values} values")


main(*sys.argv[1:])
