"""Read pages the way a strict reader does, with nothing but the standard library."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
FREE = {"method", "sources", "categories"}


@dataclass
class Page(HTMLParser):
    """What stands on a page.

    Attributes
    ----------
    ids : list of str
        Every id, in order.
    links : list of str
        Every target of a link, without those inside drawings.
    loads : list of str
        Everything that a browser would fetch.
    strays : list of str
        Visible text with digits that is neither figure, nor from the case, nor a date, outside
        the sections that may hold digits and outside charts.
    figures : list of (target, text)
    tags : set of str
    """

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    figures: list[tuple[str, str]] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    sections: dict[str, str] = field(default_factory=dict)
    open: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self):
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        assert len(given) == len(attrs), f"an attribute stands twice in <{tag}>"
        self.tags.add(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        self.loads += [given[name] for name in ("src", "srcset", "data", "poster") if name in given]
        if tag in {"link", "use", "image"}:
            self.loads += [v for name, v in given.items() if name.endswith("href")]
        assert not any(name.startswith("on") for name in given), f"a handler in <{tag}>"
        if tag not in VOID:
            self.open.append((tag, given))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        opened, _ = self.open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"

    def handle_data(self, text):
        around = [tag for tag, _ in self.open]
        if "style" in around or "svg" in around:
            return
        sections = [given["id"] for tag, given in self.open if tag == "section" and "id" in given]
        for name in sections:
            self.sections[name] = self.sections.get(name, "") + text
        for tag, given in self.open:
            if tag == "a" and given.get("class") == "figure":
                self.figures.append((given["href"], text))
        allowed = FREE.intersection(sections) or any(
            tag in {"time", "cite"} or "data-from" in given or given.get("class") == "figure"
            for tag, given in self.open
        )
        if not allowed and any(c.isdigit() for c in text):
            self.strays.append(text.strip())


def read(text: str) -> Page:
    """Parse a page; every element has to be closed in its turn."""
    page = Page()
    page.feed(text)
    page.close()
    assert page.open == [], page.open
    return page
