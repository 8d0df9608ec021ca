#!/usr/bin/env python3
"""Checks the hand-written documents against the tree: everything that they name must exist.

check_docs.py [--root FOLDER]. Prints every breach as FILE:LINE: what; exits 1 if there is one. It checks relative
links, paths in backticks that begin with a folder or file of the root, that ARCHITECTURE.md names every module that
has code, that the index of decisions lists each of them under its title, that the tests named in docs/THREATS.md
exist, that every document and decision that any file mentions exists, and that docs/CONFIG.md names every environment
variable that a source reads by name.
"""
import argparse
import pathlib
import re
import sys

DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`([^`\s]+)`")
# Build products, which are not in the tree, and names with a placeholder.
NOT_A_FILE = re.compile(r"[<>…*]|NNNN|NAME|^build/|^\./|x_")


def breaches(root: pathlib.Path) -> list[str]:
    found = []
    tops = {path.name for path in root.iterdir()}
    for document in DOCUMENTS:
        if not (root / document).exists():
            found.append(f"{document}:1: the document is missing")
            continue
        for number, line in enumerate((root / document).read_text().splitlines(), 1):
            names = LINK.findall(line)
            names += [name for name in CODE.findall(line) if name.split("/")[0] in tops and not NOT_A_FILE.search(name)]
            for name in names:
                if not (root / name).exists():
                    found.append(f"{document}:{number}: {name} does not exist")
    architecture = (root / "ARCHITECTURE.md").read_text() if (root / "ARCHITECTURE.md").exists() else ""
    for line in (root / "layers.txt").read_text().splitlines():
        if not line[:1].isdigit():
            continue
        for module in line.split()[1:]:
            if f"`{module}`" not in architecture:
                found.append(f"ARCHITECTURE.md:1: module {module} of layers.txt is not named")
    return found


def decision_breaches(root: pathlib.Path) -> list[str]:
    """Decisions whose row in the index is missing or has another title."""
    folder = root / "docs" / "decisions"
    if not folder.is_dir():
        return []
    found = []
    index = (folder / "README.md").read_text() if (folder / "README.md").exists() else ""
    for file in sorted(folder.glob("[0-9]*.md")):
        number, _, title = file.read_text().splitlines()[0].lstrip("# ").partition(" ")
        if f"| [{number}]({file.name}) | {title} |" not in index or not file.name.startswith(number + "-"):
            found.append(f"docs/decisions/README.md:1: no row '| [{number}]({file.name}) | {title} |'")
    return found


CPP_TEST = re.compile(r"^(?:TYPED_)?TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", re.MULTILINE)
PYTHON_TEST = re.compile(r"^\s+def (test_\w+)\(", re.MULTILINE)
NAMED_TEST = re.compile(r"`([A-Z]\w+\.[A-Z]\w+|test_\w+)`")


def threat_breaches(root: pathlib.Path) -> list[str]:
    """Tests that docs/THREATS.md names and that do not exist."""
    document = root / "docs" / "THREATS.md"
    if not document.exists():
        return []
    tests = set()
    for folder in ("src", "tests"):
        for file in (root / folder).rglob("*_test.cpp"):
            tests.update(f"{suite}.{name}" for suite, name in CPP_TEST.findall(file.read_text()))
        for file in (root / folder).rglob("*_test.py"):
            tests.update(PYTHON_TEST.findall(file.read_text()))
    return [f"docs/THREATS.md:{number}: there is no test {name}"
            for number, line in enumerate(document.read_text().splitlines(), 1)
            for name in NAMED_TEST.findall(line) if name not in tests]


MENTION = re.compile(r"(?<![\w/.-])docs/[\w/.-]*\w\.(?:md|json|svg)\b|\bdecision (\d{4})\b")
TEXT_FILES = {".cpp", ".hpp", ".h", ".rs", ".toml", ".py", ".sh", ".cmake", ".txt", ".md", ".yml", ".supp", ""}
# They show how a breach looks.
EXAMPLES = {"check_docs_test.py", "tidy_test.py"}


def mention_breaches(root: pathlib.Path) -> list[str]:
    """Documents and decisions that a file of the project mentions, and links between documents, to what is gone."""
    found = []
    decisions = {path.name[:4] for path in (root / "docs" / "decisions").glob("[0-9]*.md")}
    folders = ["src", "tests", "rust", "tools", "cmake", "docs", "bench", "guests", "examples"]
    files = [path for path in root.iterdir() if path.is_file()]
    files += [path for folder in folders for path in (root / folder).rglob("*") if path.is_file()]
    for file in sorted(files):
        if file.suffix not in TEXT_FILES or file.name in EXAMPLES or "target" in file.parts:
            continue
        name = file.relative_to(root)
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
            for mention in MENTION.finditer(line):
                if mention[1] and mention[1] not in decisions:
                    found.append(f"{name}:{number}: there is no {mention[0]}")
                elif not mention[1] and not NOT_A_FILE.search(mention[0]) and not (root / mention[0]).exists():
                    found.append(f"{name}:{number}: {mention[0]} does not exist")
            if name.parts[0] == "docs" and file.suffix == ".md":
                found += [f"{name}:{number}: {link} does not exist" for link in LINK.findall(line)
                          if not (file.parent / link).exists()]
    return found


VARIABLE = re.compile(r'(?:getenv|take_passphrase_variable)\("([A-Z_]+)"\)')


def variable_breaches(root: pathlib.Path) -> list[str]:
    """Environment variables that the program reads and docs/CONFIG.md does not name."""
    document = root / "docs" / "CONFIG.md"
    known = document.read_text() if document.exists() else ""
    return [f"{file.relative_to(root)}:{number}: docs/CONFIG.md does not name {name}"
            for file in sorted((root / "src").rglob("*.cpp")) if not re.search(r"_(test|bench|fuzz)\.cpp$", file.name)
            for number, line in enumerate(file.read_text().splitlines(), 1)
            for name in VARIABLE.findall(line) if f"`{name}`" not in known]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root
    found = (breaches(root) + decision_breaches(root) + threat_breaches(root) + mention_breaches(root) +
             variable_breaches(root))
    for breach in found:
        print(breach)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
