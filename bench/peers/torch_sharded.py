#!/usr/bin/env python3
"""How fast PyTorch trains DLRM on the GPUs of one host, rows sharded over them: what several devices of Farsight are compared with.

One after the other, 1 to all GPUs:   ./torch_sharded.py            as few:   ./torch_sharded.py --ranks 1,2

Row i is on rank i mod N. A step finds the unique rows of each rank's samples, sends their ids and rows by all_to_all, trains the dense
part with DistributedDataParallel, and sends gradients back, which their owners add to the rows. The work and the samples are those of
torch_dlrm.py, --batch samples a GPU. Prints a line for each variant, and at the end all of them as JSON.
"""

import argparse
import json
import os
import sys
import time

import torch
import torch.distributed as dist
from torch import nn
from torch.nn import functional

from torch_dlrm import DENSE, KAGGLE, MLPS, Interaction, Shape

VARIANTS = ("eager", "compiled", "compiled bf16")


class ShardedRows:
    """This rank's rows, and the exchange of rows and gradients with the others."""

    def __init__(self, rows, dim, learning_rate, rank, ranks):
        self.ranks = ranks
        self.learning_rate = learning_rate
        self.weights = torch.empty(-(-rows // ranks), dim, device=rank).uniform_(-.01, .01)

    def look_up(self, ids):
        """The unique rows of a batch, in the order of torch.unique, and what the way back needs."""
        unique, inverse = torch.unique(ids, return_inverse=True)
        owner = unique % self.ranks
        order = torch.argsort(owner, stable=True)
        asked = torch.bincount(owner, minlength=self.ranks)
        wanted = torch.empty_like(asked)
        dist.all_to_all_single(wanted, asked)
        sizes = asked.tolist(), wanted.tolist()
        local = torch.empty(sum(sizes[1]), dtype=torch.long, device=ids.device)
        dist.all_to_all_single(local, (unique // self.ranks)[order], sizes[1], sizes[0])
        received = torch.empty(len(unique), self.weights.shape[1], device=ids.device)
        dist.all_to_all_single(received, self.weights[local], sizes[0], sizes[1])
        rows = torch.empty_like(received)
        rows[order] = received
        return rows.requires_grad_(), inverse, (order, local, sizes)

    def update(self, gradient, way):
        order, local, sizes = way
        back = torch.empty(len(local), gradient.shape[1], device=gradient.device)
        dist.all_to_all_single(back, gradient[order], sizes[1], sizes[0])
        self.weights.index_add_(0, local, back, alpha=-self.learning_rate / self.ranks)


def train(rank, ranks, options, variant, results):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(options.port))
    torch.cuda.set_device(rank)
    dist.init_process_group("nccl", rank=rank, world_size=ranks)
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.manual_seed(13)
    shape = Shape(KAGGLE, (1,) * len(KAGGLE))
    batches = shape.make_batches(options.warmup + options.steps, options.batch * ranks, options.exponent, "cpu")
    share = options.batch * len(KAGGLE)
    batches = [ids[rank * share:(rank + 1) * share].to(rank) for ids in batches]
    rows = ShardedRows(sum(KAGGLE), options.dim, options.lr, rank, ranks)
    model = Interaction(len(KAGGLE), options.dim, *MLPS[options.dim]).to(rank)
    model = nn.parallel.DistributedDataParallel(model, device_ids=[rank])
    optimizer = torch.optim.SGD(model.parameters(), lr=options.lr)
    dense = torch.randn(options.batch, DENSE, device=rank)
    labels = (torch.rand(options.batch, device=rank) < .25).float()
    dense_part = torch.compile(model) if "compiled" in variant else model

    def step(ids):
        unique, inverse, way = rows.look_up(ids)
        optimizer.zero_grad()
        with torch.autocast("cuda", torch.bfloat16, enabled="bf16" in variant):
            logits = dense_part(dense, unique[inverse].view(options.batch, len(KAGGLE), -1))
        functional.binary_cross_entropy_with_logits(logits.float(), labels).backward()
        optimizer.step()
        rows.update(unique.grad, way)

    for ids in batches[:options.warmup]:
        step(ids)
    torch.cuda.synchronize()
    dist.barrier()
    start = time.perf_counter()
    for ids in batches[options.warmup:]:
        step(ids)
    torch.cuda.synchronize()
    dist.barrier()
    if rank == 0:
        results.put((time.perf_counter() - start) / options.steps)
    dist.destroy_process_group()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ranks", default="", help="numbers of GPUs, between commas; 1 to all of them, doubled, by default")
    parser.add_argument("--variants", default=",".join(VARIANTS))
    parser.add_argument("--dim", type=int, choices=sorted(MLPS), default=128)
    parser.add_argument("--batch", type=int, default=16384, help="samples a GPU")
    parser.add_argument("--exponent", type=float, default=1.05)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--warmup", type=int, default=12)
    parser.add_argument("--lr", type=float, default=.1)
    parser.add_argument("--port", type=int, default=29511)
    options = parser.parse_args()
    gpus = torch.cuda.device_count()
    ranks = [int(n) for n in options.ranks.split(",")] if options.ranks else [n for n in (1, 2, 4, 8) if n <= gpus]
    context = torch.multiprocessing.get_context("spawn")
    speeds = {}
    for variant in options.variants.split(","):
        for n in ranks:
            results = context.SimpleQueue()
            torch.multiprocessing.spawn(train, (n, options, variant, results), nprocs=n)
            seconds = results.get()
            speeds[f"{variant} x{n}"] = options.batch * n / seconds
            print(f"{variant:14} {n} GPUs {seconds * 1e3:8.2f} ms/step {1 / seconds:8.1f} steps/s "
                  f"{options.batch * n / seconds / 1e6:6.2f} M samples/s", flush=True)
    print(json.dumps({"torch": torch.__version__, **vars(options), "samples_per_second": speeds}))


if __name__ == "__main__":
    sys.exit(main())
