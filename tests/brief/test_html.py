"""The page: strict, self-contained, every number with its derivation."""

import datetime as dt
import re
from dataclasses import replace

import pytest

from accord.brief import html
from accord.brief.document import (
    Basis,
    Document,
    Figure,
    FromCase,
    Items,
    Paragraph,
    Section,
    Table,
)
from accord.case.records.watching import Claim, Source
from accord.case.support import Support
from brief.documents import NASTY, hostile, real, written_case
from brief.reading import read

CASES = [("harbour-pact", 512), ("ukraine-2025", 256)]


@pytest.fixture(scope="module", params=CASES, ids=[name for name, _ in CASES])
def rendered(request):
    """The document of a real run, its page as text and as read."""
    document, case = real(*request.param)
    text = html.render(document, case)
    return document, case, text, read(text)


def test_every_visible_digit_is_a_figure_a_quote_from_the_case_or_a_date(rendered):
    assert rendered[3].strays == []


def test_a_stray_digit_would_be_found(rendered):
    text = rendered[2]
    for place in ("In this brief</p>", "</caption>", "</h2>", "Computed by accord"):
        at = text.index(place)
        assert read(text[:at] + " 77 " + text[at:]).strays, place


def test_every_figure_has_exactly_one_derivation(rendered):
    document, _, _, page = rendered
    assert page.figures
    for target, _ in page.figures:
        assert page.ids.count(target.removeprefix("#")) == 1, target
    assert {target.removeprefix("#") for target, _ in page.figures} <= {
        figure.id for figure in document.figures
    }


def test_ids_are_unique_and_every_inner_link_arrives(rendered):
    page = rendered[3]
    assert len(page.ids) == len(set(page.ids))
    inner = {link[1:] for link in page.links if link.startswith("#")}
    assert inner <= set(page.ids)


def test_the_page_loads_nothing_and_runs_nothing(rendered):
    _, _, text, page = rendered
    assert page.loads == []
    assert not {"script", "iframe", "object", "embed", "form", "base", "link"} & page.tags
    assert set(re.findall(r"url\((['\"]?)([a-z]+:|#)", text)) <= {('"', "data:"), ("", "#")}
    assert "@import" not in text


def test_links_to_the_web_stand_in_sources_and_claims_only(rendered):
    _, case, text, page = rendered
    outer = {link for link in page.links if not link.startswith("#")}
    assert outer <= {source.link for source in case.file.sources.values()}
    start = text.index('<section id="sources"')
    assert 'href="http' not in text[:start]


def test_every_section_of_the_document_is_one_element(rendered):
    document, _, _, page = rendered
    for section in document.sections:
        assert page.ids.count(section.id) == 1
        assert section.kicker in page.sections[section.id]
    assert "derivations" in page.ids


def test_the_page_stays_light(rendered):
    assert len(rendered[2].encode()) < 2_500_000


def test_the_same_run_gives_the_same_page(rendered):
    document, case, text, _ = rendered
    assert html.render(document, case) == text


def test_charts_are_drawn_with_a_finding_and_the_data(rendered):
    document, _, text, _ = rendered
    count = sum(1 for s in document.sections for b in s.blocks if hasattr(b, "kind"))
    assert count
    assert text.count("<figure ") == text.count("<figcaption ") == count
    assert text.count("<summary>The data</summary>") == count
    assert text.count('role="img" aria-label="Chart: ') == 2 * count


def test_strings_of_the_case_are_text_and_never_markup():
    text = html.render(hostile(), written_case())
    page = read(text)
    assert "<script" not in text
    assert "script" not in page.tags
    assert not any(link.startswith("javascript:") for link in page.links)
    assert NASTY in page.sections["lead"]
    assert NASTY in page.sections["method"]
    assert page.strays == []
    assert "49" not in page.sections["lead"]


def test_a_derivation_tells_value_interval_reduction_and_basis():
    text = html.render(hostile(), written_case())
    found = re.search(r'<li class="derivation" id="p\.t\.share">(.*?)</li>', text, re.DOTALL)
    assert found is not None
    assert "Value 0.5, interval 0.4 to 0.6" in found.group(1)
    assert 'href="#basis-1"' in found.group(1)
    assert 'id="basis-1"' in text


def cited(claims):
    """The teaching case with claims, sources and supports, and a document that rests on them."""
    case = written_case()
    day = dt.date(2024, 5, 6)
    source = Source(title="A paper", publisher="A press", published=day, link="https://a.example/p",
                    grade="B")  # fmt: skip
    file = case.file.model_copy(
        update={
            "claims": {n: Claim(claim=f"Says {n}", quote="words", source="S") for n in claims},
            "sources": {"S": source},
        }
    )
    path = ("positions", "NORTH")
    support = Support(path, because=tuple(claims), judgement="by reading")
    case = replace(case, file=file, supports={**case.supports, path: support})
    name = "positions.NORTH.values.patrol.weight"
    figure = Figure("p.x", "12%", 0.12, None, None, "a share", "k")
    document = Document(
        "T", "en", day,
        (Section("lead", "T", ("Finding",), (Paragraph(("In ", figure)),)),
         Section("method", "Method", ("How",), (), free=True)),
        (figure,),
        {"k": Basis("What it rests on", ((name, "50", tuple(claims)),), tuple(claims), 0)},
    )  # fmt: skip
    return document, case


def test_a_basis_leads_to_inputs_claims_and_sources():
    document, case = cited(["C1", "C2"])
    text = html.render(document, case)
    page = read(text)
    assert {"i1", "claim-C1", "claim-C2", "source-S", "judgement-1"} <= set(page.ids)
    assert {"#i1", "#claim-C1", "#source-S", "#judgement-1", "#p.x"} <= set(page.links)
    method = page.sections["method"]
    for words in ("Says C1", "“words”", "A paper", "A press", "by reading", "values.patrol.weight"):
        assert words in method
    assert method.count("Says C1") == 1


def test_sources_that_the_brief_lists_are_not_listed_again():
    document, case = cited(["C1"])
    listing = Section(
        "sources", "Sources", ("One",), (Items((("S. ", "A paper"),)),), free=True
    )  # fmt: skip
    page = read(html.render(replace(document, sections=(*document.sections, listing)), case))
    assert page.ids.count("source-S") == 1
    assert "sources-of-claims" not in page.ids


def test_claims_whose_names_look_alike_stay_apart():
    document, case = cited(["a b", "a_b", "a/b"])
    page = read(html.render(document, case))
    assert [i for i in page.ids if i.startswith("claim-")] == [
        "claim-a_b", "claim-a_b_2", "claim-a_b_3"
    ]  # fmt: skip


def test_the_method_comes_last_and_holds_the_derivations(rendered):
    text = rendered[2]
    starts = [m.start() for m in re.finditer(r"<section ", text)]
    assert text.index('<section id="method"') == starts[-1]
    assert text.index('id="derivations"') > starts[-1]


def test_a_document_without_a_method_still_has_its_derivations():
    document, case = cited(["C1"])
    page = read(html.render(replace(document, sections=document.sections[:1]), case))
    assert "p.x" in page.ids
    assert page.strays == []


def test_empty_blocks_leave_a_sound_page():
    section = Section(
        "lead", "K", ("H",),
        (Paragraph(()), Items(()), Table((), (), ()), Table(("C",), (("A",), ()), ())),
    )  # fmt: skip
    document = Document("T", "en", dt.date(2025, 1, 1), (section,), (), {})
    page = read(html.render(document, written_case()))
    assert page.ids.count("lead") == 1


def test_a_date_is_written_out_with_its_machine_form():
    document, case = cited(["C1"])
    assert '<time datetime="2024-05-06">6 May 2024</time>' in html.render(document, case)


def test_text_from_the_case_names_its_place():
    section = Section("lead", "K", (FromCase("actors.A.name", "Alpha 5"),), ())
    document = Document("T", "en", dt.date(2025, 1, 1), (section,), (), {})
    text = html.render(document, written_case())
    assert '<span data-from="actors.A.name">Alpha 5</span>' in text


def luminance(colour):
    """Relative luminance after WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_ink_can_be_read_on_every_paper():
    css = (html._ASSETS / "brief.css").read_text(encoding="utf-8")
    themes = re.findall(r":root \{([^}]*)\}", css)[:2]
    assert len(themes) == 2
    for theme in themes:
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", theme))
        for paper in ("paper", "wash"):
            for ink in ("ink", "muted", "accent", "warn"):
                light, dark = sorted((luminance(colours[paper]), luminance(colours[ink])))
                assert (dark + 0.05) / (light + 0.05) >= 4.5, (paper, ink)
