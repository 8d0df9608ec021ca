#!/usr/bin/env python3
"""Writes docs/benchmarks.md and its picture from the JSON of ./dev bench.

benchmarks_page.py FIGURES.json FOLDER: writes FOLDER/benchmarks.md and FOLDER/benchmarks.svg
"""
import html
import json
import math
import pathlib
import sys

HEAD = """# Benchmarks

Written by `tools/benchmarks_page.py` from the figures of `./dev bench{quick} --out FILE`. Machine: {machine}.
Commit: `{commit}`. Effort: {effort}.

![each figure as a bar against its floor](benchmarks.svg)

Each figure is next to its floor, measured in the same run: the cost of the raw parts without this project, or a target
where there is no raw counterpart (the note says which). Figure and floor are measured alternately, and the least time
of each counts; latencies are medians or the percentile named in the note. Machines are shared and noisy: read the
ratio.

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


# The picture: a row for each figure with a floor, on a logarithmic axis of speed relative to the floor. A bar that
# reaches the middle is as fast (or as small) as its floor.
ROW, LABEL, HALF, LEFT = 18, 290, 230, 10
DECADES = 2  # on each side of the middle; longer bars end at the edge


def relative(row: dict) -> float:
    """How many times as fast as its floor, or as small: above 1 is better."""
    higher_is_better = row["unit"].endswith("/s")
    return row["value"] / row["floor"] if higher_is_better else row["floor"] / row["value"]


def colour_of(name: str) -> str:
    if name.startswith("dag_"):
        return "#a5683b"
    engines = ("sqlite_", "rocksdb_", "postgres_", "sled_", "ledger_")
    return "#4c8c4a" if name.startswith(engines) else "#3b6ea5"


def picture(rows: list[dict]) -> str:
    rows = [row for row in rows if row["floor"] and row["value"]]
    width, height = LEFT + LABEL + 2 * HALF + 110, ROW * (len(rows) + 2)
    middle = LEFT + LABEL + HALF
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
           'font-family="sans-serif" font-size="11">',
           '<title>Each figure of the benchmarks against its floor, measured in the same run</title>',
           f'<rect width="{width}" height="{height}" fill="white"/>']
    for power in range(-DECADES, DECADES + 1):
        x = middle + HALF * power / DECADES
        colour = "#333" if power == 0 else "#ddd"
        out.append(f'<line x1="{x:g}" y1="{ROW}" x2="{x:g}" y2="{height - 4}" stroke="{colour}"/>')
        label = "the floor" if power == 0 else f"{10.0 ** power:g} ×"
        out.append(f'<text x="{x:g}" y="{ROW - 5}" text-anchor="middle">{label}</text>')
    for index, row in enumerate(rows):
        y, times = ROW * (index + 1) + 3, relative(row)
        reach = HALF * max(-1.0, min(1.0, math.log10(times) / DECADES))
        x, length = (middle, reach) if reach >= 0 else (middle + reach, -reach)
        out.append(f'<text x="{LEFT + LABEL - 6}" y="{y + 10}" text-anchor="end">{html.escape(row["name"])}</text>')
        out.append(f'<rect x="{x:.1f}" y="{y}" width="{max(length, 1):.1f}" height="{ROW - 6}" '
                   f'fill="{colour_of(row["name"])}"/>')
        value = html.escape(number(row["value"], row["unit"]))
        out.append(f'<text x="{middle + HALF + 8}" y="{y + 10}">{value}</text>')
    out.append("</svg>\n")
    return "\n".join(out)


def page(figures: dict) -> str:
    quick = " --quick" if figures["effort"] == "quick" else ""
    lines = [HEAD.format(quick=quick, **{key: figures[key] for key in ("machine", "commit", "effort")})]
    for row in figures["results"]:
        floor = number(row["floor"], row["unit"]) if row["floor"] else "–"
        ratio = f"{row['ratio']:.2f}" if row["floor"] else "–"
        note = row["note"].strip().rstrip(",").replace("|", "\\|")
        lines.append(f"| `{row['name']}` | {number(row['value'], row['unit'])} | {floor} | {ratio} | {note} |\n")
    return "".join(lines)


def main() -> None:
    figures = json.loads(pathlib.Path(sys.argv[1]).read_text())
    folder = pathlib.Path(sys.argv[2])
    (folder / "benchmarks.md").write_text(page(figures))
    (folder / "benchmarks.svg").write_text(picture(figures["results"]))


if __name__ == "__main__":
    main()
