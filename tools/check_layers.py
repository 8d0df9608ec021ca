#!/usr/bin/env python3
"""Fails when a file of src/ includes upward, sideways, or into another module's detail/ folder (layers.txt).

check_layers.py [FOLDER]: FOLDER is the project's root by default.
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'\s*#\s*include\s+"(\w+)/(.*)"')


def ranks(root: pathlib.Path) -> dict[str, int]:
    table: dict[str, int] = {}
    for line in (root / "layers.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            rank, *modules = line.split()
            table.update({module: int(rank) for module in modules})
    return table


def breaches(root: pathlib.Path) -> list[str]:
    rank = ranks(root)
    broken = []
    for file in sorted((root / "src").rglob("*.?pp")):
        path = file.relative_to(root)
        module = path.parts[1]
        if module not in rank:
            broken.append(f"{path}: module {module} stands in no line of layers.txt")
            continue
        is_test = file.stem.endswith(("_test", "_bench", "_fuzz"))
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match or match[1] == module or match[1] not in rank:
                continue
            used = match[1]
            # A unit test may use the fakes of testing/, which no product code links.
            if is_test and used == "testing":
                continue
            if rank[used] >= rank[module]:
                broken.append(f"{path}:{number}: {module} (rank {rank[module]}) may not include {used} "
                              f"(rank {rank[used]})")
            elif match[2].startswith("detail/"):
                broken.append(f"{path}:{number}: {used}/detail is private to {used}")
    return broken


def main() -> int:
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    broken = breaches(root)
    print("\n".join(broken) if broken else "layers hold")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
