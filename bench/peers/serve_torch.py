#!/usr/bin/env python3
"""Serves a model that Farsight trained with PyTorch, FastAPI and uvicorn: what `farsight serve` is compared with.

    pip install 'torch==2.13.0+cpu' numpy fastapi 'uvicorn[standard]' orjson
    ./serve_torch.py MODEL --port 8090          MODEL: the folder `model` of a run, or an export as npy; one-hot features

It answers POST /v2/models/farsight/infer with the same body and the same outputs. All rows are in memory, in float32.
"""

import argparse
import pathlib
import sys

import fastapi
import numpy as np
import orjson
import torch
import uvicorn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "python"))
import farsight_model  # noqa: E402

ACTIVATIONS = {"none": lambda x: x, "relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}


class Model(torch.nn.Module):
    """The ops of the model's tape that a DLRM has, over embedding bags."""

    def __init__(self, saved):
        super().__init__()
        self.features = [feature["name"] for feature in saved.features]
        self.tables = torch.nn.ModuleList(
            torch.nn.Embedding.from_pretrained(torch.from_numpy(table.rows(np.arange(table.count))))
            for table in (saved.tables[feature["table"]] for feature in saved.features)
        )
        self.tape = saved.json["model"]["tape"]
        self.weights = {name: torch.from_numpy(np.ascontiguousarray(p)) for name, p in saved.parameters.items()}

    def forward(self, dense, indices):
        bags = torch.stack([table(i) for table, i in zip(self.tables, indices)], dim=1)
        values = []
        for op in self.tape["ops"]:
            x = [values[i] for i in op["inputs"]]
            p = [self.weights[name] for name in op.get("parameters", [])]
            values.append(self.run(op, x, p, dense, bags).reshape([len(dense)] + op["shape"]))
        return values[self.tape["logits"]].reshape(-1)

    @staticmethod
    def run(op, x, p, dense, bags):
        kind = op["op"]
        if kind == "dense":
            return dense
        if kind == "embedding-bag":
            return bags
        if kind == "linear":
            return ACTIVATIONS[op["activation"]](torch.nn.functional.linear(x[0].flatten(1), p[0], p[1]))
        if kind == "pairwise":
            vectors = torch.cat([x[0], x[1]], dim=1)
            i, j = torch.triu_indices(vectors.shape[1], vectors.shape[1], 1)
            return torch.cat([x[0].flatten(1), torch.bmm(vectors, vectors.transpose(1, 2))[:, i, j]], dim=1)
        if kind == "concat":
            return torch.cat([v.flatten(1) for v in x], dim=1)
        raise SystemExit(f"{kind}: is no op of a DLRM; give a model of the type dlrm")


def application(model):
    app = fastapi.FastAPI()

    @app.post("/v2/models/farsight/infer")
    async def infer(request: fastapi.Request):
        inputs = {tensor["name"]: tensor["data"] for tensor in orjson.loads(await request.body())["inputs"]}
        indices = [torch.tensor(inputs[name]) for name in model.features]
        dense = torch.tensor(inputs["dense"], dtype=torch.float32).reshape(len(indices[0]), -1)
        with torch.inference_mode():
            scores = torch.sigmoid(model(dense, indices)).numpy()
        output = {"name": "probability", "datatype": "FP32", "shape": [len(scores)], "data": scores}
        answer = {"model_name": "farsight", "outputs": [output]}
        return fastapi.Response(orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY), media_type="application/json")

    return app


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--threads", type=int, default=1, help="of PyTorch, within a request")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    model = Model(farsight_model.FarsightModel(arguments.model)).eval()
    uvicorn.run(application(model), host="127.0.0.1", port=arguments.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
