"""One value of a YAML text changed where it stands; every other byte stays as it is."""

from __future__ import annotations

import re
from typing import Any, Final

from accord.case.tree import Path, dotted
from accord.case.yaml_spans import Entry, Span, below, line_start, line_stop, spans
from accord.case.yaml_writing import block_text, entry_lines, flow_text, key_text

__all__ = ["REMOVED", "Removed", "UnfitPlaceError", "spliced"]

_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
_COLON = re.compile(r"[ \t]*:")


class Removed:
    """The type of ``REMOVED``: in place of a value, nothing."""

    def __repr__(self) -> str:
        return "REMOVED"


REMOVED: Final = Removed()


class UnfitPlaceError(ValueError):
    """A place that cannot be changed by itself; ``at`` is its offset in the text."""

    def __init__(self, at: int, found: str, wanted: str, hint: str = "") -> None:
        self.at, self.found, self.wanted, self.hint = at, found, wanted, hint
        super().__init__(f"found {found}, wanted {wanted}")


def spliced(text: str, path: Path, value: Any) -> str:
    """The text with one value replaced, added or removed.

    Parameters
    ----------
    text : str
        YAML that the reader accepts, without a byte order mark, with its own line ends.
    path : Path
        Where. What is missing above it is made, below a mapping.
    value : plain data or REMOVED
        The position after the last one of a list appends to it.

    Raises
    ------
    UnfitPlaceError
        If the place is shared through an anchor, is no mapping or list, or does not exist.
    """
    root = spans(text)
    if root is None or not path:
        raise UnfitPlaceError(0, "an empty file", "a case with keys such as title and actors")
    edit = _Edit(text, root)
    trail = edit.trail(path)
    rest = path[len(trail) - 1 :]
    if isinstance(value, Removed):
        if rest:
            place = trail[-1].start
            raise UnfitPlaceError(place, "nothing", "a value that is written in this file")
        return edit.without(trail, path)
    if not rest:
        return edit.replaced(trail, path, value)
    for key in reversed(rest[1:]):
        value = {str(key): value}
    return edit.added(trail, path, rest[0], value)


class _Edit:
    def __init__(self, text: str, root: Span) -> None:
        self.text, self.root = text, root
        self.end = "\r\n" if "\r\n" in text else "\n"

    def trail(self, path: Path) -> list[Span]:
        """The spans from the root down the path, as far as they go."""
        found = [self.root]
        for number, part in enumerate(path):
            span = found[-1]
            self.refuse_shared(span)
            if span.kind == "alias":
                line = self.text.count("\n", 0, self.anchor(span.anchor).start) + 1
                raise UnfitPlaceError(
                    span.start, f"*{span.anchor}, the value of line {line} once more",
                    "a value of its own",
                    f"write {dotted(path[:number])} out in full first, or change line {line}",
                )  # fmt: skip
            entry = span.entry(part)
            if entry is None:
                break
            found.append(entry.value)
        if len(found) == len(path) + 1 and found[-1].kind != "alias":
            self.refuse_shared(found[-1])
        return found

    def anchor(self, name: str) -> Span:
        named = (each for each in below(self.root) if each.anchor == name and each.kind != "alias")
        return next(named, self.root)

    def refuse_shared(self, span: Span) -> None:
        if not span.anchor or span.kind == "alias":
            return
        users = [s for s in below(self.root) if s.kind == "alias" and s.anchor == span.anchor]
        if users:
            lines = sorted(self.text.count("\n", 0, user.start) + 1 for user in users)
            others = ", ".join(map(str, lines))
            raise UnfitPlaceError(
                span.start, f"&{span.anchor}, which stands on line {others} too",
                "a value that stands in one place",
                "a change here would be a change there; edit the file by hand",
            )  # fmt: skip

    # replacing

    def replaced(self, trail: list[Span], path: Path, value: Any) -> str:
        span, flow = trail[-1], any(each.flow for each in trail[:-1])
        if span.kind == "scalar" and span.start == span.end and len(trail) > 1:
            has_colon = trail[-2].kind != "mapping" or self.text[: span.start].endswith(":")
            lead = " " if has_colon else ": "  # {key} alone is a key of nothing
            return self.put(span.start, span.start, lead + flow_text(value, flow=flow))
        if span.is_block:
            return self.block_replaced(trail, path, flow_text(value, flow=flow))
        new = None
        if span.style in {"|", ">"} and isinstance(value, str):
            new = block_text(value, span.style, self.block_indent(trail))
        if new is None:
            new = flow_text(value, flow=flow, style=span.style)
        return self.put(span.start, span.end, new)

    def block_indent(self, trail: list[Span]) -> int:
        """How far the lines of a text stand in."""
        span = trail[-1]
        body = self.text[line_stop(self.text, span.start) : span.end]
        lines = [line for line in body.splitlines() if line.strip()]
        if lines:
            return len(lines[0]) - len(lines[0].lstrip(" "))
        return self.column(trail[-2].entries[0].start) + 2 if len(trail) > 1 else 2

    def block_replaced(self, trail: list[Span], path: Path, new: str) -> str:
        """A block of lines becomes one value behind its key."""
        span = trail[-1]
        if len(trail) < 2:
            raise UnfitPlaceError(0, "the whole case", "one value of it")
        entry = trail[-2].entry(path[-1])
        assert entry is not None
        start = line_start(self.text, span.start)
        if self.text[start : span.start].strip():  # it begins behind a dash or on its key's line
            return self.put(span.start, span.end, new)
        colon = self.after_key(trail[-2], entry)
        shorter = self.lines_cut(start, span.end)
        return shorter[:colon] + " " + new + shorter[colon:]

    def after_key(self, parent: Span, entry: Entry) -> int:
        """Behind the colon of a key."""
        if parent.kind == "sequence":
            raise UnfitPlaceError(entry.start, "a list over several lines", "a value on one line")
        sign = self.text[entry.start]
        if sign in "\"'":
            stop = entry.start + 1
            while self.text[stop] != sign or (sign == "'" and self.text[stop + 1] == "'"):
                stop += 2 if self.text[stop] == "\\" or self.text[stop] == sign else 1
            stop += 1
        else:
            stop = entry.start + len(entry.name)
        colon = _COLON.match(self.text, stop)
        if colon is None:
            raise UnfitPlaceError(entry.start, "a key that is written in another way", "KEY: value")
        return colon.end()

    # adding

    def added(self, trail: list[Span], path: Path, key: str | int, value: Any) -> str:
        parent = trail[-1]
        if parent.kind == "scalar" and self.text[parent.start : parent.end] in {"", "~", "null"}:
            return self.replaced(trail, path[: len(trail) - 1], {str(key): value})
        where = dotted(path[: len(trail) - 1])
        if parent.kind == "scalar":
            raise UnfitPlaceError(
                parent.start, f"a single value at {where}", f"a mapping that can hold {key!r}",
                f"give {where} as a whole",
            )  # fmt: skip
        if parent.kind == "sequence" and key != len(parent.entries):
            wanted = f"a position of {where}, 0 to {len(parent.entries)}"
            raise UnfitPlaceError(parent.start, f"the position {key!r}", wanted)
        if parent.flow:
            name = key_text(str(key)) + ": " if parent.kind == "mapping" else ""
            return self.added_in_brackets(parent, name + flow_text(value))
        if parent.kind == "mapping":
            indent = self.column(parent.entries[0].start)
            lines = entry_lines(str(key), value, indent, self.step())
        else:
            lines = [" " * self.column(parent.start) + "- " + flow_text(value, flow=False)]
        return self.lines_put(parent.end, lines)

    def added_in_brackets(self, parent: Span, member: str) -> str:
        if not parent.entries:
            opening = re.compile(r"[\[{]").search(self.text, parent.start)
            assert opening is not None
            return self.put(opening.end(), opening.end(), member)
        last = parent.entries[-1]
        tail = _COMMENT.sub("", self.text[last.end : parent.end - 1])
        if "\n" not in tail and "\r" not in tail:
            return self.put(last.end, last.end, ", " + member)
        line = self.text[line_start(self.text, last.start) : last.start]
        indent = " " * (len(line) - len(line.lstrip(" ")))
        closed = "," in tail
        longer = self.lines_put(last.end, [indent + member + ("," if closed else "")])
        return longer if closed else longer[: last.end] + "," + longer[last.end :]

    def column(self, position: int) -> int:
        return position - line_start(self.text, position)

    def step(self) -> int:
        """By how much the file stands in, from level to level."""
        for entry in self.root.entries:
            if entry.value.kind == "mapping" and entry.value.is_block and entry.value.entries:
                return self.column(entry.value.entries[0].start) or 2
        return 2

    # removing

    def without(self, trail: list[Span], path: Path) -> str:
        parent = trail[-2]
        entry = parent.entry(path[-1])
        assert entry is not None
        if parent.flow:
            return self.removed_in_brackets(parent, parent.entries.index(entry))
        if len(parent.entries) == 1:
            return self.block_replaced(
                trail[:-1], path[:-1], "{}" if parent.kind == "mapping" else "[]"
            )
        start = entry.start if parent.kind == "mapping" else self.dash(entry)
        first = line_start(self.text, start)
        if not self.text[first:start].strip():
            return self.lines_cut(first, entry.end)
        following = parent.entries[1]
        after = following.start if parent.kind == "mapping" else self.dash(following)
        if _COMMENT.search(self.text, line_stop(self.text, entry.end), after):
            hint = "edit the file by hand"
            raise UnfitPlaceError(
                start, "a comment behind it", "a value that can go by itself", hint
            )
        return self.put(start, after, "")

    def dash(self, entry: Entry) -> int:
        """Where the dash before an entry of a list stands."""
        return self.text.rindex("-", 0, entry.start + (entry.value.start == entry.end))

    def removed_in_brackets(self, parent: Span, number: int) -> str:
        entry = parent.entries[number]
        end = self.comma_after(entry.end, parent.end - 1)
        stop = line_stop(self.text, end)
        first = line_start(self.text, entry.start)
        rest = _COMMENT.sub("", self.text[end:stop])
        if not self.text[first : entry.start].strip() and not rest.strip():
            return self.put(first, stop, "")
        if number + 1 < len(parent.entries):
            following = parent.entries[number + 1].start
            between = self.text[end:following]
            return self.put(entry.start, end if between.strip() else following, "")
        if number == 0:
            return self.put(entry.start, end, "")
        before = parent.entries[number - 1].end
        comment = _COMMENT.search(self.text, before, entry.start)
        return self.put(entry.start if comment else before, entry.end, "")

    def comma_after(self, start: int, stop: int) -> int:
        """Behind the comma after a member in brackets, or where the member ends."""
        between = _COMMENT.sub(lambda found: " " * len(found.group()), self.text[start:stop])
        lead = len(between) - len(between.lstrip())
        return start + lead + 1 if between[lead : lead + 1] == "," else start

    # the text

    def put(self, start: int, stop: int, new: str) -> str:
        new = new.replace("\n", self.end)
        return self.text[:start] + new + self.text[stop:]

    def lines_put(self, after: int, lines: list[str]) -> str:
        """New lines below the one on which a position lies."""
        stop = line_stop(self.text, after)
        new = self.end.join(lines)
        if stop > after and self.text[stop - 1] in "\r\n":
            return self.text[:stop] + new + self.end + self.text[stop:]
        if self.ends_in_words(len(self.text)):
            found = "a block of text that ends the file without a line end"
            hint = "put a line end at the end of the file"
            raise UnfitPlaceError(after, found, "a line end, which would change that text", hint)
        return self.text + self.end + new

    def lines_cut(self, start: int, last: int) -> str:
        """Without the lines from a line's start to the one on which a position lies."""
        stop = line_stop(self.text, last)
        if stop == len(self.text) and not self.text.endswith(("\n", "\r")):
            before = start - len(self.end)
            # what becomes the last line ends as the last one did, unless its text would change
            start = before if start and not self.ends_in_words(before) else start
        return self.text[:start] + self.text[stop:]

    def ends_in_words(self, position: int) -> bool:
        """Whether a ``|`` or ``>`` ends there, perhaps with blank lines of its own."""
        stop = len(self.text[:position].rstrip())
        return any(
            each.style in {"|", ">"} and stop <= each.end <= position for each in below(self.root)
        )
