"""Reads models and npy exports of Farsight with NumPy, and computes their logits. One file, Python 3.8 or newer.

    from farsight_model import FarsightModel
    model = FarsightModel("runs/a/model")
    logits = model.logits(dense, {"C1": [3, 7], "C2": [1, 1], ...})          # one index a sample and feature
    table = model.rows("C1", range(100))                                      # float32 [100][dim]

    python farsight_model.py runs/a/model --batch inputs.npz --out logits.npy

Rows that are not in the files were never written: they have initial values, which are functions of the seed and are
computed here to the same bits. Nothing is loaded at once: a table's files are mapped, and only rows that are asked for
are read. Formats: docs/run-directory.md (model.json) and docs/export.md, of the version that wrote the model.
"""
import argparse
import hashlib
import json
import pathlib
import string
import sys

import numpy as np

FORMAT = 4
GOLDEN_64 = np.uint64(0x9E3779B97F4A7C15)
GOLDEN_32 = np.uint32(0x9E3779B9)
NORM_MARGIN = np.float32(1e-7)
FLOAT16_LARGEST = 65504
SAMPLES_AT_ONCE = 8192
MAPPED_BYTES = 1 << 16


class ModelError(Exception):
    """What is wrong with a model, or with what it is asked for; one line."""


# Initial values: see the class InitialRows of core-api. Integers wrap.


def mix64(z):
    """SplitMix64's finalizer, of an array of uint64."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def mix32(h):
    """MurmurHash3's finalizer, of an array of uint32."""
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))


def uint64(number):
    return np.array([number & 0xFFFFFFFFFFFFFFFF], np.uint64)


def row_keys(seed, generation, table, index):
    """The keys of rows of a table, from which their weights are drawn."""
    if generation > 0:
        seed = int(mix64(uint64(~seed) + GOLDEN_64 * uint64(generation))[0])
    table_key = mix64(uint64(seed) + GOLDEN_64 * uint64(table + 1))
    return mix64(table_key + GOLDEN_64 * (index.astype(np.uint64) + np.uint64(1)))


def bits(keys, elements):
    """32 random bits for each key and element."""
    low, high = keys.astype(np.uint32)[:, None], (keys >> np.uint64(32)).astype(np.uint32)[:, None]
    return mix32((low + elements[None, :] * GOLDEN_32) ^ high)


def draw(keys, dim, law, scale):
    """Weights as float32, [keys][dim], before they are rounded to the precision of the rows."""
    scale = np.float32(scale)
    if law == "uniform":
        u = (bits(keys, np.arange(dim, dtype=np.uint32)) >> np.uint32(8)).astype(np.float64)
        return (u * 2.0**-23 - 1).astype(np.float32) * scale
    if law == "normal":
        h = bits(keys, np.arange(6 * dim, dtype=np.uint32))
        n = ((h & np.uint32(0xFFFF)) + (h >> np.uint32(16))).astype(np.int64).reshape(len(keys), dim, 6).sum(axis=2)
        return ((2 * n - 12 * 65535) * 2.0**-17).astype(np.float32) * scale
    raise ModelError(f"unknown draw {law!r}: this file is of another version of Farsight than the model")


def rounded(weights, precision):
    """To the nearest number of the precision, as float32. Weights are finite."""
    if precision == "fp32":
        return weights
    if precision == "fp16":
        return np.clip(weights, -FLOAT16_LARGEST, FLOAT16_LARGEST).astype(np.float16).astype(np.float32)
    if precision == "bf16":
        b = weights.view(np.uint32)
        b = (b + np.uint32(0x7FFF) + (b >> np.uint32(16) & np.uint32(1))) & np.uint32(0xFFFF0000)
        return b.view(np.float32)
    raise ModelError(f"unknown precision {precision!r}: this file is of another version of Farsight than the model")


# Files


KEPT = frozenset((string.ascii_letters + string.digits + "_-").encode())
LONGEST_NAME = 120


def file_name(name):
    """The file, without a suffix, of a table or parameter that may be named anything."""
    utf8 = name.encode()
    text = "".join(chr(b) if b in KEPT or (b == ord(".") and i > 0) else f"%{b:02X}" for i, b in enumerate(utf8))
    return text if len(text) <= LONGEST_NAME else text[:LONGEST_NAME] + "~" + hashlib.sha256(utf8).hexdigest()[:16]


class Table:
    """The rows of one table. Those in the files are read where they are; all others are computed."""

    def __init__(self, model, number):
        self.json = model.json["tables"][number]
        self.name, self.count = self.json["name"], self.json["rows"]
        self._model, self._number = model, number
        base = model.folder / "rows"
        self._index = model.load(base / f"{file_name(self.name)}.index.npy")
        self._weight = model.load(base / f"{file_name(self.name)}.weight.npy")
        if self._weight.shape != (len(self._index), model.dim):
            raise ModelError(f"{base}: table {self.name!r} has weights of shape {self._weight.shape}")

    def rows(self, indices):
        """The weights of rows as float32, [indices][dim]."""
        indices = np.asarray(indices, np.int64).ravel()
        if len(indices) and not (0 <= indices.min() and indices.max() < self.count):
            raise ModelError(f"table {self.name!r} has {self.count} rows, no row {self._outside(indices)}")
        result = np.empty((len(indices), self._model.dim), np.float32)
        place = np.searchsorted(self._index, indices)
        there = place < len(self._index)
        there[there] = self._index[place[there]] == indices[there]
        result[there] = self._weight[place[there]]
        if not there.all():
            result[~there] = self.initial(indices[~there])
        return result

    def initial(self, indices):
        """What rows have before they are written for the first time."""
        json = self._model.json
        keys = row_keys(json["seed"], json["generation"], self._number, indices)
        weights = draw(keys, self._model.dim, self.json["draw"]["type"], self.json["draw"]["scale"])
        return rounded(weights, json["precision"])

    def _outside(self, indices):
        return indices[(indices < 0) | (indices >= self.count)][0]


class FarsightModel:
    """A model: the folder `model` of a run, or an export as npy."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        try:
            self.json = json.loads((self.folder / "model.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as e:
            raise ModelError(f"{self.folder}: contains no model that can be read: {e}") from e
        if self.json.get("format") != FORMAT or "model" not in self.json:
            raise ModelError(
                f"{self.folder}: model.json has format {self.json.get('format')} or no description of the model; "
                f"format {FORMAT} is read. Let Farsight load it and save it again"
            )
        if self.json["weights"] != "npy":
            raise ModelError(f"{self.folder}: has its weights as {self.json['weights']}; export it as npy")
        if self.json["rows"] == "changed":
            raise ModelError(f"{self.folder}: has only the rows that differ from an earlier state")
        self.dim = self.json["dim"]
        self.features = self.json["model"]["features"]
        self.dense_width = self.json["model"]["dense_width"]
        self.settings = self.json["model"]["settings"]
        self.tables = {t["name"]: Table(self, n) for n, t in enumerate(self.json["tables"])}
        self.parameters = {
            name: self.load(self.folder / "dense" / f"{file_name(name)}.npy") for name in self.json["dense"]
        }

    @staticmethod
    def load(file):
        """An array, mapped rather than read."""
        try:
            return np.load(file, mmap_mode="r" if file.stat().st_size > MAPPED_BYTES else None, allow_pickle=False)
        except (OSError, ValueError) as e:
            raise ModelError(f"{file}: cannot be read: {e}") from e

    def transform(self, raw):
        """Dense values as the model takes them, float32 [samples][dense_width], from raw ones. NaN is a missing value."""
        columns = self.json["model"]["dense_features"]
        raw = np.asarray(raw, np.float64)
        if len(columns) != self.dense_width or raw.shape[1:] != (self.dense_width,):
            raise ModelError(f"{len(columns)} dense features are described, and {raw.shape} raw values given")
        return np.stack([transformed(c["transforms"], raw[:, i]) for i, c in enumerate(columns)], axis=1)

    def rows(self, table, indices):
        """The weights of rows of a table as float32, [indices][dim], whether they are in the files or not."""
        return self.tables[table].rows(indices)

    def logits(self, dense, indices, offsets=None, weights=None):
        """The logits of samples, float32 [samples]. The probability is 1 / (1 + exp(-logit)).

        dense    [samples][dense_width], transformed as the model's data was; None if the width is 0
        indices  by feature: the rows that its samples look up, in their order. A dict by name, or a sequence in the order of features
        offsets  by feature, for those whose samples have other than one lookup each: [samples] or [samples + 1], the position
                 in indices of each sample's first lookup
        weights  by feature, for those whose lookups have weights
        """
        indices, offsets, weights = (self._by_name(x) for x in (indices, offsets, weights))
        samples = self._samples(dense, indices, offsets)
        dense = np.zeros((samples, 0)) if dense is None else np.asarray(dense, np.float64).reshape(samples, -1)
        if dense.shape[1] != self.dense_width:
            raise ModelError(f"dense has {dense.shape[1]} values a sample, the model {self.dense_width}")
        bags = [Bags(self, feature, samples, indices, offsets, weights) for feature in self.features]
        result = np.empty(samples, np.float32)
        for begin in range(0, samples, SAMPLES_AT_ONCE):
            end = min(samples, begin + SAMPLES_AT_ONCE)
            pooled = [bag.pooled(begin, end) for bag in bags]
            bag = np.stack(pooled, axis=1) if pooled else np.zeros((end - begin, 0, self.dim))
            result[begin:end] = self._run(dense[begin:end], bag)
        return result

    def _by_name(self, values):
        if values is None or isinstance(values, dict):
            return values or {}
        return {feature["name"]: value for feature, value in zip(self.features, values)}

    def _samples(self, dense, indices, offsets):
        for feature in self.features:
            name = feature["name"]
            if name in indices and name not in offsets:
                return len(indices[name])
        if dense is not None and self.dense_width > 0:
            return len(dense)
        first = self.features[0]["name"]
        raise ModelError(f"how many samples there are is told by dense, or by a feature without offsets, unlike {first!r}")

    def _run(self, dense, bag):
        """Runs the ops of the tape, in order."""
        values = []
        for op in self.json["model"]["tape"]["ops"]:
            x = [values[i] for i in op["inputs"]]
            p = [np.asarray(self.parameters[name], np.float64) for name in op.get("parameters", [])]
            if op["op"] not in OPS:
                raise ModelError(f"unknown op {op['op']!r}: this file is of another version of Farsight than the model")
            value = dense if op["op"] == "dense" else bag if op["op"] == "embedding-bag" else OPS[op["op"]](op, x, p)
            values.append(value.reshape([len(dense)] + op["shape"]))
        return values[self.json["model"]["tape"]["logits"]].reshape(-1)


class Bags:
    """The lookups of one feature."""

    def __init__(self, model, feature, samples, indices, offsets, weights):
        name = feature["name"]
        if name not in indices:
            raise ModelError(f"there are no indices for feature {name!r}")
        self.feature, self.table = feature, model.tables[feature["table"]]
        self.indices = np.asarray(indices[name], np.int64).ravel()
        self.starts = np.asarray(offsets[name], np.int64).ravel() if name in offsets else np.arange(samples + 1)
        if len(self.starts) == samples:
            self.starts = np.append(self.starts, len(self.indices))
        rising = len(self.starts) == samples + 1 and (np.diff(self.starts) >= 0).all()
        if not rising or self.starts[0] != 0 or self.starts[-1] != len(self.indices):
            raise ModelError(f"feature {name!r}: {len(self.indices)} indices do not fit {samples} samples; give offsets")
        self.weights = np.asarray(weights[name], np.float64).ravel() if name in weights else None
        if feature["weighted"] and (self.weights is None or len(self.weights) != len(self.indices)):
            raise ModelError(f"feature {name!r}: each lookup needs a weight")

    def pooled(self, begin, end):
        """The pooled rows of samples, [samples][dim]; zeros for an empty bag."""
        first, last = self.starts[begin], self.starts[end]
        unique, inverse = np.unique(self.indices[first:last], return_inverse=True)
        rows = self._bounded(self.table.rows(unique)).astype(np.float64)[inverse.ravel()]
        if self.feature["weighted"]:
            rows = rows * self.weights[first:last, None]
        counts = np.diff(self.starts[begin : end + 1])
        sample = np.repeat(np.arange(end - begin), counts)
        if self.feature["pooling"] == "max":
            result = np.full((end - begin, rows.shape[1]), -np.inf)
            np.maximum.at(result, sample, rows)
            result[counts == 0] = 0
            return result
        result = np.zeros((end - begin, rows.shape[1]))
        np.add.at(result, sample, rows)
        return result / np.maximum(counts, 1)[:, None] if self.feature["pooling"] == "mean" else result

    def _bounded(self, rows):
        """Rows brought to the largest norm of the table."""
        most = self.feature["max_norm"]
        if most is None:
            return rows
        norms = np.sqrt((rows.astype(np.float64) ** 2).sum(axis=1))
        factors = np.where(norms > most, most / (norms + NORM_MARGIN), 1.0)
        return (rows * factors[:, None]).astype(np.float32)


def transformed(steps, values):
    """The values of one dense column, float32."""
    missing = steps[0]["mean"] if steps and steps[0]["type"] == "standard" else 0
    values = np.where(np.isnan(values), missing, values)
    for step in steps:
        if step["type"] == "log":
            values = np.log(np.maximum(values, -1) + 2)
        elif step["type"] == "standard":
            values = (values - step["mean"]) / step["deviation"] if step["deviation"] else np.zeros_like(values)
        elif step["type"] == "clip":
            values = np.clip(values, step.get("min", -np.inf), step.get("max", np.inf))
        else:
            raise ModelError(f"unknown transform {step['type']!r}; give dense values that are transformed")
    return values.astype(np.float32)


# Ops: of float64 arrays [samples][features][width]; see the interface Op of core-api.


def flat(x):
    return x.reshape(len(x), -1)


ACTIVATIONS = {
    "none": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": lambda x: 0.5 * (1 + np.tanh(0.5 * x)),
    "tanh": np.tanh,
}


def linear(op, x, p):
    return ACTIVATIONS[op["activation"]](flat(x[0]) @ p[0].T + p[1])


def pairwise(op, x, p):
    vectors = np.concatenate([x[0], x[1]], axis=1)
    i, j = np.triu_indices(vectors.shape[1], 1)
    return np.concatenate([flat(x[0]), (vectors @ vectors.transpose(0, 2, 1))[:, i, j]], axis=1)


def cross(op, x, p):
    x0, x1 = flat(x[0]), flat(x[1])
    inner = x1 @ p[0].T if op["rank"] == 0 else x1 @ p[0].T @ p[1].T
    return x0 * (inner + p[-1]) + x1


def factorization_machine(op, x, p):
    return (x[0].sum(axis=1) ** 2 - (x[0] ** 2).sum(axis=1)) / 2


def layer_norm(op, x, p):
    v = flat(x[0])
    centred = v - v.mean(axis=1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + op["eps"]) * p[0] + p[1]


OPS = {
    "dense": None,
    "embedding-bag": None,
    "linear": linear,
    "pairwise": pairwise,
    "concat": lambda op, x, p: np.concatenate([flat(v) for v in x], axis=1),
    "slice": lambda op, x, p: x[0][:, :, op["from"] : op["from"] + op["shape"][1]],
    "add": lambda op, x, p: sum(x),
    "multiply": lambda op, x, p: x[0] * x[1],
    "sum": lambda op, x, p: flat(x[0]).sum(axis=1),
    "cross": cross,
    "factorization-machine": factorization_machine,
    "layer-norm": layer_norm,
    "dropout": lambda op, x, p: x[0],
}


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description="Computes the logits of a batch.",
        epilog="The batch is an npz file: dense [samples][width]; and for each feature NAME the array index.NAME, with "
        "offsets.NAME if its samples have other than one lookup each, and weight.NAME if its lookups have weights.",
    )
    parser.add_argument("model", metavar="MODEL_DIR", help="the folder `model` of a run, or an export as npy")
    parser.add_argument("--batch", required=True, metavar="NPZ", help="the samples")
    parser.add_argument("--out", required=True, metavar="NPY", help="where to write the logits, float32 [samples]")
    given = parser.parse_args(arguments)
    try:
        with np.load(given.batch, allow_pickle=False) as batch:
            arrays = dict(batch.items())
        parts = {
            kind: {key[len(kind) + 1 :]: value for key, value in arrays.items() if key.startswith(kind + ".")}
            for kind in ("index", "offsets", "weight")
        }
        model = FarsightModel(given.model)
        np.save(given.out, model.logits(arrays.get("dense"), parts["index"], parts["offsets"], parts["weight"]))
    except (ModelError, OSError, ValueError) as e:
        print(f"farsight_model.py: {e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
