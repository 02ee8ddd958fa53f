#!/usr/bin/env python3
"""How fast PyTorch trains the same DLRM on the same kind of samples: what Farsight's speed is compared with.

CPU, about five seconds:   pip install 'torch==2.13.0+cpu' numpy;   ./torch_dlrm.py
GPU, table wholly on it:   ./torch_dlrm.py --device cuda --dim 128 --batch 16384
Bags, pooled by sum:       ./torch_dlrm.py --hotness 10,10,10,10,10,10,10,10,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1
MLPerf's bags, an eighth of its rows:
                           ./torch_dlrm.py --device cuda --dim 128 --batch 16384 --cardinalities mlperf --cardinality-divisor 8 --hotness mlperf

The tables are Criteo Kaggle's or MLPerf's. In a table of N rows, ids follow a power law with exponent A: for u uniform in [0, 1)
the rank is floor((((N+1)^(1-A) - 1) u + 1)^(1/(1-A))) - 1 and the row 2654435761 * rank mod N, as data.source = synthetic
draws them. Batches are made before the clock starts. Prints a line for each variant, and at the end all of them as JSON.
"""

import argparse
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional

KAGGLE = (1460, 583, 10131227, 2202608, 305, 24, 12517, 633, 3, 93145, 5683, 8351593, 3194, 27, 14992, 5461306, 10, 5652, 2173, 4,
          7046547, 18, 15, 286181, 105, 142572)
MLPERF = (40000000, 39060, 17295, 7424, 20265, 3, 7122, 1543, 63, 40000000, 3067956, 405282, 10, 2209, 11938, 155, 4, 976, 14,
          40000000, 40000000, 40000000, 590152, 12973, 108, 36)
MLPERF_HOTNESS = (3, 2, 1, 2, 6, 1, 1, 1, 1, 7, 3, 8, 1, 6, 9, 5, 1, 1, 1, 12, 100, 27, 10, 3, 1, 1)
DENSE = 13
MLPS = {16: ((512, 256, 64), (512, 256)), 128: ((512, 256), (1024, 1024, 512, 256))}
CPU_VARIANTS = ("embedding-bag", "gather")
GPU_VARIANTS = ("gather", "gather compiled", "gather compiled bf16")
GPU_BAG_VARIANTS = ("embedding-bag", *GPU_VARIANTS)


def power_law(rows, count, exponent, generator):
    """Row indices of one table."""
    u = torch.rand(count, dtype=torch.float64, generator=generator)
    power = 1 - exponent
    rank = (((rows + 1) ** power - 1) * u + 1).pow(1 / power).floor().long() - 1
    return rank.clamp(0, rows - 1) * 2654435761 % rows


class Shape:
    """Tables, and how many lookups a sample has in each."""

    def __init__(self, rows, hotness):
        if len(rows) != len(hotness):
            raise SystemExit(f"{len(rows)} tables and {len(hotness)} numbers of lookups; as many are needed")
        self.rows = rows
        self.hotness = hotness
        self.lookups = sum(hotness)
        self.one_hot = all(lookups == 1 for lookups in hotness)

    def make_batches(self, count, size, exponent, device):
        """Fused row ids, sample by sample, table by table: [size * lookups] each."""
        generator = torch.Generator().manual_seed(11)
        starts = torch.tensor((0,) + self.rows[:-1]).cumsum(0)
        batches = []
        for _ in range(count):
            columns = [(start + power_law(rows, size * lookups, exponent, generator)).view(size, lookups)
                       for rows, lookups, start in zip(self.rows, self.hotness, starts)]
            batches.append(torch.cat(columns, 1).flatten().to(device))
        return batches

    def offsets(self, size, device):
        """Where each bag begins among the ids of a batch, and where the last one ends."""
        lengths = torch.tensor(self.hotness, device=device).repeat(size)
        return functional.pad(lengths.cumsum(0), (1, 0))


class Interaction(nn.Module):
    """Everything of DLRM but the tables: bottom MLP, pairwise dot products, top MLP."""

    def __init__(self, tables, dim, bottom, top):
        super().__init__()
        vectors = tables + 1
        self.bottom = self.mlp((DENSE, *bottom, dim), last_is_linear=False)
        self.top = self.mlp((dim + vectors * (vectors - 1) // 2, *top, 1), last_is_linear=True)
        pairs = torch.combinations(torch.arange(vectors))
        self.register_buffer("left", pairs[:, 0])
        self.register_buffer("right", pairs[:, 1])

    @staticmethod
    def mlp(widths, last_is_linear):
        layers = []
        for fan_in, fan_out in zip(widths, widths[1:]):
            layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
        return nn.Sequential(*(layers[:-1] if last_is_linear else layers))

    def forward(self, dense, rows):
        x = self.bottom(dense)
        vectors = torch.cat((x[:, None], rows), dim=1)
        products = torch.bmm(vectors, vectors.mT)
        return self.top(torch.cat((x, products[:, self.left, self.right]), dim=1)).squeeze(1)


class Bench:
    """One set of tables and samples, on which variants are timed one after the other."""

    def __init__(self, options):
        self.options = options
        self.shape = Shape(options.rows, options.lookups)
        self.device = torch.device(options.device)
        size = options.batch
        self.batches = self.shape.make_batches(options.warmup + options.steps, size, options.exponent, self.device)
        self.offsets = self.shape.offsets(size, self.device)
        self.bag_of = torch.arange(size * len(options.rows), device=self.device).repeat_interleave(self.offsets.diff())
        generator = torch.Generator().manual_seed(12)
        self.dense = torch.randn(size, DENSE, generator=generator).to(self.device)
        self.labels = (torch.rand(size, generator=generator) < .25).float().to(self.device)
        self.table = torch.empty(sum(options.rows), options.dim, device=self.device).uniform_(-.01, .01)

    def time(self, variant):
        """Seconds a step."""
        torch.manual_seed(13)
        model = Interaction(len(self.options.rows), self.options.dim, *MLPS[self.options.dim]).to(self.device)
        make_step = self.bag_step if variant == "embedding-bag" else self.gather_step
        step = make_step(model, compiled="compiled" in variant, half="bf16" in variant)
        for ids in self.batches[:self.options.warmup]:
            step(ids)
        self.wait()
        start = time.perf_counter()
        for ids in self.batches[self.options.warmup:]:
            step(ids)
        self.wait()
        return (time.perf_counter() - start) / self.options.steps

    def wait(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def loss_function(self, model, half):
        def loss(rows):
            with torch.autocast(self.device.type, torch.bfloat16, enabled=half):
                logits = model(self.dense, rows.view(self.options.batch, len(self.options.rows), -1))
            return functional.binary_cross_entropy_with_logits(logits.float(), self.labels)

        return loss

    def pool(self, ids):
        if self.shape.one_hot:
            return self.table[ids]
        return functional.embedding_bag(ids, self.table, self.offsets, mode="sum", include_last_offset=True)

    def variants(self):
        if self.device.type == "cpu":
            return CPU_VARIANTS
        return GPU_VARIANTS if self.shape.one_hot else GPU_BAG_VARIANTS

    def bag_step(self, model, compiled, half):
        """nn.EmbeddingBag with sparse gradients, updated by torch.optim.SGD."""
        bag = nn.EmbeddingBag.from_pretrained(self.table, freeze=False, mode="sum", sparse=True, include_last_offset=True)
        optimizer = torch.optim.SGD([*model.parameters(), *bag.parameters()], lr=self.options.lr)
        loss = self.loss_function(model, half)

        def step(ids):
            optimizer.zero_grad()
            loss(bag(ids, self.offsets)).backward()
            optimizer.step()

        return step

    def gather_step(self, model, compiled, half):
        """Rows gathered by hand, bags summed by torch, gradients added to rows by hand: no sparse tensors in between."""
        optimizer = torch.optim.SGD(model.parameters(), lr=self.options.lr)
        loss = self.loss_function(model, half)
        if compiled:
            loss = torch.compile(loss)

        def step(ids):
            pooled = self.pool(ids).requires_grad_()
            optimizer.zero_grad()
            loss(pooled).backward()
            optimizer.step()
            gradient = pooled.grad if self.shape.one_hot else pooled.grad[self.bag_of]
            self.table.index_add_(0, ids, gradient, alpha=-self.options.lr)

        return step


def numbers(text, named):
    """One of the named lists, or whole numbers between commas."""
    return named[text] if text in named else tuple(int(number) for number in text.split(","))


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--dim", type=int, choices=sorted(MLPS), default=16, help="embedding width; the MLPs follow from it")
    parser.add_argument("--batch", type=int, default=2048)
    parser.add_argument("--cardinalities", default="kaggle", help="kaggle, mlperf, or rows of each table: 1000,50,200")
    parser.add_argument("--cardinality-divisor", type=int, default=1, help="tables have so many times fewer rows, rounded up")
    parser.add_argument("--hotness", default="one", help="one, mlperf, or lookups a sample of each table: 1,10,3")
    parser.add_argument("--exponent", type=float, default=1.05, help="of the power law, not 1")
    parser.add_argument("--steps", type=int, default=30, help="steps timed")
    parser.add_argument("--warmup", type=int, default=10, help="steps before them")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    parser.add_argument("--lr", type=float, default=.1)
    options = parser.parse_args()
    rows = numbers(options.cardinalities, {"kaggle": KAGGLE, "mlperf": MLPERF})
    options.rows = tuple(-(-number // options.cardinality_divisor) for number in rows)
    options.lookups = numbers(options.hotness, {"one": (1,) * len(rows), "mlperf": MLPERF_HOTNESS})
    return options


def main():
    options = parse()
    if options.device == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = True
    else:
        torch.set_num_threads(options.threads)
    bench = Bench(options)
    lookups = options.batch * bench.shape.lookups
    print(f"PyTorch {torch.__version__}, {lookups} lookups of {bench.batches[0].unique().numel()} unique rows a batch", flush=True)
    results = {}
    for variant in bench.variants():
        seconds = bench.time(variant)
        results[variant] = options.batch / seconds
        print(f"{variant:22} {seconds * 1e3:8.2f} ms/step {1 / seconds:8.1f} steps/s {results[variant]:10.0f} samples/s", flush=True)
    print(json.dumps({"torch": torch.__version__, **vars(options), "samples_per_second": results}))


if __name__ == "__main__":
    sys.exit(main())
