#!/usr/bin/env python3
"""Fails when a file of src/ includes upward, sideways or from another module's detail/ folder (layers.txt), or when
production code includes a header for tests (<module>/testing/, or a module of TEST_MODULES).

check_layers.py [FOLDER]: FOLDER is the project's root by default.
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'\s*#\s*include\s+"(\w+)/(.*)"')


# Modules that no production program links.
TEST_MODULES = {"testing", "embed_testing"}


def serves_tests(path: pathlib.Path) -> bool:
    """Whether a file is a test, a benchmark, a fuzz target, or code that these share."""
    return (path.stem.endswith(("_test", "_bench", "_fuzz")) or path.parts[1] in TEST_MODULES
            or "testing" in path.parts[2:-1])


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
            broken.append(f"{path}: module {module} is in no line of layers.txt")
            continue
        is_test = serves_tests(path)
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match or match[1] not in rank:
                continue
            used = match[1]
            if used == module and not match[2].startswith("testing/"):
                continue
            if used in TEST_MODULES or match[2].startswith("testing/"):
                if not is_test:
                    broken.append(f"{path}:{number}: production code may not include headers for tests ({used})")
                    continue
                # A unit test may use the test doubles of testing/, which no production code links.
                if used == "testing":
                    continue
            if used == module:
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
