"""A page that prints its story twice, or its lead also as a summary, has it once."""

import re

DOUBLE = 30
"""A paragraph of this length comes twice only where the page prints its story twice."""
HALVES = 80
"""A line of this length may hold the story twice in a row."""

_SUMMARY = re.compile(
    r"\s*[\[【]?(?:内容)?(?:摘要|导读|导语|提要|核心提示|摘 要|導讀|導語|核心提示|內容提要)[\]】]?[:：]\s*"
)


def once(lines: list[str]) -> tuple[list[str], int]:
    """The lines with each paragraph printed once: a long paragraph comes twice only where the page prints its story twice."""
    seen: set[str] = set()
    double: list[bool] = []
    for line in lines:
        double.append(len(line) >= DOUBLE and line in seen)
        seen.add(line)
    lines, cut = _halves(lines)
    if not any(double):
        return _summary(lines, cut)
    kept: list[str] = []
    before: set[str] = set()
    for i, line in enumerate(lines):
        beside = double[i] or (line in before and ((i > 0 and double[i - 1]) or (i + 1 < len(lines) and double[i + 1])))
        double[i] = beside
        before.add(line)
        if not beside:
            kept.append(line)
    return _summary(kept, cut + sum(double))


def _halves(lines: list[str]) -> tuple[list[str], int]:
    """Each line that holds the same text twice in a row, once."""
    cut, single = 0, lines
    for i, line in enumerate(lines):
        if len(line) < HALVES:
            continue
        again = line.find(line[:DOUBLE], len(line) // 2 - 1)
        if again > 0 and line[:again].rstrip() == line[again:].rstrip():
            if single is lines:
                single = list(lines)
            single[i] = line[:again].rstrip()
            cut += 1
    return single, cut


def _summary(lines: list[str], cut: int) -> tuple[list[str], int]:
    """Without a 摘要 in the head that only repeats how a paragraph of the story begins."""
    for at in range(min(3, len(lines))):
        if label := _SUMMARY.match(lines[at]):
            text = lines[at][label.end() :].rstrip(" .…")
            if len(text) >= 10 and any(text in line for line in lines[at + 1 : at + 6]):
                return lines[:at] + lines[at + 1 :], cut + 1
    return lines, cut
