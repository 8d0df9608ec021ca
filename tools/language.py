"""The idioms that the project's comments, messages and documents do not use, and what replaces them.

A row is a regular expression over one line and the words to write instead. Add a row when a review finds a phrase that
a native engineer would not write.
"""
import re

IDIOMS = [(re.compile(pattern), instead) for pattern, instead in (
    (r"(?<![Tt]here )\b(is|are|was) no (?!longer\b|more\b|less\b|other\b)\w", "'is not a', or 'there is no'"),
    (r"\b(is|are|was|were|be|been) told\b", "'is notified of', 'is reported', 'learns'"),
    (r"\b[Tt]ells\b", "'reports', 'shows', 'returns', 'distinguishes'"),
    (r"(?<![\"'`])\b([Ss]omebody|[Nn]obody|[Aa]nybody|[Ee]verybody)\b(?![\"'`])",
     "the caller, the user, another process: say which"),
    (r"\b[Ww]hoever\b", "'the caller that', 'the process that'"),
    (r"\banew\b", "'again'"),
    (r"(?<![-\w\"])\b[Bb]eside\b(?![-\w\"])", "'next to', 'while'"),
    (r"\bstands (in|on|there|beside|under)\b", "'is in', 'rests on', 'replaces'"),
    (r"\bfor ever\b", "'forever', 'from then on'"),
    (r"\b(see|sees|saw|seen) to it\b", "'ensures'"),
    (r"\b(arose|arises)\b", "'there is', 'appears'"),
    (r"\b[Ww]hy it is so\b", "'Rationale:'"),
    (r"\b(is|are) deaf to\b", "'ignores', 'does not check for'"),
    (r"\ball the same(?=[.;,]|$)", "'still', 'nevertheless'"),
    (r"\bas well(?=[.;,:]|$)", "'also'"),
    (r"\bin silence\b", "'silently'"),
    (r"\bso many\b(?! that)", "'that many', 'this many'"),
    (r"\b(is|are) of version\b", "'has version'"),
    (r"\bor double\b", "'or duplicate'"),
    (r"\b[Tt]hread safe as [^,;.]+ is\b", "'as thread safe as'"),
    (r"\b(runs|exists|is there|is open) already\b", "'is already running', 'already exists', 'is already open'"),
    (r"\bof something else\b", "'unrelated'"),
    (r"\b(larger|longer|more) than any may be\b", "'exceeds the limit'"),
    (r"\bas (many|much)\b[^.;,]* as (it |they )?may(?=[.;,:)\"]|$)", "'the limit is reached', 'too many'"),
    (r"\bat the first question\b", "'on first use'"),
    (r"\bas good as none\b", "'counts as missing'"),
    (r"\b[Ll]ets? (it |them )?go\b", "'releases', 'unpins', 'drops'"),
    (r"\b(goes? (its|their) way|in hand|as ever|for want of)\b", "'moves on', 'handles', 'as usual', 'without'"),
    (r"\bby itself\b", "'automatically', 'alone', 'completed'"),
    (r"\bonce more\b", "'again'"),
    (r"\bnow and then\b", "'from time to time', 'occasionally'"),
    (r"\bas (it|they) comes?\b", "'as it arrives', 'immediately'"),
    (r"\bor no (number|text|list|folder)\b", "'or not a number'"),
    (r"\bof one moment\b", "'at one moment', 'of the same state'"),
    (r"\b(node|scope) lives\b", "'there is a node in', 'created a scope in'"),
    (r"\bunique beginning\b", "'unique prefix'"),
    (r"\bleavings\b", "'data that an interrupted run left'"),
    (r"\b(sums?|journal|receipt|signature|checks?) (holds?|do not hold|does not hold)\b",
     "'is valid', 'is wrong', 'passed'"),
    (r"\bmay let go\b|\bgive it up\b", "'may release', 'abandon it'"),
    (r"\bstays? as it is\b|\bleft as it is\b", "'is unchanged'"),
    (r"\b(looks?|looked) at (it|them|all of it)\b", "'checks', 'reads', 'examines'"),
)]


def idioms_of(line: str) -> list[tuple[str, str]]:
    """Each idiom found in the line, with what to write instead."""
    return [(found[0], instead) for pattern, instead in IDIOMS if (found := pattern.search(line))]
