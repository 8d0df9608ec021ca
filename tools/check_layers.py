#!/usr/bin/env python3
"""Fails when a file of src/ includes upward, sideways, or into another module's detail/ folder (layers.txt)."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'\s*#\s*include\s+"(\w+)/(.*)"')


def ranks() -> dict[str, int]:
    table: dict[str, int] = {}
    for line in (ROOT / "layers.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            rank, *modules = line.split()
            table.update({module: int(rank) for module in modules})
    return table


def main() -> int:
    rank = ranks()
    broken = []
    for file in sorted((ROOT / "src").rglob("*.?pp")):
        path = file.relative_to(ROOT)
        module = path.parts[1]
        if module not in rank:
            broken.append(f"{path}: module {module} stands in no line of layers.txt")
            continue
        is_test = file.stem.endswith(("_test", "_bench", "_fuzz"))
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match or match[1] == module or match[1] not in rank:
                continue
            # A unit test may use the fakes of testing/, which no product code links.
            if is_test and match[1] == "testing":
                continue
            if rank[match[1]] >= rank[module]:
                broken.append(f"{path}:{number}: {module} (rank {rank[module]}) may not include {match[1]} (rank {rank[match[1]]})")
            elif match[2].startswith("detail/"):
                broken.append(f"{path}:{number}: {match[1]}/detail is private to {match[1]}")
    print("\n".join(broken) if broken else "layers hold")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
