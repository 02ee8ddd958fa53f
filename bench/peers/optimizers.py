#!/usr/bin/env python3
"""What PyTorch's optimizers make of many steps, for dev.farsight.bench.peers.OptimizersTest to compare Farsight with.

    optimizers.py CASES.json RESULTS.json

The model is one linear layer over one row of each table, the loss binary cross-entropy. A case names the rules for rows and for the
layer; a result has the loss of each step and all parameters after the last one. Lazy rules update the rows of a batch alone: SparseAdam.
All in float64, so that what differs is the rounding of the other side. Exit status 77 where torch is missing.
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
    return torch.tensor(values, dtype=torch.float64)


def optimizer(rule, parameters, rate):
    decay = rule["weight_decay"]
    if rule["type"] == "sgd":
        return torch.optim.SGD(parameters, lr=rate, weight_decay=decay)
    if rule["type"] == "momentum":
        return torch.optim.SGD(parameters, lr=rate, momentum=rule["momentum"], nesterov=rule["nesterov"], weight_decay=decay)
    if rule["type"] == "adagrad":
        return torch.optim.Adagrad(parameters, lr=rate, eps=rule["eps"], initial_accumulator_value=rule["initial_accumulator"],
                                   weight_decay=decay)
    if rule["lazy"]:
        return torch.optim.SparseAdam(parameters, lr=rate, betas=rule["betas"], eps=rule["eps"])
    return torch.optim.Adam(parameters, lr=rate, betas=rule["betas"], eps=rule["eps"], weight_decay=decay)


def result(case, data):
    tables = [tensor(table).view(-1, data["dim"]).requires_grad_() for table in data["tables"]]
    weight, bias = tensor(data["weight"]).requires_grad_(), tensor(data["bias"]).requires_grad_()
    rate = case["learning_rate"]
    optimizers = (optimizer(case["rows"], tables, rate), optimizer(case["dense"], (weight, bias), rate))
    sparse = case["rows"].get("lazy", False)
    losses = []
    for indices, labels in zip(data["indices"], data["labels"]):
        rows = [functional.embedding(torch.tensor(index), table, sparse=sparse) for index, table in zip(indices, tables)]
        loss = functional.binary_cross_entropy_with_logits(torch.cat(rows, 1) @ weight + bias, tensor(labels))
        for each in optimizers:
            each.zero_grad()
        loss.backward()
        for each in optimizers:
            each.step()
        losses.append(loss.item())
    return {
        "losses": losses,
        "tables": [table.flatten().tolist() for table in tables],
        "weight": weight.tolist(),
        "bias": bias.item(),
    }


def main(cases, results):
    with open(cases) as file:
        read = json.load(file)
    made = [result(case, read["every_row" if case["every_row"] else "some_rows"]) for case in read["cases"]]
    with open(results, "w") as file:
        json.dump({"results": made}, file)
    print(f"PyTorch {torch.__version__}: {len(made)} cases")


if __name__ == "__main__":
    main(*sys.argv[1:])
