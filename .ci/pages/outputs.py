"""Compares an output with the one that a page shows.

White space counts once. Numbers with a point or an exponent may differ by 1e-4, those with two places by 0.01: processors round differently. A "…" on
the page stands for anything. With the shape only, all numbers and bars may differ.
"""
import re

NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w])")
NEAR = 1e-4  # or as much of the number itself, where that is more
GROUP = r"(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"
BLANK, ELIDED = re.compile(r"[ \t]+"), "…"


def pattern(shown):
    """Matches what has this shape, with a group for each number."""
    parts, at = [], 0
    for number in NUMBER.finditer(shown):
        parts += [literal(shown[at:number.start()]), GROUP]
        at = number.end()
    return re.compile("".join([*parts, literal(shown[at:])]), re.S)


def literal(text):
    escaped = ELIDED.join(re.escape(part) for part in text.split(ELIDED)).replace(ELIDED, ".*?")
    return re.sub(r"(?:\\ |\\\t|[ \t])+", r"[ \\t]+", escaped)


def tidy(text):
    return "\n".join(line.rstrip() for line in text.replace("\r", "").strip("\n").split("\n"))


def shape(text):
    return re.sub(r"(?<![A-Za-z])\d+(?:\.\d+)?", "#", BLANK.sub(" ", text.replace("█", "")))


def near(expected, actual):
    if not re.search(r"[.eE]", expected + actual):
        return expected == actual
    rounded = re.fullmatch(r"-?\d+\.\d\d", expected)
    return abs(float(expected) - float(actual)) <= max(NEAR, NEAR * abs(float(expected)), 0.0101 if rounded else 0)


def same(shown, actual, shape_only):
    shown, actual = tidy(shown), tidy(actual)
    if shape_only:
        shown, actual = tidy(shape(shown)), tidy(shape(actual))
    found = pattern(shown).fullmatch(actual)
    return found is not None and all(map(near, NUMBER.findall(shown), found.groups()))


def renewed(shown, actual):
    """What the page should show: the output, or with parts left out the same parts with its numbers; None where these are other parts."""
    if ELIDED not in shown:
        return tidy(actual)
    found = pattern(tidy(shown)).fullmatch(tidy(actual))
    if found is None:
        return None
    numbers = iter(found.groups())
    return NUMBER.sub(lambda _: next(numbers), tidy(shown))
