#!/usr/bin/env python3
"""How fast PyTorch trains the same DLRM on the same kind of samples: what Farsight's speed is compared with.

CPU, about five seconds:   pip install 'torch==2.13.0+cpu' numpy;   ./torch_dlrm.py
GPU, table wholly on it:   ./torch_dlrm.py --device cuda --dim 128 --batch 16384

The tables are Criteo Kaggle's. In a table of N rows, ids follow a power law with exponent A: for u uniform in [0, 1)
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
DENSE = 13
MLPS = {16: ((512, 256, 64), (512, 256)), 128: ((512, 256), (1024, 1024, 512, 256))}
CPU_VARIANTS = ("embedding-bag", "gather")
GPU_VARIANTS = ("gather", "gather compiled", "gather compiled bf16")


def power_law(rows, count, exponent, generator):
    """Row indices of one table."""
    u = torch.rand(count, dtype=torch.float64, generator=generator)
    power = 1 - exponent
    rank = (((rows + 1) ** power - 1) * u + 1).pow(1 / power).floor().long() - 1
    return rank.clamp(0, rows - 1) * 2654435761 % rows


def make_batches(count, size, exponent, device):
    """Fused row ids, sample by sample, table by table: [size * tables] each."""
    generator = torch.Generator().manual_seed(11)
    starts = torch.tensor((0,) + KAGGLE[:-1]).cumsum(0)
    batches = []
    for _ in range(count):
        columns = [start + power_law(rows, size, exponent, generator) for rows, start in zip(KAGGLE, starts)]
        batches.append(torch.stack(columns, 1).flatten().to(device))
    return batches


class Interaction(nn.Module):
    """Everything of DLRM but the tables: bottom MLP, pairwise dot products, top MLP."""

    def __init__(self, dim, bottom, top):
        super().__init__()
        vectors = len(KAGGLE) + 1
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
        self.device = torch.device(options.device)
        size = options.batch
        self.batches = make_batches(options.warmup + options.steps, size, options.exponent, self.device)
        generator = torch.Generator().manual_seed(12)
        self.dense = torch.randn(size, DENSE, generator=generator).to(self.device)
        self.labels = (torch.rand(size, generator=generator) < .25).float().to(self.device)
        self.table = torch.empty(sum(KAGGLE), options.dim, device=self.device).uniform_(-.01, .01)

    def time(self, variant):
        """Seconds a step."""
        torch.manual_seed(13)
        model = Interaction(self.options.dim, *MLPS[self.options.dim]).to(self.device)
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
                logits = model(self.dense, rows.view(self.options.batch, len(KAGGLE), -1))
            return functional.binary_cross_entropy_with_logits(logits.float(), self.labels)

        return loss

    def bag_step(self, model, compiled, half):
        """nn.EmbeddingBag with sparse gradients, updated by torch.optim.SGD."""
        bag = nn.EmbeddingBag.from_pretrained(self.table, freeze=False, mode="sum", sparse=True, include_last_offset=True)
        offsets = torch.arange(self.options.batch * len(KAGGLE) + 1, device=self.device)
        optimizer = torch.optim.SGD([*model.parameters(), *bag.parameters()], lr=self.options.lr)
        loss = self.loss_function(model, half)

        def step(ids):
            optimizer.zero_grad()
            loss(bag(ids, offsets)).backward()
            optimizer.step()

        return step

    def gather_step(self, model, compiled, half):
        """Rows gathered by hand, and their gradients added back: no sparse tensors in between."""
        optimizer = torch.optim.SGD(model.parameters(), lr=self.options.lr)
        loss = self.loss_function(model, half)
        if compiled:
            loss = torch.compile(loss)

        def step(ids):
            rows = self.table[ids].requires_grad_()
            optimizer.zero_grad()
            loss(rows).backward()
            optimizer.step()
            self.table.index_add_(0, ids, rows.grad, alpha=-self.options.lr)

        return step


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--dim", type=int, choices=sorted(MLPS), default=16, help="embedding width; the MLPs follow from it")
    parser.add_argument("--batch", type=int, default=2048)
    parser.add_argument("--exponent", type=float, default=1.05, help="of the power law, not 1")
    parser.add_argument("--steps", type=int, default=30, help="steps timed")
    parser.add_argument("--warmup", type=int, default=10, help="steps before them")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    parser.add_argument("--lr", type=float, default=.1)
    return parser.parse_args()


def main():
    options = parse()
    if options.device == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = True
    else:
        torch.set_num_threads(options.threads)
    bench = Bench(options)
    lookups = options.batch * len(KAGGLE)
    print(f"PyTorch {torch.__version__}, {lookups} lookups of {bench.batches[0].unique().numel()} unique rows a batch", flush=True)
    results = {}
    for variant in GPU_VARIANTS if options.device == "cuda" else CPU_VARIANTS:
        seconds = bench.time(variant)
        results[variant] = options.batch / seconds
        print(f"{variant:22} {seconds * 1e3:8.2f} ms/step {1 / seconds:8.1f} steps/s {results[variant]:10.0f} samples/s", flush=True)
    print(json.dumps({"torch": torch.__version__, **vars(options), "samples_per_second": results}))


if __name__ == "__main__":
    sys.exit(main())
