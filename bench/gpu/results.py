#!/usr/bin/env python3
"""Puts together what measure.py measured, in one call or several, as docs/results/gpu.json has it.

  results.py MEASURE.json... > docs/results/gpu.json        then: bench/measure.sh page

Runs of a part follow each other in the order of the files; of what is measured once, the last counts.
"""
import json
import statistics
import sys

NAMES = {"all-tf32": "all tf32", "all-bf16": "all bf16", "1%-tf32": "1% tf32", "1%-bf16": "1% bf16", "terabyte": "terabyte 1% tf32"}

TERABYTE_ROWS = 177_944_275


def main():
    calls = [json.load(open(name)) for name in sys.argv[1:]]
    if not calls:
        sys.exit(__doc__)
    runs = {name: [run for call in calls for run in call.get(part, []) if "its" in run] for part, name in NAMES.items()}
    once = {part: run for call in calls for part in ("torch", "startup") for run in call.get(part, [])}
    steps = {run["precision"]: statistics.median(run["graph_ms"]) for call in calls for run in call.get("step", []) if run["graph_ms"]}
    torch = [run for call in calls for run in call.get("torch", []) if "gather compiled" in run]
    stages = [run["stages_ms"] for run in runs["1% tf32"]]
    long = [run for call in calls for run in call.get("long", []) if "its" in run]
    timeline = {run["precision"]: run["us_a_step"] for call in calls for run in call.get("timeline", []) if "us_a_step" in run}
    json.dump({
        "command": "bench/gpu/measure.py torch kaggle terabyte startup step timeline; bench/gpu/measure.py long",
        "step_ms": steps,
        "torch_compiled_its": {"tf32": [run["gather compiled"] for run in torch],
                               "bf16": [run["gather compiled bf16"] for run in torch]},
        "iterations_per_second": {name: [run["its"] for run in those] for name, those in runs.items()},
        "device_mib": {name: those[-1]["device_MiB"] for name, those in runs.items() if those},
        "peak_rss_gib": {name: max(run["peak_rss_GiB"] for run in those) for name, those in runs.items() if those},
        "stages_ms_1pc_tf32": {stage: round(statistics.median(run[stage] for run in stages), 3) for stage in stages[0]},
        "table_gib": TERABYTE_ROWS * 128 * 4 / 2**30,
        "startup_first_step_s": once["startup"]["first_step_s"],
        "timeline_us": timeline,
        "long_1pc_bf16": {"its": [run["its"] for run in long], "plan_ms": [run["stages_ms"]["plan"] for run in long]},
    }, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
