"""How numbers and chances are put into words: one vocabulary, stated in every brief."""

from __future__ import annotations

import math

from accord.theory.estimates import Estimate, interval

__all__ = [
    "VOCABULARY", "chance_clause", "chance_words", "count_words", "joined", "large_count",
    "lowered", "percent", "plus_minus", "sentence", "share_text",
]  # fmt: skip

VOCABULARY: tuple[tuple[float, str], ...] = (
    (0.01, "almost no chance"),
    (0.10, "very unlikely"),
    (0.33, "unlikely"),
    (0.66, "about as likely as not"),
    (0.90, "likely"),
    (0.99, "very likely"),
    (1.01, "almost certain"),
)
"""Upper ends of the classes and their words, after the scale of the IPCC (Mastrandrea 2010)."""

_COUNTS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

ROUNDED = 0.55
"""Points of error, as printed half a point, below which whole points say too little."""

_LARGE = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))


def chance_words(share: float) -> str:
    """The word of the vocabulary for a chance."""
    return next(word for top, word in VOCABULARY if share < top)


def chance_clause(share: float, clause: str) -> str:
    """A clause with its chance: ``It is unlikely that …``, ``There is almost no chance that …``."""
    words = chance_words(share)
    return f"{'There' if words.endswith('chance') else 'It'} is {words} that {clause}"


def count_words(count: int) -> str:
    """A count below a hundred in words."""
    if count < len(_COUNTS):
        return _COUNTS[count]
    tens, ones = divmod(count, 10)
    if tens >= len(_TENS):
        raise ValueError(f"{count} is too large for words")
    return _TENS[tens] + (f"-{_COUNTS[ones]}" if ones else "")


def large_count(count: int) -> str:
    """A count of whatever size, such as ``1,296``, ``4.1 million`` or ``68 billion``."""
    for size, word in _LARGE:
        if count >= size:
            scaled = count / size
            return f"{scaled:,.{0 if scaled >= 9.95 else 1}f} {word}".replace(".0 ", " ")
    return f"{count:,}"


def lowered(title: str) -> str:
    """A title inside a sentence: its first letter small, unless it begins an abbreviation."""
    if len(title) > 1 and title[0].isupper() and (title[1].islower() or title[1] == " "):
        return title[0].lower() + title[1:]
    return title


def percent(value: float) -> str:
    """A share as a percentage: whole numbers, tenths where it is small or near all."""
    points = 100.0 * value
    if 0 < points < 0.095 or 99.905 < points < 100:
        return f"{points:.2f}%"
    if 0 < points < 1 or 99 < points < 100:
        return f"{points:.1f}%"
    return f"{points:.0f}%"


def share_text(estimate: Estimate) -> str:
    """A share with its uncertainty, such as ``34% ± 2``; at the ends the bound that is known.

    A small share has tenths where rounding to whole points could move it by more than its error:
    3.6% ± 0.3 and 4.4% ± 0.3 would both else be 4%.
    """
    if estimate.bound is not None:
        return estimate.bound_text
    low, high = interval(estimate, 0.9, (0.0, 1.0))
    if low == 0.0 and high < 0.01:
        # an error as large as the share says no more than a bound does
        return f"< {100 * max(high, 3.0 / estimate.effective_worlds):.2f}%"
    points = 100.0 * estimate.value
    fine = 1 <= points < 9.95 and 0 < 50.0 * (high - low) < ROUNDED
    text = f"{points:.1f}%" if fine else percent(estimate.value)
    return f"{text} {plus_minus(estimate)}".strip()


def plus_minus(estimate: Estimate) -> str:
    """Half the 90% interval of sampling error in percentage points; nothing where it is nought."""
    if estimate.standard_error == 0:
        return ""
    low, high = interval(estimate, 0.9, (0.0, 1.0))
    half = 50.0 * (high - low)
    digits = 0 if half >= 0.95 else 1
    rough = " (rough)" if estimate.rough else ""
    return f"± {max(half, 0.1):.{digits}f}{rough}" if math.isfinite(half) else "± ?"


def joined(parts: list[str], last: str = "and") -> str:
    """Parts as a list in prose."""
    if len(parts) <= 1:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else text + "."
