"""Reads C-like source just well enough for tidy.py: blanks comments and strings, finds where functions end."""
import re

TOKENS = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)"""
    r"""|(?P<raw>R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)")"""
    r"""|(?P<string>"(?:\\.|[^"\\\n])*")"""
    r"""|(?P<separator>(?<=[0-9a-fA-F])'(?=[0-9a-fA-F]))"""
    r"""|(?P<char>'(?:\\[^'\n]*.|[^'\\\n])')""",
    re.DOTALL | re.VERBOSE)


def blank_comments_and_strings(text: str) -> str:
    """The same text, with the same lines and columns, and the inside of comments and literals as spaces."""
    def blank(match: re.Match) -> str:
        found = match[0]
        if match["separator"] is not None:
            return found
        if match["comment"] is not None:
            return re.sub(r"[^\n]", " ", found)
        return found[0] + re.sub(r"[^\n]", " ", found[1:-1]) + found[-1]
    return TOKENS.sub(blank, text)


def strings_of(text: str) -> list[tuple[int, str]]:
    """Every string literal outside includes: its first line and the text between its quotes."""
    found = []
    for match in TOKENS.finditer(text):
        line_begin = text.rfind("\n", 0, match.start()) + 1
        if (match["string"] or match["raw"]) and not text.startswith("#include", line_begin):
            found.append((text.count("\n", 0, match.start()) + 1, match[0]))
    return found


def blank_preprocessor(text: str) -> str:
    """Replaces directives and their continuation lines with empty lines: a macro's braces do not count."""
    lines, inside = [], False
    for line in text.split("\n"):
        directive = inside or line.lstrip().startswith("#")
        inside = directive and line.rstrip().endswith("\\")
        lines.append("" if directive else line)
    return "\n".join(lines)


# The brace of a block, as the formatter writes it; a list follows a name, '=', ',', '(' or `return`.
BLOCK = re.compile(r"(?<![=,({])(?<!return) \{$")


def behind_a_comma_in_braces(text: str, at: int) -> bool:
    """Whether `at`, in a text without comments, is inside a list in braces and not in its first element."""
    depth, comma = 0, False
    for place in range(at - 1, -1, -1):
        c = text[place]
        if c in ")}]":
            depth += 1
        elif c in "({[":
            if depth == 0:
                return c == "{" and comma and not BLOCK.search(text[max(0, place - 8):place + 1])
            depth -= 1
        elif depth == 0 and c == ";":
            return False
        elif depth == 0 and c == ",":
            comma = True
    return False


CONTAINER = re.compile(r"^\s*(export\s+|inline\s+|pub(\([^)]*\))?\s+|unsafe\s+)*"
                       r"(namespace|class|struct|union|enum|extern|interface|type|impl|trait|mod)\b")
TEMPLATE = re.compile(r"\btemplate\s*<[^{;]*?>(?=\s*(\w|\[))")
FUNCTION_NAME = re.compile(r"([\w:~]+|operator\s*\S+)\s*\(")


def kind_of(head: str, tight: bool, parens: int) -> str:
    """The kind of block that a `{` after `head` opens: a container of declarations, a function, or data."""
    flat = TEMPLATE.sub("", head).strip()
    if tight or parens > 0 or flat.endswith(("=", ",", "(", "return")) or not flat:
        # A lambda inside data is a separate function.
        return "function" if re.search(r"\]\s*(\([^()]*\))?[^;(]*$", flat) and "](" in flat else "data"
    if CONTAINER.match(flat) and not re.search(r"\)\s*(const|noexcept|override|->[^=]*)*$", flat):
        return "container"
    return "function" if "(" in flat else "data"


def function_spans(text: str) -> list[tuple[str, int, int]]:
    """(name, first line, last line) of each function body at namespace or class level, from its signature's brace."""
    code = blank_preprocessor(blank_comments_and_strings(text))
    spans: list[tuple[str, int, int]] = []
    stack: list[tuple[str, str, int, int]] = []  # kind, head before it, parens before it, line
    head, parens, line = "", 0, 1
    depth_in_function = 0
    for index, char in enumerate(code):
        if char == "\n":
            line += 1
        if depth_in_function:
            depth_in_function += {"{": 1, "}": -1}.get(char, 0)
            if depth_in_function == 0:
                _, head, parens, first = stack.pop()
                name = FUNCTION_NAME.search(TEMPLATE.sub("", head))
                spans.append((name[1] if name else "a function", first, line))
                # Inside parentheses or after `=` the statement continues; otherwise a new one begins.
                head = head if parens else ""
            continue
        if char == "{":
            tight = index > 0 and (code[index - 1].isalnum() or code[index - 1] in "_>]")
            kind = kind_of(head, tight, parens)
            stack.append((kind, head, parens, line))
            if kind == "function":
                depth_in_function = 1
            else:
                head, parens = ("" if kind == "container" else head), 0
        elif char == "}":
            if not stack:
                continue
            kind, before, parens, _ = stack.pop()
            head = before if kind == "data" else ""
        elif char == ";" and parens == 0:
            head = ""
        else:
            parens += {"(": 1, ")": -1}.get(char, 0)
            head += char
    return spans
