#!/usr/bin/env python3
"""Counts the rows that devices exchange in a step at Criteo Kaggle's cardinalities, 16,384 samples a device, against the least
possible: the distinct rows of each device's samples, counted by NumPy from the prepared samples, of which others have (N - 1) / N.
Two steps on 2, 4 and 8 ranks of the CPU, whose model is tiny: rows travel as for any other. Takes a minute, 4 GiB of memory and
NumPy; needs a built checkout.

  exchange_volumes.py [FOLDER]        default: a temporary one, removed afterwards
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy

ROOT = pathlib.Path(__file__).resolve().parent.parent
SAMPLES = 16384
STEPS = 2
DEVICES = (2, 4, 8)
ROW_BYTES = 512  # 128 weights in float32
CONF = """
farsight {
  data { source = synthetic, eval-fraction = 0, batch-size = %d
    synthetic { cardinalities = kaggle, dense = 13, zipf = 1.05, rows = %d, in-memory = false } }
  model { embedding-dim = 4, save = false, dlrm { bottom-mlp = [4], top-mlp = [4] } }
  optimizer { type = sgd, learning-rate = 0.01 }
  compute.backend = nd4j-native
  cache.size = "30%%"
  sharding { default = row, exchange = rows }
  report.hash-weights = false
}
"""


def farsight(*arguments):
    result = subprocess.run([ROOT / "farsight", *arguments], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(result.stderr)


def received(folder, devices):
    """Rows that a device receives in a step, mean of all devices and steps."""
    run = folder / f"devices-{devices}"
    farsight("train", folder / "k.conf", "--set", f"data.batch-size={SAMPLES * devices}", "--set", f"train.max-steps={STEPS}",
             "--set", f"compute.nd4j-native.devices={devices}", "--set", f"run.directory={run}")
    report = json.loads((run / "report.json").read_text())
    return numpy.mean([device["exchange"]["forward"]["received_rows"] for device in report["devices"]]) / STEPS


def least(indices, devices):
    parts = [indices[part * SAMPLES:(part + 1) * SAMPLES] for part in range(STEPS * devices)]
    unique = [sum(len(numpy.unique(part[:, table])) for table in range(part.shape[1])) for part in parts]
    return numpy.mean(unique) * (devices - 1) / devices


def measure(folder):
    (folder / "k.conf").write_text(CONF % (SAMPLES, SAMPLES * STEPS * max(DEVICES)))
    farsight("data", "prepare", folder / "k.conf", "--out", folder / "prepared")
    files = sorted((folder / "prepared").glob("train-*_sparse.npy"))
    indices = numpy.concatenate([numpy.load(file) for file in files])
    print("| devices | rows that a device receives in a step | the least possible | MB each way, of 128 weights |\n|---|---|---|---|")
    for devices in DEVICES:
        rows = received(folder, devices)
        print(f"| {devices} | {rows:,.0f} | {least(indices, devices):,.0f} | {rows * ROW_BYTES / 1e6:.1f} |", flush=True)


def main():
    if len(sys.argv) > 1:
        pathlib.Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
        measure(pathlib.Path(sys.argv[1]).resolve())
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(pathlib.Path(folder))


if __name__ == "__main__":
    main()
