"""What stands in a section of a brief, before it is written anywhere."""

from accord.brief.document import Figure, Paragraph, Strong, Table
from accord.brief.plain import plain_text


def words(found):
    """The text of every paragraph."""
    return [plain_text(each.spans) for each in found.blocks if isinstance(each, Paragraph)]


def figures(found):
    """Every figure of headline, paragraphs and tables by its id."""

    def inside(spans):
        for span in spans:
            if isinstance(span, Figure):
                yield span
            elif isinstance(span, Strong):
                yield from inside(span.spans)

    texts = [found.headline]
    for block in found.blocks:
        texts += [block.spans] if isinstance(block, Paragraph) else []
        texts += [c for row in block.rows for c in row] if isinstance(block, Table) else []
    return {each.id: each for text in texts for each in inside(text)}
