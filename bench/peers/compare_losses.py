#!/usr/bin/env python3
"""Trains in PyTorch from the same initial weights and the same file as a run of Farsight, and compares the loss of each step.

    ./farsight train --set model.save-initial=true --set train.max-steps=50 --set data.source=criteo --set data.path=FILE ...
    ./compare_losses.py RUN...

RUN is a run's directory. Settings come from its report.json, weights from initial-model/, losses from metrics.jsonl. The file is
read, and models (models.py) and optimizers are written, independently of Farsight: rows by value modulo the table's rows, dense features
by log(max(x, -1) + 2), SGD or row-wise Adagrad on whole tables' touched rows. Inputs and initial weights are the float32 numbers that Farsight has; PyTorch
computes with them in float64, since its own float32 drifts from that as far as anybody's. Exit status 1 if a loss differs by more
than --tolerance, 77 where torch or numpy is missing.
"""

import argparse
import csv
import gzip
import json
import math
import sys
from pathlib import Path

try:
    import numpy as np
    import torch
    from torch.nn import functional
except ImportError as missing:
    print(f"skipped: {missing}; name a Python that has torch in the environment variable PYTHON")
    sys.exit(77)

from model_files import array, manifest
from models import MODELS

AVAZU_WHOLE_NUMBERS = {"C1", "banner_pos", "device_type", "device_conn_type"}


def open_text(path):
    return gzip.open(path, "rt", newline="") if path.endswith(".gz") else open(path, newline="")


def rows_of_file(source, path, tables):
    """Yields label, raw dense fields and row indices of each line, for tables of (name, rows)."""
    with open_text(path) as file:
        if source == "criteo":
            for line in file:
                fields = line.rstrip("\r\n").split("\t")
                fields += [""] * (40 - len(fields))
                indices = [int(f, 16) % rows if f else 0 for f, (_, rows) in zip(fields[14:], tables)]
                yield float(fields[0]), fields[1:14], indices
        else:
            for record in csv.DictReader(file):
                indices = [int(record[name], 10 if name in AVAZU_WHOLE_NUMBERS else 16) % rows if record[name] else 0
                           for name, rows in tables]
                yield float(record["click"]), [record[f"C{c}"] for c in range(14, 22)], indices


def read_samples(source, path, tables, eval_fraction):
    """The part of the file to train on: labels, dense features, indices."""
    labels, dense, indices = [], [], []
    for label, raw, row in rows_of_file(source, path, tables):
        labels.append(label)
        dense.append([math.log(max(float(x) if x else 0, -1) + 2) for x in raw])
        indices.append(row)
    # Half a row is rounded up, so that the last seventh and the like are cut as in Farsight.
    count = len(labels) - math.floor(len(labels) * eval_fraction + .5)
    # As Farsight rounds them.
    dense = torch.tensor(dense[:count], dtype=torch.float32).double()
    return torch.tensor(labels[:count], dtype=torch.float64), dense, torch.tensor(indices[:count])


class Model:
    """A model with the parameters that Farsight exported. Only rows that the run touched are there."""

    def __init__(self, folder, described, tables, settings):
        self.settings, self.function = settings, MODELS[settings["type"]]
        names = described["dense"]
        # State of an optimizer is named after its parameter: top.0.weight.adagrad.
        self.dense = {name: torch.from_numpy(np.load(array(folder / "dense", name, ".npy"))).double().requires_grad_()
                      for name in names if name.rpartition(".")[0] not in names}
        self.position = []
        starts, weights = 0, []
        for name, rows in tables:
            index = np.load(array(folder / "rows", name, ".index.npy"))
            position = np.full(rows, -1, dtype=np.int64)
            position[index] = starts + np.arange(len(index))
            self.position.append(torch.from_numpy(position))
            weights.append(np.load(array(folder / "rows", name, ".weight.npy")).reshape(len(index), described["dim"]))
            starts += len(index)
        self.rows = torch.from_numpy(np.concatenate(weights)).double().requires_grad_()

    def find(self, indices):
        """Positions in self.rows of a batch's lookups, [samples, tables]."""
        found = torch.stack([position[indices[:, t]] for t, position in enumerate(self.position)], 1)
        if (found < 0).any():
            raise SystemExit("a row of the file was not touched by the run: not the same samples?")
        return found

    def logits(self, dense, positions):
        return self.function(self.settings, self.dense, dense, self.rows[positions]).squeeze(1)


class Sgd:
    def __init__(self, model, rate, eps):
        self.rate = rate

    def update_dense(self, name, weight, gradient):
        weight -= self.rate * gradient

    def update_rows(self, rows, touched, gradient):
        rows[touched] -= self.rate * gradient


class RowwiseAdagrad:
    """One sum of squares a row, one an element for dense parameters."""

    def __init__(self, model, rate, eps):
        self.rate, self.eps = rate, eps
        self.dense_sums = {name: torch.zeros_like(weight) for name, weight in model.dense.items()}
        self.row_sums = torch.zeros(len(model.rows), 1, dtype=torch.float64)

    def update_dense(self, name, weight, gradient):
        self.dense_sums[name] += gradient * gradient
        weight -= self.rate * gradient / (self.dense_sums[name].sqrt() + self.eps)

    def update_rows(self, rows, touched, gradient):
        self.row_sums[touched] += (gradient * gradient).mean(1, keepdim=True)
        rows[touched] -= self.rate * gradient / (self.row_sums[touched].sqrt() + self.eps)


def train(model, optimizer, samples, batch_size, steps):
    """Losses of the first steps."""
    labels, dense, indices = samples
    losses = []
    while len(losses) < steps:
        for start in range(0, len(labels), batch_size):
            batch = slice(start, start + batch_size)
            positions = model.find(indices[batch])
            loss = functional.binary_cross_entropy_with_logits(model.logits(dense[batch], positions), labels[batch])
            loss.backward()
            with torch.no_grad():
                for name, weight in model.dense.items():
                    optimizer.update_dense(name, weight, weight.grad)
                    weight.grad = None
                touched = positions.unique()
                optimizer.update_rows(model.rows, touched, model.rows.grad[touched])
                model.rows.grad = None
            losses.append(loss.item())
            if len(losses) == steps:
                break
    return losses


def compare(run):
    """The largest difference of a loss."""
    config = json.loads((run / "report.json").read_text())["config"]
    config = config.get("farsight", config)
    described = manifest(run / "initial-model")
    tables = [(table["name"], table["rows"]) for table in described["tables"]]
    lines = map(json.loads, (run / "metrics.jsonl").read_text().splitlines())
    theirs = [line["loss"] for line in lines if "loss" in line]

    data = config["data"]
    if data["source"] not in ("criteo", "avazu"):
        raise SystemExit(f"data.source = {data['source']}: only criteo and avazu files are read here")
    samples = read_samples(data["source"], data["path"], tables, float(data["eval-fraction"]))
    model = Model(run / "initial-model", described, tables, config["model"])
    kind = {"sgd": Sgd, "rowwise-adagrad": RowwiseAdagrad}[config["optimizer"]["type"]]
    optimizer = kind(model, float(config["optimizer"]["learning-rate"]), float(config["optimizer"]["eps"] or 1e-10))
    ours = train(model, optimizer, samples, int(data["batch-size"]), len(theirs))

    differences = np.abs(np.array(ours) - np.array(theirs))
    worst = int(differences.argmax())
    print(f"{data['source']}, {config['model']['type']}, {config['optimizer']['type']}: {len(theirs)} steps of {data['batch-size']}, "
          f"loss {theirs[0]:.6f} to {theirs[-1]:.6f}; largest difference {differences[worst]:.2e} at step {worst + 1} "
          f"(Farsight {theirs[worst]:.7f}, PyTorch {ours[worst]:.7f})")
    return differences[worst]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", metavar="run", type=Path, nargs="+", help="directory of a run that had model.save-initial = true")
    parser.add_argument("--tolerance", type=float, default=1e-4, help="largest difference of a loss")
    options = parser.parse_args()
    close = [compare(run) <= options.tolerance for run in options.runs]
    return 0 if all(close) else 1


if __name__ == "__main__":
    sys.exit(main())
