"""Farsight's models in PyTorch, written from their papers: the logits of a batch from the parameters that a run of Farsight exported.

A model is a function of its settings (the section farsight.model), its parameters by name, the batch's dense features [B][n] and the
pooled rows of its features [B][F][D]. Dropout is left out: Farsight draws what it drops from counters, PyTorch from a stream.
"""
import torch
from torch.nn import functional


def linear(parameters, name, x):
    return functional.linear(x, parameters[f"{name}.weight"], parameters[f"{name}.bias"])


def mlp(parameters, name, x, hidden):
    """So many layers with ReLU: name.0, name.1 and so on."""
    for k in range(hidden):
        x = linear(parameters, f"{name}.{k}", x).relu()
    return x


def cross_layers(parameters, x0, section):
    """DCN v2: x0 * (W V x + b) + x, or with W alone where the rank is full."""
    x = x0
    for k in range(int(section["cross-layers"])):
        low = x @ parameters[f"cross.{k}.v"].T if int(section.get("cross-rank") or 0) else x
        x = x0 * linear(parameters, f"cross.{k}", low) + x
    return x


def tower(parameters, x, section):
    """The hidden layers of a deep tower."""
    if float(section["dropout"]) > 0:
        raise SystemExit("dropout is not compared: its draws are Farsight's own")
    for k in range(len(section["deep-mlp"])):
        x = linear(parameters, f"deep.{k}", x).relu()
        if section["layer-norm"]:
            norm = f"deep.{k}.norm"
            x = functional.layer_norm(x, x.shape[1:], parameters[f"{norm}.weight"], parameters[f"{norm}.bias"], 1e-5)
    return x


def dlrm(settings, parameters, dense, rows):
    bottom = mlp(parameters, "bottom", dense, len(settings["bottom-mlp"]) + 1)
    if settings["dlrm"]["interaction"] == "cross":
        x = cross_layers(parameters, torch.cat((bottom, rows.flatten(1)), 1), settings["dlrm"])
    else:
        vectors = torch.cat((bottom.unsqueeze(1), rows), 1)
        first, second = torch.triu_indices(vectors.shape[1], vectors.shape[1], 1)
        x = torch.cat((bottom, (vectors @ vectors.transpose(1, 2))[:, first, second]), 1)
    hidden = len(settings["top-mlp"])
    return linear(parameters, f"top.{hidden}", mlp(parameters, "top", x, hidden))


def dcn(settings, parameters, dense, rows):
    section = settings["dcn"]
    x0 = torch.cat((dense, rows.flatten(1)), 1)
    crossed = cross_layers(parameters, x0, section)
    if section["structure"] == "stacked":
        x = tower(parameters, crossed, section)
    elif section["deep-mlp"]:
        x = torch.cat((crossed, tower(parameters, x0, section)), 1)
    else:
        x = crossed
    return linear(parameters, "logit", x)


def wide_deep(settings, parameters, dense, rows, section="wide-deep"):
    vectors, first_order = rows[:, :, :-1], rows[:, :, -1]
    section = settings[section]
    deep = tower(parameters, torch.cat((vectors.flatten(1), dense), 1), section)
    logits = first_order.sum(1, keepdim=True) + linear(parameters, f"deep.{len(section['deep-mlp'])}", deep)
    return logits + linear(parameters, "wide", dense) if dense.shape[1] else logits


def deepfm(settings, parameters, dense, rows):
    vectors = rows[:, :, :-1]
    pairs = (vectors.sum(1).square() - vectors.square().sum(1)).sum(1, keepdim=True) / 2
    return wide_deep(settings, parameters, dense, rows, "deepfm") + pairs


MODELS = {"dlrm": dlrm, "dcn": dcn, "deepfm": deepfm, "wide-deep": wide_deep}
