"""Reads models and npy exports of Farsight with NumPy, and computes their logits. One file, Python 3.8 or newer.

    from farsight_model import FarsightModel
    model = FarsightModel("runs/a/model")
    logits = model.logits(*model.batch({"I1": ["3", ""], "C1": ["68fd1e64", ""], ...}))   # raw values, as in the data
    logits = model.logits(dense, {"C1": [3, 7], "C2": [1, 1], ...})                       # or one index a sample and feature
    rows = model.rows("C1", range(100))                                                   # float32 [100][dim]
    model.verify()                                                                        # compares all checksums
    model.apply("changed-since")                                                          # an export --changed-since that goes on

    python farsight_model.py runs/a/model --batch inputs.npz --out logits.npy

Rows that are not in the files were never written: they have initial values, which are functions of the seed and are
computed here to the same bits. Nothing is loaded at once: a table's files are mapped, and only rows that are asked for
are read. Whatever is wrong with a model or with what is given is a ModelError. Formats: docs/run-directory.md (model.json),
docs/export.md and docs/data.md, of the version that wrote the model.
"""
import argparse
import collections
import difflib
import hashlib
import json
import pathlib
import re
import string
import sys
import zipfile

import numpy as np

FORMAT = 4
GOLDEN_64 = 0x9E3779B97F4A7C15
MASK_64 = 0xFFFFFFFFFFFFFFFF
GOLDEN_32 = np.uint32(0x9E3779B9)
NORM_MARGIN = np.float32(1e-7)
FLOAT16_LARGEST = 65504
SAMPLES_AT_ONCE = 8192
MAPPED_BYTES = 1 << 16
HASHED_AT_ONCE = 1 << 20


COPY_AGAIN = "copy the model as a whole, or save it again"
OTHER_VERSION = "this file is of another version of Farsight than the model"


class ModelError(Exception):
    """What is wrong with a model, or with what it is asked for; one line."""


def require(condition, complaint):
    if not condition:
        raise ModelError(complaint)


def meant(name, names):
    """The name that is probably meant, to follow on a complaint."""
    by_lower = {str(known).lower(): known for known in names}
    near = difflib.get_close_matches(str(name).lower(), by_lower, 1)
    return f"; did you mean {by_lower[near[0]]!r}?" if near else ""


def first_of(wrong):
    """The position of the first that is wrong, for messages."""
    return int(np.flatnonzero(wrong)[0])


# Initial values: see the class InitialRows of core-api. Integers wrap.


def mix64(z):
    """SplitMix64's finalizer, of a number of 64 bits or an array of uint64."""
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK_64
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK_64
    return z ^ (z >> 31)


def mix32(h):
    """MurmurHash3's finalizer, of an array of uint32."""
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))


def row_keys(seed, generation, table, index):
    """The keys of rows of a table, from which their weights are drawn."""
    if generation > 0:
        seed = mix64(~seed + GOLDEN_64 * generation & MASK_64)
    table_key = mix64(seed + GOLDEN_64 * (table + 1) & MASK_64)
    return mix64(index.astype(np.uint64) * GOLDEN_64 + (table_key + GOLDEN_64 & MASK_64))


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
    raise ModelError(f"unknown draw {law!r}: {OTHER_VERSION}")


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
    raise ModelError(f"unknown precision {precision!r}: {OTHER_VERSION}")


# Files


KEPT = frozenset((string.ascii_letters + string.digits + "_-").encode())
LONGEST_NAME = 120


def file_name(name):
    """The file, without a suffix, of a table or parameter that may be named anything."""
    utf8 = name.encode()
    text = "".join(chr(b) if b in KEPT or (b == ord(".") and i > 0) else f"%{b:02X}" for i, b in enumerate(utf8))
    return text if len(text) <= LONGEST_NAME else text[:LONGEST_NAME] + "~" + hashlib.sha256(utf8).hexdigest()[:16]


def load(file):
    """An array, mapped rather than read."""
    try:
        return np.load(file, mmap_mode="r" if file.stat().st_size > MAPPED_BYTES else None, allow_pickle=False)
    except OSError as e:
        raise unreadable(file, e) from e
    except (ValueError, EOFError) as e:
        raise ModelError(f"{file}: is damaged, or no npy file; {COPY_AGAIN}") from e


def load_json(file):
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as e:
        raise unreadable(file, e) from e
    except ValueError as e:
        raise ModelError(f"{file}: is damaged: {e}; {COPY_AGAIN}") from e


def unreadable(file, e):
    why = "is missing" if isinstance(e, FileNotFoundError) else f"cannot be read: {e.strerror}"
    return ModelError(f"{file}: {why}; {COPY_AGAIN}")


def sha256(file):
    """The SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    try:
        with open(file, "rb") as content:
            for part in iter(lambda: content.read(HASHED_AT_ONCE), b""):
                digest.update(part)
    except OSError as e:
        raise unreadable(file, e) from e
    return digest.hexdigest()


# Models


class Table:
    """The rows of one table. Those in the files are read where they are; all others are computed."""

    def __init__(self, model, number):
        self.json = model.json["tables"][number]
        self.name, self.count = self.json["name"], self.json["rows"]
        self._model, self._number = model, number
        self._layers = [self.layer(model.folder, model.json)]

    def layer(self, folder, json):
        """The rows in the files of a model, or of an export of changed rows: indices, weights, and indices of removed rows."""
        base = folder / "rows"
        index = load(base / f"{file_name(self.name)}.index.npy")
        weight = load(base / f"{file_name(self.name)}.weight.npy")
        need = (len(index), self._model.dim)
        require(
            weight.shape == need,
            f"{base}: table {self.name!r} has weights of shape {weight.shape}, not {need}; {COPY_AGAIN}",
        )
        removed = load(base / f"{file_name(self.name)}.removed.npy") if json["rows"] == "changed" else index[:0]
        return index, weight, removed

    def apply(self, layer, json):
        """Puts changed rows over those that are here."""
        self.json = json
        self._layers = self._layers + [layer]

    def rows(self, indices):
        """The weights of rows as float32, [indices][dim]."""
        indices = whole_numbers(f"table {self.name!r}", "index", indices)
        self.check(f"table {self.name!r}", indices)
        result = np.empty((len(indices), self._model.dim), np.float32)
        left = np.arange(len(indices))  # positions whose rows are in no later layer
        unwritten = []
        for index, weight, removed in reversed(self._layers):
            place, there = self._find(index, indices[left])
            result[left[there]] = weight[place[there]]
            left = left[~there]
            gone = self._find(removed, indices[left])[1]
            unwritten.append(left[gone])
            left = left[~gone]
        unwritten = np.concatenate(unwritten + [left])
        if len(unwritten):
            result[unwritten] = self.initial(indices[unwritten])
        return result

    @staticmethod
    def _find(ascending, indices):
        """Where indices are in a sorted array, and whether they are."""
        place = np.searchsorted(ascending, indices)
        there = place < len(ascending)
        there[there] = ascending[place[there]] == indices[there]
        return place, there

    def initial(self, indices):
        """What rows have before they are written for the first time."""
        json = self._model.json
        keys = row_keys(json["seed"], json["generation"], self._number, indices)
        weights = draw(keys, self._model.dim, self.json["draw"]["type"], self.json["draw"]["scale"])
        return rounded(weights, json["precision"])

    def check(self, what, indices):
        """Complains about an index that is none of this table."""
        wrong = (indices < 0) | (indices >= self.count)
        if wrong.any():
            at = first_of(wrong)
            raise ModelError(f"{what}: index {indices[at]} at position {at}; table {self.name!r} has rows 0 to {self.count - 1}")


Batch = collections.namedtuple("Batch", "dense indices offsets weights")


class FarsightModel:
    """A model: the folder `model` of a run, or an export as npy; and exports of changed rows that go on from it, in order."""

    def __init__(self, folder, deltas=()):
        self.folder = pathlib.Path(folder)
        self.folders = [self.folder]
        self.json = self._json(self.folder)
        require(
            self.json.get("rows") != "changed",
            f"{self.folder / 'model.json'}: an export of the rows that differ from an earlier state is no model; "
            "export without --changed-since, or apply it to the model of that state",
        )
        try:
            self.dim = self.json["dim"]
            self.features = self.json["model"]["features"]
            self.dense_width = self.json["model"]["dense_width"]
            self.settings = self.json["model"]["settings"]
            self.tables = {t["name"]: Table(self, n) for n, t in enumerate(self.json["tables"])}
            self.parameters = self._dense_parameters(self.folder, self.json)
        except (KeyError, TypeError) as e:
            raise ModelError(f"{self.folder / 'model.json'}: is damaged: {type(e).__name__} {e}; {COPY_AGAIN}") from e
        self._raw = None
        for delta in deltas:
            self.apply(delta)

    @staticmethod
    def _dense_parameters(folder, json):
        return {name: load(folder / "dense" / f"{file_name(name)}.npy") for name in json["dense"]}

    def apply(self, delta):
        """Goes on to a later state: an export as npy of the rows changed since this one (export --changed-since).

        A delta that does not begin at this state is refused, and nothing is changed.
        """
        folder = pathlib.Path(delta)
        json = self._json(folder)
        file = folder / "model.json"
        require(
            json.get("rows") == "changed",
            f"{file}: is a model of its own, no export of changed rows (export --changed-since)",
        )
        try:
            begin, here = json["since"], self.json["training"]
            require(
                "steps" in begin and all(begin.get(k) == here.get(k) for k in ("steps", "loss_sha256")),
                f"{file}: begins at step {begin.get('steps')} of its run, but {self.folder} ends at step {here.get('steps')}, "
                "or is of another run; apply the exports of one run in order, without a gap",
            )
            shape = ("dim", "precision", "state")
            names = [(t["name"], t["rows"]) for t in json["tables"]]
            require(
                names == [(t["name"], t["rows"]) for t in self.json["tables"]]
                and all(json[k] == self.json[k] for k in shape),
                f"{file}: has other tables or another row format than {self.folder}",
            )
            layers = [table.layer(folder, json) for table in self.tables.values()]
            parameters = self._dense_parameters(folder, json)
        except (KeyError, TypeError, AttributeError) as e:
            raise ModelError(f"{file}: is damaged: {type(e).__name__} {e}; {COPY_AGAIN}") from e
        for number, table in enumerate(self.tables.values()):
            table.apply(layers[number], json["tables"][number])
        self.json, self.folder, self.parameters, self._raw = json, folder, parameters, None
        self.folders = self.folders + [folder]

    @staticmethod
    def _json(folder):
        file = folder / "model.json"
        if not file.exists():
            inner = folder / "model"
            hint = f"; did you mean {inner}?" if (inner / "model.json").exists() else ""
            raise ModelError(f"{folder}: has no model.json; give the folder `model` of a run, or an export as npy{hint}")
        read = load_json(file)
        require(isinstance(read, dict), f"{file}: is damaged: it is no JSON object; {COPY_AGAIN}")
        require(
            read.get("format") == FORMAT and "model" in read,
            f"{file}: has format {read.get('format')} or no description of the model; format {FORMAT} is read. "
            "Let Farsight load it and save it again",
        )
        require(
            read.get("weights") == "npy",
            f"{file}: the weights are in the format {read.get('weights')}; run `farsight export` with --format npy",
        )
        return read

    def verify(self):
        """Compares all files with the checksums in model.json, and this with its own. Reads every byte of the model once."""
        for folder in self.folders:
            self._verify(folder)

    def _verify(self, folder):
        file = folder / "model.json"
        beside = folder / "model.json.sha256"
        require(beside.exists(), f"{beside}: is missing; {COPY_AGAIN}")
        words = beside.read_bytes().split()
        self._require_equal(file, sha256(file).encode(), words[0] if words else b"")
        told = self._json(folder)
        require("files" in told, f"{file}: has no checksums; let Farsight load the model and save it again")
        for part in told["files"]:
            file = folder / part["name"]
            self._require_equal(file, sha256(file), part["sha256"])

    @staticmethod
    def _require_equal(file, found, told):
        require(found == told, f"{file}: is damaged: its SHA-256 is not the recorded one; {COPY_AGAIN}")

    def transform(self, raw):
        """Dense values as the model takes them, float32 [samples][dense_width], from raw ones. NaN is a missing value."""
        columns = self.json["model"]["dense_features"]
        require(
            len(columns) == self.dense_width,
            f"the source of the model's data ({self.settings['data']['source']}) tells no transforms; give transformed values",
        )
        raw = numbers("raw dense values", raw)
        need = f"need {self.dense_width} values a sample, in this order: {', '.join(c['name'] for c in columns)}"
        require(raw.shape[1:] == (self.dense_width,), f"raw dense values of shape {raw.shape}; they {need}")
        made = [transformed(c["name"], c["transforms"], raw[:, i]) for i, c in enumerate(columns)]
        return np.stack(made, axis=1) if made else np.zeros(raw.shape, np.float32)

    def index(self, feature, values):
        """The rows that raw values of a feature look up, int64 [values]: what `logits` takes as indices.

        Values are as docs/data.md has them: text as it is in a field, or whole numbers if the column's kind is integer. None,
        NaN and empty text are missing. Of a feature with bags, each is one value of a bag.
        """
        return self._columns().lookup(feature).index(values)

    def batch(self, columns):
        """What `logits` takes, from raw values: Batch(dense, indices, offsets, weights).

        columns  by the name of a column in the data (with `header = false` its number, as text): a value a sample. A dict, a
                 pandas.DataFrame or the like. Columns that the model does not use, such as the label, are passed over

        Values are those of `index`; in dense columns numbers, or text. A bag is text with the column's separator, or a list of
        values; so are its weights.
        """
        return self._columns().batch(columns)

    def _columns(self):
        if self._raw is None:
            try:
                self._raw = RawColumns(self)
            except (AttributeError, KeyError, TypeError, ValueError) as e:
                raise ModelError(
                    f"{self.folder}: how raw values are looked up is not known here ({type(e).__name__}: {e}); "
                    "give logits() transformed dense values, and indices"
                ) from e
        return self._raw

    def rows(self, table, indices):
        """The weights of rows of a table as float32, [indices][dim], whether they are in the files or not."""
        if table not in self.tables:
            raise ModelError(f"there is no table {table!r}{meant(table, self.tables)}")
        return self.tables[table].rows(indices)

    def logits(self, dense, indices, offsets=None, weights=None):
        """The logits of samples, float32 [samples]. The probability is 1 / (1 + exp(-logit)).

        dense    [samples][dense_width], transformed as the model's data was; may be None if the width is 0
        indices  by feature: the rows that its samples look up, in their order. A dict by name, or a list in the order of features
        offsets  by feature, for those whose samples have other than one lookup each: [samples] or [samples + 1], the position
                 in indices of each sample's first lookup
        weights  by feature, for those whose lookups have weights
        """
        indices, offsets, weights = (
            self._by_name(what, given) for what, given in (("indices", indices), ("offsets", offsets), ("weights", weights))
        )
        dense = self._dense(dense)
        samples = self._samples(dense, indices, offsets)
        bags = [Bags(self, feature, samples, indices, offsets, weights) for feature in self.features]
        dense = np.zeros((samples, 0)) if dense is None else dense
        result = np.empty(samples, np.float32)
        for begin in range(0, samples, SAMPLES_AT_ONCE):
            end = min(samples, begin + SAMPLES_AT_ONCE)
            pooled = [bag.pooled(begin, end) for bag in bags]
            bag = np.stack(pooled, axis=1) if pooled else np.zeros((end - begin, 0, self.dim))
            result[begin:end] = self._run(dense[begin:end], bag)
        return result

    def _by_name(self, what, given):
        names = [feature["name"] for feature in self.features]
        if given is None:
            return {}
        if hasattr(given, "keys"):
            for name in given.keys():
                if name not in names:
                    raise ModelError(f"{what} of {name!r}: the model has no such feature{meant(name, names)}")
            return {name: given[name] for name in given.keys()}
        require(
            isinstance(given, (list, tuple, np.ndarray)) and len(given) == len(names),
            f"{what}: give a dict by the names of features, or a list of {len(names)}, in their order",
        )
        return dict(zip(names, given))

    def _dense(self, dense):
        """The dense values as float64, checked; None if the model takes none."""
        if dense is None and self.dense_width == 0:
            return None
        require(dense is not None, f"dense: the model takes {self.dense_width} values a sample")
        dense = numbers("dense", dense)
        require(
            dense.ndim == 2 and dense.shape[1] == self.dense_width,
            f"dense has the shape {dense.shape}; the model takes [samples][{self.dense_width}]",
        )
        wrong = ~np.isfinite(dense)
        if wrong.any():
            sample, column = np.argwhere(wrong)[0]
            raise ModelError(
                f"dense: sample {sample}, column {column} is {dense[sample, column]}; "
                "model.transform(raw) and model.batch(columns) make a value of a missing one"
            )
        return dense

    def _samples(self, dense, indices, offsets):
        if dense is not None:
            return len(dense)
        for feature in self.features:
            name = feature["name"]
            if name in indices and name not in offsets:
                return array(f"feature {name!r}: index", indices[name]).size
        raise ModelError(
            "how many samples are there? All features have offsets or no indices, and the model takes no dense values; "
            "give dense as an array of the shape [samples][0]"
        )

    def _run(self, dense, bag):
        """Runs the ops of the tape, in order."""
        values = []
        for op in self.json["model"]["tape"]["ops"]:
            x = [values[i] for i in op["inputs"]]
            p = [np.asarray(self.parameters[name], np.float64) for name in op.get("parameters", [])]
            if op["op"] not in OPS:
                raise ModelError(f"unknown op {op['op']!r}: {OTHER_VERSION}")
            value = dense if op["op"] == "dense" else bag if op["op"] == "embedding-bag" else OPS[op["op"]](op, x, p)
            values.append(value.reshape([len(dense)] + op["shape"]))
        return values[self.json["model"]["tape"]["logits"]].reshape(-1)


class Bags:
    """The lookups of one feature."""

    def __init__(self, model, feature, samples, indices, offsets, weights):
        name = feature["name"]
        what = f"feature {name!r}"
        require(name in indices, f"there are no indices for {what}")
        self.feature, self.table = feature, model.tables[feature["table"]]
        self.indices = whole_numbers(what, "index", indices[name])
        self.table.check(what, self.indices)
        self.starts = self._starts(what, samples, offsets.get(name))
        self.weights = numbers(f"{what}: weights", weights[name]).ravel() if name in weights else None
        if feature["weighted"]:
            given = 0 if self.weights is None else len(self.weights)
            require(
                given == len(self.indices), f"{what}: each of its {len(self.indices)} lookups needs a weight, and there are {given}"
            )
            require(np.isfinite(self.weights).all(), f"{what}: a weight is not finite")
        else:
            require(self.weights is None, f"{what}: has no weights in the model; leave them out")

    def _starts(self, what, samples, offsets):
        lookups = len(self.indices)
        if offsets is None:
            require(
                lookups == samples,
                f"{what}: {lookups} indices for {samples} sample(s); give offsets if it is not one index a sample",
            )
            return np.arange(samples + 1)
        starts = whole_numbers(what, "offset", offsets)
        require(
            len(starts) in (samples, samples + 1),
            f"{what}: {len(starts)} offset(s); {samples} sample(s) need {samples}, or {samples + 1} with the end of the last",
        )
        if len(starts) == samples:
            starts = np.append(starts, lookups)
        require(starts[0] == 0, f"{what}: the first offset is {starts[0]}, not 0")
        falls = np.flatnonzero(np.diff(starts) < 0)
        if len(falls):
            at = falls[0]
            raise ModelError(f"{what}: offsets fall from {starts[at]} to {starts[at + 1]} after sample {at}")
        require(starts[-1] == lookups, f"{what}: the last offset is {starts[-1]}, and there are {lookups} indices")
        return starts

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


# What is given: arrays, lists, or whatever becomes an array.


def array(what, values):
    try:
        made = np.asarray(values)
    except ValueError as e:
        raise ModelError(f"{what}: lists of different lengths; of a bag, give one flat list and offsets") from e
    if made.dtype.kind == "O":
        made = np.asarray(made.tolist())
    text = made.dtype.kind in "US" and made.size > 0
    require(not text, f"{what}: numbers are needed, and there is text; model.batch(columns) and model.index(feature, values) take text")
    if made.dtype.kind not in "iuf" and made.size > 0:
        wrong = [v for v in made.ravel().tolist() if type(v) not in (int, float)] + ["a number beyond 64 bits"]
        raise ModelError(f"{what}: numbers are needed, and there is {wrong[0]}")
    return made


def numbers(what, values):
    return array(what, values).astype(np.float64)


def whole_numbers(what, kind, values):
    """Indices or offsets, int64."""
    given = array(f"{what}: {kind}", values).ravel()
    if given.dtype.kind == "i":
        return given.astype(np.int64)
    wrong = ~(np.abs(given.astype(np.float64)) < 2**53) | (given != np.floor(given)) if given.size else given.astype(bool)
    if wrong.any():
        at = first_of(wrong)
        raise ModelError(f"{what}: {kind} {given[at]} at position {at} is no whole number that a table can have")
    return given.astype(np.int64)


# Raw values: see docs/data.md, and the module reading.


def log(x):
    """The natural logarithm of numbers from 1 on, to the bits of fdlibm, as Java's StrictMath computes it."""
    high = (x.view(np.uint64) >> np.uint64(32)).astype(np.int64)
    fraction = high & 0xFFFFF
    upper = (fraction + 0x95F64) & 0x100000
    exponent = ((high >> 20) - 1023 + (upper >> 20)).astype(np.float64)
    low = x.view(np.uint64) & np.uint64(0xFFFFFFFF)
    reduced = ((fraction | (upper ^ 0x3FF00000)).astype(np.uint64) << np.uint64(32)) | low
    f = reduced.view(np.float64) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    odd = 2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)
    r = z * (6.666666666666735130e-01 + w * odd) + even
    half = 0.5 * f * f
    tiny = f * f * (0.5 - 0.33333333333333333 * f)
    upper_log, lower_log = exponent * 6.93147180369123816490e-01, exponent * 1.90821492927058770002e-10
    near_one = (2 + fraction & 0xFFFFF) < 3
    split = ((fraction - 0x6147A) | (0x6B851 - fraction)) > 0
    correction = np.where(near_one, tiny - lower_log, np.where(split, half - (s * (half + r) + lower_log), s * (f - r) - lower_log))
    return upper_log - (correction - f)


def transformed(name, steps, values):
    """The values of one dense column, float32."""
    missing = steps[0]["mean"] if steps and steps[0]["type"] == "standard" else 0
    result = np.where(np.isnan(values), missing, values)
    for step in steps:
        if step["type"] == "log":
            result = log(np.maximum(result, -1) + 2)
        elif step["type"] == "standard":
            result = (result - step["mean"]) / step["deviation"] if step["deviation"] else np.zeros_like(result)
        elif step["type"] == "clip":
            result = np.clip(result, step.get("min", -np.inf), step.get("max", np.inf))
        else:
            raise ModelError(f"column {name!r}: unknown transform {step['type']!r}; give logits() transformed dense values")
    with np.errstate(over="ignore"):
        result = result.astype(np.float32)
        wrong = ~np.isfinite(result) | np.isinf(values.astype(np.float32))
    if wrong.any():
        at = first_of(wrong)
        raise ModelError(f"column {name!r}, sample {at}: {values[at]} is not finite as a 32-bit float, or not after its transform")
    return result


WHOLE = re.compile(rb"([+-]?[0-9]+)(\.0+)?")
DECIMAL = re.compile(rb"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
HEX = re.compile(rb"[0-9a-fA-F]+")
LONGEST_NUMBER = 400
MISSING_NAMES = ("NAType", "NaTType")


class BadValue(Exception):
    """What a raw value is not."""


def given_value(value):
    """A raw value as bytes, a number, or None if it is missing."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value).__name__ in MISSING_NAMES:
        return None
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return value or None
    if type(value) not in (int, float):
        raise BadValue("is neither text nor a number")
    return value if value == value else None


def whole(value, least, most):
    """A whole number, given as such or as text."""
    if isinstance(value, bytes):
        match = WHOLE.fullmatch(value) if len(value) <= LONGEST_NUMBER else None
        number = int(match[1]) if match else None
    elif isinstance(value, float) and abs(value) >= 2**53:
        raise BadValue("is a float of 2^53 or more, which may have lost digits; give integers or text")
    else:
        number = int(value) if value % 1 == 0 else None
    if number is None or not least <= number <= most:
        raise BadValue("is not a whole number of 64 bits")
    return number


def integer(value):
    return whole(value, -(2**63), 2**64 - 1)


def hexadecimal(digits):
    def read(value):
        if not isinstance(value, bytes):
            raise BadValue("is a number, and text is needed, as it is in the data: leading zeros and a to f count")
        if not HEX.fullmatch(value) or len(value) > digits:
            raise BadValue(f"is not a hexadecimal number of at most {digits} digits")
        return int(value, 16)

    return read


def text_hash(value):
    """FNV-1a of bytes, with 64 bits, and mix64 over the result."""
    if not isinstance(value, bytes):
        raise BadValue("is a number, and text is needed, as it is in the data: 7, 07 and 7.0 are three values")
    h = 0xCBF29CE484222325
    for byte in value:
        h = (h ^ byte) * 0x100000001B3 & MASK_64
    return mix64(h)


def number(value):
    if not isinstance(value, bytes):
        return float(value)
    if len(value) > LONGEST_NUMBER or not DECIMAL.fullmatch(value):
        raise BadValue("is not a number")
    return float(value)


def long_number(value):
    return float(whole(value, -(2**63), 2**63 - 1))


def listed(column, values):
    """Values that are given one after the other."""
    one = isinstance(values, (str, bytes)) or not hasattr(values, "__iter__")
    require(not one, f"column {column!r}: a list of values is needed, and there is {values!r}")
    return list(values)


def read_each(column, values, read):
    """Reads values one by one. A missing one is None."""
    made = []
    for at, value in enumerate(listed(column, values)):
        try:
            known = given_value(value)
            made.append(None if known is None else read(known))
        except BadValue as e:
            raise ModelError(f"column {column!r}, value {at}: {value!r} {e}") from None
    return made


def dense_values(column, values, read):
    """The values of a dense column as float64; NaN if missing."""
    return np.array([np.nan if v is None else v for v in read_each(column, values, read)], np.float64)


def text(setting):
    """A setting as text, in which configurations may have a number."""
    return setting if isinstance(setting, str) else json.dumps(setting)


class Categories:
    """A categorical column with the table that its values are looked up in."""

    def __init__(self, column, read, table, kept):
        self.column, self._read, self._kept = column, read, kept
        self._rows = table.count if kept is None else table.count - 1

    def index(self, values):
        """The rows that values look up; 0 if a value is missing."""
        read = read_each(self.column, values, self._read)
        return self.shared(np.array([0 if v is None else v % self._rows for v in read], np.int64))

    def shared(self, index):
        """Sends rare rows to the last row of the table, which they share."""
        if self._kept is None:
            return index
        kept = self._kept[index >> 3] >> (index & 7).astype(np.uint8) & np.uint8(1)
        return np.where(kept == 1, index, self._rows)


class Vocabulary(Categories):
    """A categorical column whose frequent values have rows of their own, and all others the last row of the table."""

    def __init__(self, column, read, table, values):
        super().__init__(column, read, table, None)
        self._mixed = mix64(values)
        require(
            len(values) + 2 == table.count and bool((self._mixed[1:] > self._mixed[:-1]).all()),
            f"table {table.name!r}: its vocabulary is damaged; {COPY_AGAIN}",
        )

    def index(self, values):
        read = read_each(self.column, values, self._read)
        mixed = mix64(np.array([0 if v is None else v & MASK_64 for v in read], np.uint64))
        at = np.searchsorted(self._mixed, mixed)
        known = np.zeros(len(mixed), bool)
        inside = at < len(self._mixed)
        known[inside] = self._mixed[at[inside]] == mixed[inside]
        missing = np.array([v is None for v in read], bool)
        return np.where(missing, 0, np.where(known, at + 1, len(self._mixed) + 1)).astype(np.int64)


class Buckets(Categories):
    """A dense column whose orders of magnitude are categories."""

    def index(self, values):
        x = dense_values(self.column, values, self._read)
        small = 17 + np.maximum(np.floor(np.minimum(np.nan_to_num(x), 2)), -16)
        large = 20 + np.floor(np.minimum(log(np.fmax(x, 2)) ** 2, 491))
        return self.shared(np.where(np.isnan(x), 0, np.where(x > 2, large, small)).astype(np.int64))


class BagRule:
    """How a field that holds several values is cut into them."""

    def __init__(self, entry, truncate):
        self.most = int(entry["max-lookups"])
        self.weights = text(entry["weights"]) if "weights" in entry else None
        self._separator = entry["separator"].encode() if "separator" in entry else None
        self._padding = text(entry["padding"]).encode() if "padding" in entry else None
        self._truncate = truncate

    def values(self, field):
        """The values in a field, missing ones included."""
        if isinstance(field, (list, tuple, np.ndarray)):
            return list(field)
        value = given_value(field)
        if isinstance(value, bytes) and self._separator:
            return value.split(self._separator)
        return [] if value is None else [value]

    def used(self, values):
        """The positions of the values that are looked up."""
        used = [i for i, value in enumerate(map(given_value, values)) if value is not None and not self._is_padding(value)]
        if len(used) > self.most and not self._truncate:
            raise BadValue(f"is a bag of {len(used)} lookups, and its max-lookups is {self.most}")
        return used[: self.most]

    def _is_padding(self, value):
        return self._padding is not None and (value if isinstance(value, bytes) else str(value).encode()) == self._padding


CRITEO = {f"C{i}": hexadecimal(8) for i in range(1, 27)}
AVAZU_IDS = "site_id site_domain site_category app_id app_domain app_category device_id device_ip device_model"
AVAZU = {
    **{name: integer for name in ("C1", "banner_pos", "device_type", "device_conn_type")},
    **{name: hexadecimal(8) for name in AVAZU_IDS.split()},
}
FIXED = {"criteo": CRITEO, "avazu": AVAZU}
KINDS = {"hex": hexadecimal(16), "integer": integer, "string": text_hash}
BUCKET = "-bucket"


class RawColumns:
    """The columns of the model's data, and how their values become dense values and lookups.

    Known are criteo, avazu and csv, and sources of plugins that name columns as csv does.
    """

    def __init__(self, model):
        self._model = model
        data = model.settings["data"]
        self._own = data.get(data["source"], {})
        self._bags = {}
        if data["source"] in FIXED:
            self._number = long_number
            self._kinds = {name: (name, read) for name, read in FIXED[data["source"]].items()}
        else:
            require(
                isinstance(self._own.get("categorical"), list),
                f"the data of the model is {data['source']}, whose raw values are not known here; "
                "give logits() transformed dense values, and indices",
            )
            self._number = number
            self._kinds = self._named()
        self._kept, self._vocabularies = self._found_out()
        self._lookups = {feature["name"]: self._lookup(feature) for feature in model.features}

    def _named(self):
        """By feature: its column and how its values are read, as the user's entries have it."""
        given = ({key: value for key, value in entry.items() if value is not None} for entry in self._own["categorical"])
        entries = {text(entry.get("name", entry["column"])): entry for entry in given}
        truncate = self._own.get("on-long-bag") == "truncate"
        for name, entry in entries.items():
            if "max-lookups" in entry:
                self._bags[name] = BagRule(entry, truncate)
        owners = {name: entries[text(entry["table"])] if "table" in entry else entry for name, entry in entries.items()}
        return {name: (text(entry["column"]), KINDS[owners[name]["kind"]]) for name, entry in entries.items()}

    def _found_out(self):
        """By table of which rows share one: a bit for each row that is told apart, eight in a byte. And vocabularies, by table."""
        folder = self._model.folder / "data"
        file = folder / "fitted.json"
        if not file.exists():
            listed = any(told["name"] == "data/fitted.json" for told in self._model.json["files"])
            require(not listed, f"{file}: is missing; {COPY_AGAIN}")
            return {}, {}
        told = load_json(file)
        require(told.get("format") in (1, 2), f"{file}: has format {told.get('format')}: {OTHER_VERSION}")

        def arrays(tables, kind):
            return {table["name"]: load(folder / f"{file_name(table['name'])}.{kind}.npy") for table in tables}

        return arrays(told["tables"], "kept"), arrays(told.get("vocabularies", []), "vocabulary")

    def _lookup(self, feature):
        table = self._model.tables[feature["table"]]
        kept = self._kept.get(table.name)
        if feature["name"] in self._kinds:
            column, read = self._kinds[feature["name"]]
            if table.name in self._vocabularies:
                return Vocabulary(column, read, table, self._vocabularies[table.name])
            return Categories(column, read, table, kept)
        dense = feature["name"][: -len(BUCKET)]
        known = feature["name"].endswith(BUCKET) and dense in self._dense()
        require(known, f"feature {feature['name']!r}: its column is not known here; give logits() its indices")
        return Buckets(dense, self._number, table, kept)

    def _dense(self):
        return [column["name"] for column in self._model.json["model"]["dense_features"]]

    def lookup(self, feature):
        if feature not in self._lookups:
            raise ModelError(f"there is no feature {feature!r}{meant(feature, self._lookups)}")
        return self._lookups[feature]

    def batch(self, columns):
        require(hasattr(columns, "keys"), "columns: give a dict by the names of columns, a DataFrame or the like")
        names = list(columns.keys())
        lengths = {}

        def take(column):
            if column not in names:
                hint = meant(column, names)
                raise ModelError(f"there is no column {column!r} (give None where a value is missing){hint}")
            values = listed(column, columns[column])
            lengths[column] = len(values)
            first, samples = next(iter(lengths.items()))
            require(
                len(values) == samples, f"column {column!r} has {len(values)} values, and column {first!r} has {samples}"
            )
            return values

        raw = [dense_values(name, take(name), self._number) for name in self._dense()]
        indices, offsets, weights = {}, {}, {}
        for name, lookup in self._lookups.items():
            rule = self._bags.get(name)
            if rule is None:
                indices[name] = lookup.index(take(lookup.column))
                continue
            weight = take(rule.weights) if rule.weights else None
            values, ends, weighing = self._cut(lookup.column, rule, take(lookup.column), weight)
            indices[name], offsets[name] = lookup.index(values), ends
            if weighing is not None:
                weights[name] = weighing
        samples = next(iter(lengths.values()))
        dense = self._model.transform(np.stack(raw, axis=1)) if raw else np.zeros((samples, 0), np.float32)
        return Batch(dense, indices, offsets, weights)

    @staticmethod
    def _cut(column, rule, fields, weight_fields):
        """The values of all bags one after the other, offsets, and weights if there are any."""
        values, offsets, weights = [], [0], []
        for sample, field in enumerate(fields):
            try:
                bag = rule.values(field)
                used = rule.used(bag)
                if weight_fields is not None:
                    given = rule.values(weight_fields[sample])
                    if len(given) != len(bag):
                        raise BadValue(f"has {len(bag)} values, and column {rule.weights!r} has {len(given)}")
                    weights += [given[i] for i in used]
            except BadValue as e:
                raise ModelError(f"column {column!r}, sample {sample}: {field!r} {e}") from None
            values += [bag[i] for i in used]
            offsets.append(len(values))
        if weight_fields is None:
            return values, np.array(offsets), None
        made = dense_values(rule.weights, weights, number).astype(np.float32)
        require(np.isfinite(made).all(), f"column {rule.weights!r}: a weight is missing or not finite")
        return values, np.array(offsets), made


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
    parser.add_argument("--batch", metavar="NPZ", help="the samples")
    parser.add_argument("--out", metavar="NPY", help="where to write the logits, float32 [samples]")
    parser.add_argument("--verify", action="store_true", help="compare the files of the model with their checksums first")
    given = parser.parse_args(arguments)
    if (given.batch is None) != (given.out is None) or not (given.batch or given.verify):
        parser.error("give --batch and --out, or --verify, or all three")
    try:
        model = FarsightModel(given.model)
        if given.verify:
            model.verify()
        if given.batch:
            np.save(given.out, model.logits(**read_batch(given.batch)))
    except (ModelError, OSError) as e:
        print(f"farsight_model.py: {e}", file=sys.stderr)
        return 1
    return 0


def read_batch(file):
    """The arguments of `logits` from an npz file."""
    try:
        with np.load(file, allow_pickle=False) as batch:
            arrays = dict(batch.items())
    except FileNotFoundError as e:
        raise ModelError(f"{file}: is missing") from e
    except (OSError, ValueError, EOFError, AttributeError, TypeError, zipfile.BadZipFile) as e:
        raise ModelError(f"{file}: is no npz file of numbers or text: {e}") from e
    batch = {"dense": arrays.pop("dense", None), "indices": {}, "offsets": {}, "weights": {}}
    kinds = {"index": "indices", "offsets": "offsets", "weight": "weights"}
    for key, values in arrays.items():
        kind, _, name = key.partition(".")
        require(kind in kinds and name, f"{file}: array {key!r} is none of dense, index.NAME, offsets.NAME and weight.NAME")
        batch[kinds[kind]][name] = values
    return batch


if __name__ == "__main__":
    sys.exit(main())
