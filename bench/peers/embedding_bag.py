#!/usr/bin/env python3
"""What PyTorch's embedding_bag makes of bags, for dev.farsight.bench.peers.EmbeddingBagTest to compare Farsight with.

    embedding_bag.py CASES.json RESULTS.json

A case has tables, features and a batch of bags. The model is one linear layer over the pooled vectors of all features, the loss
binary cross-entropy, the optimizer SGD. A result has the logits before the step, the loss, and all parameters after it. Bags hold
the padding index where there is one: PyTorch leaves it out itself. All in float32. Exit status 77 where torch is missing.
"""
import json
import sys

try:
    import torch
    from torch.nn import functional
except ImportError as missing:
    print(f"skipped: {missing}; name a Python that has torch in the environment variable PYTHON")
    sys.exit(77)


def tensor(values):
    return torch.tensor(values, dtype=torch.float32)


def pooled(feature, tables, norms):
    """The vectors of a feature, one a sample."""
    weights = feature.get("weights")
    table = feature["table"]
    return functional.embedding_bag(
        torch.tensor(feature["indices"], dtype=torch.int64),
        tables[table],
        torch.tensor(feature["offsets"], dtype=torch.int64),
        mode=feature["pooling"],
        per_sample_weights=None if weights is None else tensor(weights),
        include_last_offset=True,
        padding_idx=feature.get("padding"),
        max_norm=norms[table])


def logits(case, tables, weight, bias):
    vectors = torch.cat([pooled(feature, tables, case["max_norms"]) for feature in case["features"]], 1)
    return vectors @ weight + bias


def result(case):
    tables = [tensor(table).view(-1, case["dim"]).requires_grad_() for table in case["tables"]]
    weight = tensor(case["weight"]).requires_grad_()
    bias = tensor(case["bias"]).requires_grad_()
    with torch.no_grad():
        # Of copies: embedding_bag itself writes rows that are too long.
        before = logits(case, [table.clone() for table in tables], weight, bias)
    loss = functional.binary_cross_entropy_with_logits(logits(case, tables, weight, bias), tensor(case["labels"]))
    loss.backward()
    parameters = (*tables, weight, bias)
    torch.optim.SGD(parameters, lr=case["learning_rate"]).step()
    return {
        "logits": before.tolist(),
        "loss": loss.item(),
        "tables": [table.flatten().tolist() for table in tables],
        "weight": weight.tolist(),
        "bias": bias.item(),
    }


def main(cases, results):
    with open(cases) as file:
        made = [result(case) for case in json.load(file)["cases"]]
    with open(results, "w") as file:
        json.dump({"results": made}, file)
    print(f"PyTorch {torch.__version__}: {len(made)} cases")


if __name__ == "__main__":
    main(*sys.argv[1:])
