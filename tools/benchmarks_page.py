#!/usr/bin/env python3
"""Writes docs/benchmarks.md from the JSON of ./dev bench.

benchmarks_page.py FIGURES.json > docs/benchmarks.md
"""
import json
import sys

HEAD = """# Benchmarks

Written by `tools/benchmarks_page.py` from what `./dev bench{quick} --out FILE` measured. Machine: {machine}.
Commit: `{commit}`. Effort: {effort}.

Each figure is next to its floor, measured in the same run: what the raw parts cost without this project, or the bar
where no raw counterpart exists (the note says which). Ours and the floor take turns and the least time of each counts;
latencies are medians or the percentile that the note names. Machines are shared and noisy: read the ratio.

| figure | value | floor | ratio | what it is |
| --- | ---: | ---: | ---: | --- |
"""


def number(value: float, unit: str) -> str:
    if unit == "ns":
        for limit, scale, name in ((1e3, 1, "ns"), (1e6, 1e3, "µs"), (1e9, 1e6, "ms")):
            if value < limit:
                return f"{value / scale:,.3g} {name}"
        return f"{value / 1e9:,.3g} s"
    if unit in ("bytes", "B"):
        return f"{value / 2**20:,.1f} MiB"
    digits = 2 if abs(value) < 100 else 0
    return f"{value:,.{digits}f} {unit}".replace(" x", " ×")


def main() -> None:
    with open(sys.argv[1]) as file:
        figures = json.load(file)
    quick = " --quick" if figures["effort"] == "quick" else ""
    print(HEAD.format(quick=quick, **{key: figures[key] for key in ("machine", "commit", "effort")}), end="")
    for row in figures["results"]:
        floor = number(row["floor"], row["unit"]) if row["floor"] else "–"
        ratio = f"{row['ratio']:.2f}" if row["floor"] else "–"
        note = row["note"].strip().rstrip(",").replace("|", "\\|")
        print(f"| `{row['name']}` | {number(row['value'], row['unit'])} | {floor} | {ratio} | {note} |")


if __name__ == "__main__":
    main()
