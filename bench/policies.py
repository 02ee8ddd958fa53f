"""Prints the results of bench/policies.sh as Markdown, and to standard error whether what is asked of policies holds."""

import json
import pathlib
import sys

KAGGLE_ROWS = 33_762_577
BOUND = "belady"


def share(result, of_all_rows):
    """The cache size as its readers know it: a share of the tables' rows, or of the distinct rows."""
    return f"{100 * result['slots'] / KAGGLE_ROWS:.3g} %" if of_all_rows else result["size"].replace("%", " %")


def by_size(results):
    sizes = {}
    for result in results:
        sizes.setdefault(result["slots"], []).append(result)
    return sizes.values()


def comparison(title, results, of_all_rows):
    policies = list(dict.fromkeys(result["policy"] for result in results))
    others = [policy for policy in policies if policy != BOUND]
    print(f"\n{title}: {results[0]['lookups']:,} lookups of {results[0]['distinct_rows']:,} distinct rows.\n")
    heads = [f"`{p}`" for p in policies] + [f"`{p}`: more rows in" for p in others]
    print("| slots | " + " | ".join(heads) + " |")
    print("|---|" + "---|" * len(heads))
    for group in by_size(results):
        found = {result["policy"]: result for result in group}
        ratios = [f"{found[p]['unique_hit_ratio']:.4f}" for p in policies]
        regrets = [f"{100 * found[p]['regret']:.1f} %" for p in others]
        print(f"| {share(group[0], of_all_rows)} | " + " | ".join(ratios + regrets) + " |")
        order = [found[p]["unique_hit_ratio"] for p in ("lookahead", "lfu", "lru") if p in found]
        if order != sorted(order, reverse=True):
            print(f"{title}, {share(group[0], of_all_rows)}: not lookahead >= lfu >= lru: {order}", file=sys.stderr)


def curve(results):
    ahead = sorted({result["lookahead"] for result in results if result["policy"] != BOUND})
    print("\nRows that `lookahead` brings in above the bound, batch 2,048, by batches of look-ahead:\n")
    print("| slots | " + " | ".join(str(n) for n in ahead) + " |")
    print("|---|" + "---|" * len(ahead))
    for group in by_size(results):
        found = {result["lookahead"]: result["regret"] for result in group if result["policy"] != BOUND}
        print(f"| {share(group[0], True)} | " + " | ".join(f"{100 * found[n]:.1f} %" for n in ahead) + " |")
        within = [n for n in ahead if found[n] <= 0.03]
        print(f"{share(group[0], True)}: within 3 % from a look-ahead of {min(within, default='?')} on", file=sys.stderr)


def causes(title, results, of_all_rows):
    print(f"\nWhy rows came in, {title}, of all unique rows of batches:\n")
    print("| slots | policy | first use | no room, with the bound too | the policy's choice |")
    print("|---|---|---|---|---|")
    for result in results:
        shares = [f"{100 * result['misses'][cause] / result['unique_rows']:.1f} %" for cause in ("compulsory", "capacity", "policy")]
        print(f"| {share(result, of_all_rows)} | `{result['policy']}` | " + " | ".join(shares) + " |")


def main(folder):
    load = lambda name: json.loads((folder / f"{name}.json").read_text())
    print("Unique hit ratio, and rows that come in (loaded or forwarded) above those of the bound `belady`; look-ahead 32.")
    comparison("Criteo Kaggle's tables, Zipf 1.05, batch 2,048", load("kaggle-2048"), True)
    comparison("The same, batch 16,384", load("kaggle-16384"), True)
    if (folder / "criteo-128.json").exists():
        comparison("Real Criteo rows, batch 128, slots as a share of the distinct rows", load("criteo-128"), False)
        comparison("The same, batch 512", load("criteo-512"), False)
    curve(load("ahead-2048"))
    causes("batch 2,048", load("kaggle-2048"), True)


main(pathlib.Path(sys.argv[1]))
