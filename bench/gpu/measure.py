#!/usr/bin/env python3
"""Tests and measurements of compute.backend = jcuda on a host with a GPU, in the folder that pack.sh makes.

  measure.py [--repeats 3] [--minutes 9] [--set key=value]... PART...

  tests       the compute contract in fp32, tf32 and bf16, and whole runs: equal bits, recorded losses, quality, faults
  step        time of each command of a training step and of whole steps, tf32 and bf16
  all-tf32 all-bf16 1%-tf32 1%-bf16
              training at Criteo Kaggle's cardinalities, all rows on the device or 1 %; kaggle means all four
  terabyte    training at Criteo 1TB's cardinalities, 1 %
  long        as 1%-bf16, for three epochs: what planning takes when starting up is a small part
  npy-tf32 npy-full-tf32
              as 1%-tf32 and its samples, prepared as npy files in this folder first (4 GB); in their order, or data.shuffle = full
  startup     time from the start of the process to the first step, 1TB, memory taken lazily
  timeline    a time line of 8 steps at 1 %, tf32 and bf16
  PART-xN     all-..., 1%-..., terabyte or mlperf-... on N GPUs, N times the batch: all-tf32-x2. two, four and eight mean the Kaggle
              parts on one and on so many GPUs, in turn
  PART-xN-strong
              all-... or 1%-... on N GPUs, 65,536 samples of all together: all-tf32-x4-strong
  scaling     on 1, 2, 4, ... of the GPUs that there are, the most important first: PyTorch; Kaggle's parts; the whole of MLPerf's
              rows, resident over all GPUs; 1TB; MLPerf's 10 %; and Kaggle's parts with 65,536 samples of all together. Takes one
              repeat a part; what there is no time for is named. scaling.json is for docs/results
  PART-watched
              all-... or 1%-..., while a page shows it: train --watch
  torch       PyTorch on the same work, its table on the GPU
  torch-sharded
              PyTorch on the same work, its rows sharded over 1, 2, 4, ... GPUs
  mlperf-SIZE-BATCH-PRECISION
              training on bags at MLPerf's shape: 26 tables, 214 lookups a sample pooled by sum. SIZE: all (an eighth of MLPerf's
              rows, all on the device), 80% (of these), 10% (of half of MLPerf's rows), or whole (all of MLPerf's rows, 104 GB in
              float32, on several devices). BATCH: 16384 or 65536. PRECISION: tf32 or bf16. mlperf means all twelve but whole
  mlperf-timeline
              a time line of 4 steps of mlperf-all-65536-tf32 and of mlperf-80%-65536-tf32
  bags-SIZE   training of nearly nothing but rows: ten tables of 5 million rows, 104,860 lookups each a step in bags of 10, tf32.
              SIZE: all, 80% or 10% of the rows in the cache
  bags        time of pooling bags and of updating their rows, ten tables of a million rows, tf32 and bf16
  torch-mlperf
              PyTorch on MLPerf's shape, an eighth of its rows on the GPU, batch 16,384

Training: the first 500 steps are not counted, at MLPerf's shape the first 100, which are its distinct batches. Parts are repeated
in turn, so that a drift of the host hits all alike; medians are shown. No new run starts after --minutes. Results go to $OUT
(default: gpu-results): measure.json, logs, traces.
"""
import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tarfile
import time

HERE = pathlib.Path(__file__).resolve().parent
OUT = pathlib.Path(os.environ.get("OUT", "gpu-results")).resolve()
BATCH = 16384
NOT_COUNTED = 500
KAGGLE = ("all-tf32", "all-bf16", "1%-tf32", "1%-bf16")
MLPERF_ROWS = (40000000, 39060, 17295, 7424, 20265, 3, 7122, 1543, 63, 40000000, 3067956, 405282, 10, 2209, 11938, 155, 4, 976, 14,
               40000000, 40000000, 40000000, 590152, 12973, 108, 36)
MLPERF_LOOKUPS = 214
MLPERF_DISTINCT = 100
MLPERF_STEPS = {16384: 400, 65536: 250}
MLPERF_DIVISORS = {"all": 8, "80%": 8, "10%": 2, "whole": 1}
MLPERF = tuple(f"mlperf-{size}-{batch}-{precision}"
               for batch in MLPERF_STEPS for size in ("all", "80%", "10%") for precision in ("tf32", "bf16"))
CACHED_BAGS = ("bags-all", "bags-80%", "bags-10%")
CACHED_BAGS_BATCH = 10486
CACHED_BAGS_LOOKUPS = 100
NPY = ("npy-tf32", "npy-full-tf32")
WHOLE_MLPERF = tuple(f"mlperf-whole-{batch}-{precision}" for batch in MLPERF_STEPS for precision in ("tf32", "bf16"))
DEVICES = {"two": 2, "four": 4, "eight": 8}
ON_SEVERAL = tuple(f"{part}-x{n}" for n in DEVICES.values() for part in (*KAGGLE, "terabyte", *MLPERF, *WHOLE_MLPERF))
STRONG_BATCH = 65536
STRONG = tuple(f"{part}-x{n}-strong" for n in (1, *DEVICES.values()) for part in KAGGLE)
WATCHED = tuple(f"{part}-watched" for part in KAGGLE)
REPEATED = (*KAGGLE, *WATCHED, *NPY, "terabyte", "long", *MLPERF, *CACHED_BAGS, *ON_SEVERAL, *STRONG)
PARTS = ("tests", "step", "bags", *REPEATED, "startup", "timeline", "mlperf-timeline", "torch", "torch-mlperf",
         "torch-sharded")
GROUPS = {"kaggle": KAGGLE, "mlperf": MLPERF,
          **{name: tuple(one for part in KAGGLE for one in (part, f"{part}-x{n}")) for name, n in DEVICES.items()}}


def java():
    """The packed runtime, unpacked at first; or the one on the path."""
    packed = HERE / "jre.txz"
    if packed.exists() and not (HERE / "jre" / "bin" / "java").exists():
        with tarfile.open(packed) as archive:
            archive.extractall(HERE)
    own = HERE / "jre" / "bin" / "java"
    return str(own) if own.exists() else "java"


def gpus():
    listed = subprocess.run(["nvidia-smi", "--list-gpus"], capture_output=True, text=True, check=False)
    return len(listed.stdout.splitlines())


def host():
    """Such as 4 x NVIDIA H200, 64 cores."""
    listed = subprocess.run(["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"], capture_output=True, text=True, check=False)
    names = listed.stdout.splitlines()
    return f"{len(names)} x {names[0]}, {os.cpu_count()} cores" if names else f"{os.cpu_count()} cores"


def scaling():
    """The parts of scaling on the GPUs that there are."""
    numbers = [n for n in (1, *DEVICES.values()) if n <= gpus()]
    most_first = [1, *reversed(numbers[1:])]
    most = most_first[1] if len(numbers) > 1 else 1

    def on(part, devices):
        return part if devices == 1 else f"{part}-x{devices}"

    weak = [on(part, n) for n in most_first for part in KAGGLE]
    whole = [on(f"mlperf-whole-16384-{precision}", most) for precision in ("tf32", "bf16")] if most > 1 else []
    large = [on(part, n) for part in ("terabyte", "mlperf-10%-16384-bf16", "mlperf-all-16384-bf16") for n in most_first]
    strong = [f"{part}-x{n}-strong" for n in most_first for part in KAGGLE]
    return ["torch-sharded", *weak, *whole, *large, *strong]


def scaling_table(results):
    """What scaling measured, as a table of Markdown: millions of samples a second, by number of GPUs, and times one GPU's."""
    speeds = {}
    for part, runs in results.items():
        counted = [run["samples_per_second"] for run in runs if "samples_per_second" in run]
        base, _, devices = part.removesuffix("-strong").partition("-x")
        if counted and part in REPEATED:
            row = base + (", 65,536 samples in all" if part.endswith("-strong") else "")
            speeds.setdefault(row, {})[int(devices or 1)] = statistics.median(counted) / 1e6
    for run in results.get("torch-sharded", []):
        for name, speed in run.items():
            way, _, devices = name.rpartition(" x")
            if devices.isdigit():
                speeds.setdefault(f"PyTorch, rows sharded, {way}", {})[int(devices)] = speed / 1e6
    numbers = sorted({n for row in speeds.values() for n in row})
    lines = ["| M samples/s | " + " | ".join(f"{n} GPU{'s' if n > 1 else ''}" for n in numbers) + " |", "|---" * (len(numbers) + 1) + "|"]
    for name, row in speeds.items():
        cells = []
        for n in numbers:
            times = f" ({row[n] / row[1]:.2f} times)" if n in row and n > 1 and 1 in row else ""
            cells.append(f"{row[n]:.2f}{times}" if n in row else "")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def class_path(*folders):
    return ":".join(str(HERE / folder / "*") for folder in folders)


def logged(name, command):
    """Runs a command, its output to a file; returns exit status and output."""
    log = OUT / f"{name}.log"
    with log.open("w") as out:
        status = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, check=False).returncode
    return status, log.read_text()


class Measure:

    def __init__(self, options):
        self.options = options
        self.java = [java(), f"@{HERE}/jvm.options", *os.environ.get("JOPTS", "").split()]
        self.end = time.monotonic() + 60 * options.minutes
        self.scales = "scaling" in options.parts
        self.results = {}

    def note(self, part, result):
        self.results.setdefault(part, []).append(result)
        (OUT / "measure.json").write_text(json.dumps(self.results, indent=1))
        if self.scales:
            scaling = {"command": "bench/gpu/measure.py scaling", "host": host(), "table": scaling_table(self.results)}
            (OUT / "scaling.json").write_text(json.dumps(scaling, indent=1))
        print(part, json.dumps({k: v for k, v in result.items() if k not in ("stages_ms", "cpu_ms")}), flush=True)

    def tests(self):
        launcher = [*self.java, "-cp", class_path("test", "lib"), "org.junit.platform.console.ConsoleLauncher", "execute",
                    "--select-package", "dev.farsight.compute.jcuda", "--select-package", "dev.farsight.bench.gpu",
                    "--exclude-classname", ".*KernelCompileTest", "--details=testfeed", "--disable-banner", "--disable-ansi-colors"]
        status, output = logged("tests", launcher)
        counts = dict(re.findall(r"(\d+) tests (successful|failed|aborted|found)", output))
        failed = [line.strip() for line in output.splitlines() if line.endswith(":: FAILED")]
        print("\n".join(failed[:40]))
        print("\n".join(re.findall(r"^\w+: (?:AUROC|largest error) .*", output, re.MULTILINE)))
        self.note("tests", {"status": status, **{name: int(count) for count, name in counts.items()}, "failed_tests": failed[:40]})

    def step(self):
        for precision in ("tf32", "bf16"):
            command = [*self.java, "-Xmx4g", "-cp", class_path("test", "lib"), "dev.farsight.compute.jcuda.StepTiming", precision]
            status, output = logged(f"step-{precision}", command)
            print(output)
            times = [float(ms) for ms in re.findall(r"^graphs: ([\d.]+) ms", output, re.MULTILINE)]
            self.note("step", {"precision": precision, "status": status, "graph_ms": times})

    def bags(self):
        for precision in ("tf32", "bf16"):
            command = [*self.java, "-Xmx8g", "-cp", class_path("test", "lib"), "dev.farsight.compute.jcuda.StepTiming", "bags", "sum",
                       precision]
            status, output = logged(f"bags-{precision}", command)
            print(output)
            rates = [float(rate) for rate in re.findall(r"([\d.]+) M lookups/s", output)]
            times = [float(ms) for ms in re.findall(r"^graphs: ([\d.]+) ms", output, re.MULTILINE)]
            self.note("bags", {"precision": precision, "status": status, "m_lookups_per_second": rates, "graph_ms": times})

    def train(self, name, heap, *sets, batch=BATCH, not_counted=NOT_COUNTED, devices=1):
        """One training run: its report's figures, and the speed after the steps that are not counted. batch: samples a device."""
        run = OUT / name
        settings = [f"run.directory={run}", *sets, *self.options.set]
        if devices > 1:
            heap = f"{devices * int(heap[:-1])}g"
            batch *= devices
            # Where all rows are resident, nothing is fetched or written back: those threads find and merge rows.
            threads = 16 if 'cache.size="all"' in sets else 9
            settings += [f"compute.jcuda.devices={list(range(devices))}", f"data.batch-size={batch}",
                         f"lookahead.threads={threads * devices}", f"storage.threads={4 * devices}"]
        command = [*self.java, f"-Xmx{heap}", "-cp", class_path("lib"), "dev.farsight.cli.Main", "train", str(HERE / "dlrm.conf")]
        if "-watched" in name:
            command.append("--watch=0")
        for setting in settings:
            command += ["--set", setting]
        begun = time.monotonic()
        with (OUT / f"{name}.log").open("w") as out:
            process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
            # The file is made when all is open and training begins.
            while process.poll() is None and not (run / "metrics.jsonl").exists():
                time.sleep(.01)
            ready = time.monotonic() - begun
            status = process.wait()
        wall = time.monotonic() - begun
        if status != 0:
            lines = (OUT / f"{name}.log").read_text().strip().splitlines()
            return {"status": status, "error": lines[-1] if lines else "", "wall_s": round(wall, 1)}
        report = json.loads((run / "report.json").read_text())
        lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
        steps = [(line["step"], line["step"] * batch / line["samples_per_second"]) for line in lines if "loss" in line]
        stages = report["throughput"]["stages"]
        result = {
            "ready_s": round(ready, 2),
            "first_step_s": round(ready + steps[0][1], 2),
            "wall_s": round(wall, 1),
            "steps": len(steps),
            "device_MiB": report["memory"]["device_bytes"] >> 20,
            "peak_rss_GiB": round(report["memory"]["peak_rss_bytes"] / 2**30, 1),
            "hit_ratio": round(report["cache"]["hit_ratio"], 4),
            "loaded_rows_a_step": round(report["cache"]["loaded_rows"] / len(steps)),
            "lookahead_shrunk": report["cache"]["lookahead_shrunk"],
            "loss_sha256": report["loss_sha256"],
            "stages_ms": {stage: round(1e3 * seconds / len(steps), 3) for stage, seconds in stages.items()},
            "cpu_ms": {stage: round(1e3 * seconds / len(steps), 2) for stage, seconds in report["throughput"]["cpu_seconds"].items()},
        }
        counted = [at for at in steps if at[0] >= not_counted]
        if len(counted) > 1:
            (first, begin), (last, end) = counted[0], counted[-1]
            its = (last - first) / (end - begin)
            result["its"] = round(its, 1)
            result["cpu_ms_a_step"] = round(sum(result["cpu_ms"].values()), 2)
            result["samples_per_second"] = round(its * batch)
        return result

    def training(self, part, repeat):
        name = f"{part.replace('%', 'pc')}-{repeat}"
        part, _, devices = part.removesuffix("-watched").removesuffix("-strong").partition("-x")
        devices = int(devices or 1)
        batch = STRONG_BATCH // devices if name.removesuffix(f"-{repeat}").endswith("-strong") else BATCH
        if part == "terabyte":
            return self.train(name, "6g", "data.synthetic.cardinalities=terabyte", f"data.synthetic.rows={1000 * BATCH}",
                              'cache.size="1%"', "storage.offheap.memory-limit=220 GiB", f"train.epochs={devices}", devices=devices)
        if part in NPY:
            return self.train(name, "10g", 'cache.size="1%"', "compute.jcuda.precision=tf32", "data.source=npy",
                              f'data.path="{self.prepared()}"', f"data.shuffle={'full' if 'full' in part else 'none'}")
        if part in MLPERF or part in WHOLE_MLPERF:
            return self.mlperf(name, *part.split("-")[1:], devices=devices)
        if part in CACHED_BAGS:
            return self.cached_bags(name, part.split("-")[1])
        if part == "long":
            return self.train(name, "10g", 'cache.size="1%"', "compute.jcuda.precision=bf16", "train.epochs=3")
        size, precision = part.split("-")
        return self.train(name, "10g", f'cache.size="{size}"', f"compute.jcuda.precision={precision}", f"data.batch-size={batch}",
                          f"train.epochs={batch * devices // BATCH}", batch=batch, devices=devices)

    def prepared(self):
        """The folder with the samples of dlrm.conf as npy files, which are then in the page cache too."""
        folder = HERE / "prepared"
        if not (folder / "manifest.json").exists():
            command = [*self.java, "-Xmx8g", "-cp", class_path("lib"), "dev.farsight.cli.Main", "data", "prepare", str(HERE / "dlrm.conf"),
                       "--set", "data.synthetic.in-memory=false", "--out", str(folder)]
            begun = time.monotonic()
            status, output = logged("prepare", command)
            print(output[-600:], f"prepared in {time.monotonic() - begun:.1f} s", sep="\n", flush=True)
            if status != 0:
                sys.exit("the samples were not prepared")
        return folder

    def cached_bags(self, name, size):
        result = self.train(
            name, "12g", f"data.synthetic.cardinalities={[5_000_000] * 10}", "data.synthetic.hotness=10", "data.synthetic.dense=1",
            f"data.batch-size={CACHED_BAGS_BATCH}", f"data.synthetic.rows={100 * CACHED_BAGS_BATCH}", "train.max-steps=500",
            "train.epochs=5", f'cache.size="{size}"', "model.dlrm.bottom-mlp=[]", "model.dlrm.top-mlp=[]", batch=CACHED_BAGS_BATCH,
            not_counted=100)
        if "samples_per_second" in result:
            result["m_lookups_per_second"] = round(result["samples_per_second"] * CACHED_BAGS_LOOKUPS / 1e6)
        return result

    def mlperf(self, name, size, batch_size, precision, *sets, devices=1):
        batch = int(batch_size)
        steps = MLPERF_STEPS[batch]
        divisor = MLPERF_DIVISORS[size]
        rows = [-(-number // divisor) for number in MLPERF_ROWS]
        result = self.train(
            name, "24g", f"data.synthetic.cardinalities={rows}", "data.synthetic.hotness=mlperf", "data.synthetic.pooling=sum",
            f"data.batch-size={batch}", f"data.synthetic.rows={MLPERF_DISTINCT * batch}", f"train.max-steps={steps}",
            f"train.epochs={-(-steps * devices // MLPERF_DISTINCT)}", f'cache.size="{"all" if size == "whole" else size}"',
            f"compute.jcuda.precision={precision}", "storage.offheap.memory-limit=220 GiB", *sets, batch=batch, not_counted=MLPERF_DISTINCT, devices=devices)
        if "samples_per_second" in result:
            result["m_lookups_per_second"] = round(result["samples_per_second"] * MLPERF_LOOKUPS / 1e6)
        return result

    def startup(self):
        self.note("startup", self.train(
            "startup", "2g", "data.synthetic.cardinalities=terabyte", "data.synthetic.in-memory=false",
            f"data.synthetic.rows={20 * BATCH}", 'cache.size="1%"', "storage.offheap.memory-limit=120 GiB",
            "storage.offheap.populate=lazy"))

    def timeline(self):
        for precision in ("tf32", "bf16"):
            trace = OUT / f"timeline-{precision}.json"
            result = self.train(f"timeline-run-{precision}", "6g", f"data.synthetic.rows={620 * BATCH}", 'cache.size="1%"',
                                f"compute.jcuda.precision={precision}", f'compute.jcuda.timeline.file="{trace}"',
                                "compute.jcuda.timeline.from=600")
            if trace.exists():
                result["us_a_step"] = json.loads(trace.read_text())["otherData"]["microseconds a step"]
            self.note("timeline", {"precision": precision, **result})

    def mlperf_timeline(self):
        for size in ("all", "80%"):
            trace = OUT / f"mlperf-timeline-{size.strip('%')}.json"
            result = self.mlperf(f"mlperf-timeline-run-{size.strip('%')}", size, "65536", "tf32", "train.max-steps=130",
                                 f'compute.jcuda.timeline.file="{trace}"', "compute.jcuda.timeline.from=120",
                                 "compute.jcuda.timeline.steps=4")
            if trace.exists():
                result["us_a_step"] = json.loads(trace.read_text())["otherData"]["microseconds a step"]
            self.note("mlperf-timeline", {"size": size, **result})

    def torch(self, part="torch", *options):
        status, output = logged(part, [sys.executable, str(HERE / "torch_dlrm.py"), "--device", "cuda", "--dim", "128",
                                       "--batch", str(BATCH), *options])
        print(output)
        last = output.strip().splitlines()[-1] if output.strip() else ""
        speeds = json.loads(last)["samples_per_second"] if status == 0 else {}
        self.note(part, {"status": status, **{name: round(speed / BATCH, 1) for name, speed in speeds.items()}})

    def torch_sharded(self):
        status, output = logged("torch-sharded", [sys.executable, str(HERE / "torch_sharded.py")])
        print(output)
        last = output.strip().splitlines()[-1] if output.strip() else ""
        speeds = json.loads(last)["samples_per_second"] if status == 0 else {}
        self.note("torch-sharded", {"status": status, **{name: round(speed) for name, speed in speeds.items()}})

    def torch_mlperf(self):
        self.torch("torch-mlperf", "--cardinalities", "mlperf", "--cardinality-divisor", "8", "--hotness", "mlperf",
                   "--steps", "20", "--warmup", "5")

    def run(self, parts):
        for part in parts:
            if part not in REPEATED and self.in_time(part):
                getattr(self, part.replace("-", "_"))()
        for repeat in range(1, self.options.repeats + 1):
            for part in parts:
                if part in REPEATED and self.in_time(f"{part}, run {repeat}"):
                    self.note(part, self.training(part, repeat))
        self.table()

    def in_time(self, what):
        if time.monotonic() > self.end:
            print(f"no time left for {what}", flush=True)
            return False
        return True

    def table(self):
        medians = {}
        for part in REPEATED:
            speeds = [result["its"] for result in self.results.get(part, []) if "its" in result]
            if speeds:
                medians[part] = statistics.median(speeds)
                print(f"{part:22} {medians[part]:7.1f} it/s, median of {speeds}")
        for precision in ("tf32", "bf16"):
            if f"all-{precision}" in medians and f"1%-{precision}" in medians:
                print(f"1 % makes {medians[f'1%-{precision}'] / medians[f'all-{precision}']:.2f} of all resident, {precision}")
        for part in WATCHED:
            alone = part.removesuffix("-watched")
            if part in medians and alone in medians:
                print(f"{part}: {medians[part] / medians[alone]:.3f} of {alone}")
        for part in ON_SEVERAL:
            alone, _, devices = part.partition("-x")
            if part in medians and alone in medians:
                print(f"{part}: {int(devices) * medians[part] / medians[alone]:.2f} times the samples of {alone}")
        for part in STRONG:
            alone = part.partition("-x")[0] + "-x1-strong"
            if part != alone and part in medians and alone in medians:
                print(f"{part}: {medians[part] / medians[alone]:.2f} times the samples of {alone}")
        if "npy-tf32" in medians and "1%-tf32" in medians:
            print(f"npy makes {medians['npy-tf32'] / medians['1%-tf32']:.3f} of samples in memory")
        same = [(f"all-{precision}", f"1%-{precision}") for precision in ("tf32", "bf16")]
        same += [("1%-tf32", "npy-tf32")]
        same += [(f"mlperf-all-{batch}-{precision}", f"mlperf-80%-{batch}-{precision}")
                 for batch in MLPERF_STEPS for precision in ("tf32", "bf16")]
        for parts in same:
            hashes = {result.get("loss_sha256") for part in parts for result in self.results.get(part, [])}
            if hashes:
                print(f"losses of {' and '.join(parts)}: {'the same bits' if len(hashes) == 1 else f'{len(hashes)} DIFFERENT'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="+", choices=(*PARTS, *GROUPS, "scaling"), metavar="PART")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=9)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of all training runs")
    options = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    parts = [one for part in options.parts for one in (scaling() if part == "scaling" else GROUPS.get(part, (part,)))]
    if "scaling" in options.parts:
        options.repeats = 1
    Measure(options).run(parts)


if __name__ == "__main__":
    sys.exit(main())
