"""Composed briefs: complete, traceable, deterministic, different for each reader."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from briefgen.config.document_kinds import find_document_kind
from briefgen.config.settings import Message, Settings, load_settings
from briefgen.content.compose import Composer, lint_numbers
from briefgen.content.compose.lines import HeadlineNumber
from briefgen.content.compose.text import count_words, split_front_matter
from briefgen.content.language.markdown import evidence_span
from briefgen.errors import TemplateError
from briefgen.model import CaseStudy, DocumentKey, Kind, Quote, Released, Text
from briefgen.output.pages import LABELS
from briefgen.pipeline.work.labels import page_labels
from evidence_by_hand import make_evidence, make_released
from studies import small_study, text

REGIONS = ("DE1", "DE2", "DE9")  # DEC is too small
SHARES = {
    "q02_steering.frequent": 0.41, "q07_smes.yes": 0.62, "q08_contact.frequent": 0.35,
    "q03_partners.chamber": 0.6, "q03_partners.agency": 0.45, "q03_partners.university": 0.2,
    "q04_barriers_time.agreeing": 0.7, "q04_barriers_money.agreeing": 0.5,
    "q04_barriers_trust.agreeing": 0.3, "q06_aims.training": 0.4, "q06_aims.integration": 0.3,
    "q06_aims.retention": 0.3,
}  # fmt: skip


def release(**parts) -> Released:
    """Enough evidence for briefs of three regions; the fourth is suppressed."""
    evidence = []
    for step, domain in enumerate(("DE", *REGIONS, "DEC", "type:metro", "type:rural")):
        for ref, share in SHARES.items():
            value = None if domain == "DEC" else round(share + step / 100, 2)
            evidence.append(make_evidence(f"survey:{ref}@{domain}", value))
            if domain not in ("DE", "DEC"):
                verdict = "higher" if (ref, domain) == ("q07_smes.yes", "DE1") else "same"
                key = f"survey:{ref}@{domain}~rest"
                evidence.append(make_evidence(key, 0.2, verdict=verdict))
    evidence.append(make_evidence("response:rate@DE", 0.62))
    evidence.append(make_evidence("response:answers@DE", 160.0, unit="count", statistic="count"))
    return make_released(*evidence, **parts)


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    return load_settings(small_study(tmp_path_factory.mktemp("study")))


@pytest.fixture(scope="module")
def composer(settings) -> Composer:
    return Composer(settings, release())


def brief(region: str, audience: str, language: str = "en") -> DocumentKey:
    return DocumentKey(Kind.BRIEF, region, audience, language, "2026")


def read(folder: Path) -> str:
    return (folder / "document.qmd").read_text(encoding="utf-8")


def test_a_brief_is_a_complete_folder(composer, tmp_path):
    composed = composer.compose(brief("DE1", "smes"), tmp_path)
    assert composed.source == tmp_path / "document.qmd"
    assert composed.title == read(tmp_path).split('pagetitle: "')[1].split('"')[0]
    pictures = re.findall(r"!\[\]\((exhibits/[^)]+\.svg)\)", read(tmp_path))
    assert len(pictures) >= 2
    assert [path for path in pictures if not (tmp_path / path).is_file()] == []
    assert len(composed.exhibits) == len(pictures) == len(list((tmp_path / "data").glob("*.csv")))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_brief_has_the_parts_of_a_brief(composer, tmp_path, language):
    composer.compose(brief("DE1", "smes", language), tmp_path)
    source = read(tmp_path)
    for part in (
        "brief-head", "kicker", "subtitle", "key-messages", "headline-numbers", "headline-number",
        "figure-value", "figure-label", "comparator", "tile-map", "exhibits", "about-evidence",
        "how-to-cite", "contact",
    ):  # fmt: skip
        assert f"{{.{part}}}" in source, part


def test_the_sidecar_holds_all_evidence_that_is_printed(composer, tmp_path):
    composed = composer.compose(brief("DE1", "smes"), tmp_path)
    sidecar = json.loads((tmp_path / "evidence.json").read_text(encoding="utf-8"))
    listed = {item["key"]: item for item in sidecar["evidence"]}
    assert sidecar["document"]["name"] == "brief-DE1-smes-en"
    assert tuple(listed) == composed.evidence
    in_text = set(re.findall(r'key="([^"]+)"', read(tmp_path)))
    assert in_text <= set(listed)
    assert listed["survey:q07_smes.yes@DE1"]["value"] == 0.63


def test_the_same_input_gives_the_same_bytes(settings, tmp_path):
    for name in ("one", "two"):
        Composer(settings, release()).compose(brief("DE2", "chambers"), tmp_path / name)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert len(files) >= 4
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


@pytest.mark.slow
def test_every_number_has_a_source(composer, settings, tmp_path):
    for key in settings.documents():
        if key.kind is Kind.BRIEF:
            composer.compose(key, tmp_path / key.name)
            assert lint_numbers(tmp_path / key.name) == []


def test_a_brief_stays_within_its_words(composer, tmp_path):
    composed = composer.compose(brief("DE1", "smes"), tmp_path)
    assert 200 < composed.words <= find_document_kind("brief").most_words


def test_audiences_read_something_else(composer, tmp_path):
    one = composer.compose(brief("DE2", "smes"), tmp_path / "smes")
    other = composer.compose(brief("DE2", "chambers"), tmp_path / "chambers")
    assert one.title != other.title
    first = [
        next(line for line in read(tmp_path / name).splitlines() if line.startswith("- "))
        for name in ("smes", "chambers")
    ]
    assert first[0] != first[1]


def test_the_title_says_what_differs(composer, tmp_path):
    composed = composer.compose(brief("DE1", "smes"), tmp_path)
    assert composed.title == (
        "In Baden-Württemberg, more respondents than elsewhere answer “yes” on "
        "“SMEs in the network”"
    )


@pytest.mark.parametrize(
    ("language", "words"), [("de", "Zu wenige Personen"), ("en", "Too few people")]
)
def test_a_region_too_small_gets_a_brief_that_says_so(composer, tmp_path, language, words):
    composed = composer.compose(brief("DEC", "smes", language), tmp_path)
    source = read(tmp_path)
    assert "{.suppressed-note}" in source
    assert words in source
    assert "survey:q07_smes.yes@DE" in source  # the nation speaks
    assert not any(key.endswith("@DEC") and "%" in key for key in composed.evidence)
    values = [
        item["value"]
        for item in json.loads((tmp_path / "evidence.json").read_text())["evidence"]
        if item["domain"] == "DEC"
    ]
    assert set(values) <= {None}
    assert set(composed.evidence) & {"survey:q02_steering.frequent@type:rural"} or any(
        "@type:" in key for key in composed.evidence
    )


def test_a_national_brief(composer, tmp_path):
    composed = composer.compose(brief("DE", "ministry"), tmp_path)
    assert composed.title.startswith("In Germany")


def test_numbers_and_quotation_marks_follow_the_language(composer, tmp_path):
    composer.compose(brief("DE1", "smes", "de"), tmp_path / "de")
    composer.compose(brief("DE1", "smes", "en"), tmp_path / "en")
    assert "63\u00a0%" in read(tmp_path / "de")
    assert "63%" in read(tmp_path / "en")
    assert "“Deutschland" not in read(tmp_path / "de")


def test_exhibits_are_drawn_once_for_several_documents(settings, tmp_path, monkeypatch):
    from briefgen.content import exhibits  # noqa: PLC0415

    drawn = []
    draw = exhibits.draw_figure

    def count(spec, *rest):
        drawn.append(spec)
        return draw(spec, *rest)

    monkeypatch.setattr(exhibits, "draw_figure", count)
    composer = Composer(settings, release())
    composer.compose(brief("DE1", "smes"), tmp_path / "one")
    once = len(drawn)
    composer.compose(brief("DE1", "smes"), tmp_path / "two")
    assert once == len(drawn) >= 2


# --- studies of another shape ---------------------------------------------------------------


def test_a_study_without_types_tiles_or_second_language(tmp_path):
    folder = small_study(
        tmp_path / "study",
        study={"languages": ["en"], "region_types": None, "statistics": {"crossings": []}},
    )
    path = folder / "data" / "study.yml"
    path.write_text(re.sub(r"(?m)^ *tile:\n( *- \d+\n){2}", "", path.read_text("utf-8")), "utf-8")
    settings = load_settings(folder)
    assert settings.info.regions.list[0].tile is None
    composer = Composer(settings, release())
    for region in ("DE1", "DEC"):
        composer.compose(brief(region, "smes"), tmp_path / region)
        assert "{.tile-map}" not in read(tmp_path / region)
        assert lint_numbers(tmp_path / region) == []


RECOMMENDATIONS = """recommendations:
  - code: r01
    title: {de: Früh fragen, en: Ask early}
    text: {de: Fragen Sie früh., en: Ask early.}
    audiences: [smes]
    owner: {de: Koordination, en: Coordinators}
    timeframe: {de: sofort, en: at once}
    effort: {de: gering, en: low}
    evidence: [survey:q07_smes.yes]
  - code: r02
    title: {de: Anders, en: Different}
    text: {de: Für Kammern., en: For chambers.}
    audiences: [chambers]
    evidence: [survey:q02_steering.frequent]
"""


@pytest.fixture(scope="module")
def full(tmp_path_factory) -> Composer:
    """A study with recommendations, a case and a quote."""
    from briefgen.config.recommendations import read_recommendations  # noqa: PLC0415

    settings = load_settings(
        small_study(
            tmp_path_factory.mktemp("full"),
            study={"files": {"recommendations": "recommendations.yml"}},
            files={"recommendations.yml": RECOMMENDATIONS},
        )
    )
    case = CaseStudy(
        "c01", Text(text("Netz am Fluss", "River network")), "DE1", "metro", {},
        Text(text("Ein Netz mit 40 Betrieben.", "A network of 40 firms.")),
        Text(text("Fragen hilft.", "Asking helps.")), ("contact",), 3,
    )  # fmt: skip
    quote = Quote(
        "c01/i1/s1", "c01", "DE1", "metro", "sme", "Owner", "contact", "success",
        Text(text("Wir wurden *gefragt*.", "We were *asked*.")),
    )  # fmt: skip
    released = release(cases=(case,), quotes=(quote,))
    return Composer(settings, released, read_recommendations(settings)[0])


def test_recommendations_are_those_of_the_audience_with_why_and_strength(full, tmp_path):
    full.compose(brief("DE1", "smes"), tmp_path)
    source = read(tmp_path)
    assert "### Ask early {" in source
    assert "Different" not in source
    assert '**Why here:** In Baden-Württemberg, [63%]{.ev key="survey:q07_smes.yes@DE1"}' in source
    assert "Strength of evidence: one source (survey)" in source
    assert "**Who:** Coordinators · **By when:** at once · **Effort:** low" in source


def test_a_quote_is_escaped_attributed_and_its_rule_stated(full, tmp_path):
    full.compose(brief("DE1", "smes"), tmp_path)
    source = read(tmp_path)
    assert r"> “We were \*asked\*.”" in source
    assert "— Owner, firm, Metropolitan areas" in source
    assert "{.quote-rule}" in source


def test_a_case_is_told_where_there_is_no_quote(full, tmp_path):
    released = release(cases=full.released.cases)
    Composer(full.settings, released).compose(brief("DE1", "smes"), tmp_path)
    source = read(tmp_path)
    assert "{.case-box}" in source
    assert "**River network.** A network of [40]{.plain} firms." in source


# --- own templates and files ----------------------------------------------------------------


def own(tmp_path: Path, settings: Settings, source: str, **files: str) -> Composer:
    """A composer with a template of the study's own."""
    folder = tmp_path / "reports"
    folder.mkdir(parents=True)
    (folder / "brief.qmd").write_text(source, encoding="utf-8")
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content, encoding="utf-8")
    return Composer(settings, release(), templates=folder)


def test_a_message_stands_beside_its_values_and_goes_with_them(settings, tmp_path):
    entry = {"text": "Small firms *do* take part.", "evidence": ["q07_smes.yes"]}
    wrong = {"text": "Nobody does.", "evidence": ["q07_smes.yes"]}
    wrong["condition"] = "survey:q07_smes.yes < 1%"
    messages = tuple(map(Message.model_validate, (entry, wrong)))
    info = settings.info.model_copy(update={"messages": messages})
    told = own(
        tmp_path,
        settings.model_copy(update={"info": info}),
        "---\ntitle: Mine\n---\n\n{{ messages() }}\n",
    )
    told.compose(brief("DE1", "smes"), tmp_path / "out")
    source = read(tmp_path / "out")
    assert "\n- **Small firms *do* take part.** " in source
    assert 'key="survey:q07_smes.yes@DE"' in source
    assert "Nobody" not in source


def test_the_study_s_template_wins(settings, tmp_path):
    composer = own(tmp_path, settings, "---\ntitle: Mine\n---\n\nText.\n")
    composed = composer.compose(brief("DE1", "smes"), tmp_path / "out")
    assert composed.title == "Mine"
    assert read(tmp_path / "out") == "---\ntitle: Mine\n---\n\nText.\n"


def test_a_bibliography_and_pictures_are_copied(settings, tmp_path):
    source = "---\ntitle: T\nbibliography: refs.bib\n---\n\n![](map.png)\n"
    composer = own(tmp_path, settings, source, refs__bib="@book{a}", map__png="x")
    composer.compose(brief("DE1", "smes"), tmp_path / "out")
    assert (tmp_path / "out" / "refs.bib").read_text() == "@book{a}"
    assert (tmp_path / "out" / "map.png").is_file()


@pytest.mark.parametrize(
    "written", ["my map.png", "<my map.png>", 'my map.png "A title"', "my%20map.png"]
)
def test_a_picture_may_have_a_blank_in_its_name_and_a_title(settings, tmp_path, written):
    composer = own(tmp_path, settings, f"---\ntitle: T\n---\n\n![]({written})\n")
    (tmp_path / "reports" / "my map.png").write_text("x")
    composer.compose(brief("DE1", "smes"), tmp_path / "out")
    assert (tmp_path / "out" / "my map.png").is_file()


@pytest.mark.parametrize(
    "written",
    [
        "[x](notes.pdf)",
        '[x](notes.pdf#page=2 "Notes")',
        "[x][n]\n\n[n]: notes.pdf",
        '<a class="x" href="notes.pdf">x</a>',
        "[x](https://a.example/b) [x](#sec-a) [x](notes.pdf)",
    ],
)
def test_linked_files_are_copied_or_missed_with_their_line(settings, tmp_path, written):
    composer = own(tmp_path, settings, f"---\ntitle: T\n---\n\n# A {{#sec-a}}\n\n{written}\n")
    with pytest.raises(TemplateError, match=r"'notes.pdf' is not there") as caught:
        composer.compose(brief("DE1", "smes"), tmp_path / "out")
    assert caught.value.where == f"reports/brief.qmd:{9 if '[n]:' in written else 7}"
    (tmp_path / "reports" / "notes.pdf").write_text("x")
    composer.compose(brief("DE1", "smes"), tmp_path / "out")
    assert (tmp_path / "out" / "notes.pdf").is_file()


@pytest.mark.parametrize("text", ["`[x](notes.pdf)`", "```\n[x](notes.pdf)\n```", "\\[x\\](a.b)"])
def test_code_and_escaped_brackets_link_nothing(settings, tmp_path, text):
    composer = own(tmp_path, settings, f"---\ntitle: T\n---\n\n{text}\n")
    composer.compose(brief("DE1", "smes"), tmp_path / "out")


@pytest.mark.parametrize(
    "setting", ["css: x.css", "include-in-header: [{file: x.css}]", "format: {html: {css: x.css}}"]
)
def test_files_of_settings_are_copied(settings, tmp_path, setting, monkeypatch):
    monkeypatch.setenv("BRIEFGEN_TRUST_TEMPLATES", "1")
    composer = own(tmp_path, settings, f"---\ntitle: T\n{setting}\n---\n\nText.\n")
    with pytest.raises(TemplateError, match=r"'x.css' is not there"):
        composer.compose(brief("DE1", "smes"), tmp_path / "out")
    (tmp_path / "reports" / "x.css").write_text("x")
    composer.compose(brief("DE1", "smes"), tmp_path / "out")
    assert (tmp_path / "out" / "x.css").is_file()


@pytest.mark.parametrize("name", ["none.png", "../../secret.png"])
def test_a_picture_that_is_not_among_the_templates_is_an_error(settings, tmp_path, name):
    (tmp_path / "secret.png").write_text("x")
    composer = own(tmp_path, settings, f"---\ntitle: T\n---\n\n![]({name})\n")
    with pytest.raises(TemplateError, match="is not there"):
        composer.compose(brief("DE1", "smes"), tmp_path / "a" / "b")


def test_files_are_copied_whatever_their_names(tmp_path, settings):
    text = "---\ntitle: T\n---\n\n[a](data/a (1).pdf) ![b][pic]\n\n[pic]: b(2).svg\n"
    composer = own(tmp_path, settings, text)
    for name in ("data/a (1).pdf", "b(2).svg"):
        path = composer.folders[0] / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>" if ".svg" in name else name)
    composer.compose(brief("DE1", "smes"), tmp_path / "out")
    assert (tmp_path / "out/data/a (1).pdf").read_text() == "data/a (1).pdf"
    assert (tmp_path / "out/b(2).svg").is_file()


def test_a_missing_file_of_the_settings_is_told_with_its_line(tmp_path, settings):
    composer = own(tmp_path, settings, "---\ntitle: T\ncss: none.css\n---\n\nText.\n")
    with pytest.raises(TemplateError, match=r"'none\.css' is not there") as caught:
        composer.compose(brief("DE1", "smes"), tmp_path / "out")
    assert caught.value.where == "reports/brief.qmd:3"


def test_a_brief_that_is_too_long_is_an_error(settings, tmp_path):
    composer = own(tmp_path, settings, "---\ntitle: T\n---\n\n" + "word " * 1501)
    with pytest.raises(TemplateError, match="1501 words, 1500 are allowed"):
        composer.compose(brief("DE1", "smes"), tmp_path / "out")


def test_a_document_without_a_title_is_an_error(settings, tmp_path):
    composer = own(tmp_path, settings, "Text.\n")
    with pytest.raises(TemplateError, match="no title"):
        composer.compose(brief("DE1", "smes"), tmp_path / "out")


def test_an_id_that_stands_twice_is_an_error(settings, tmp_path):
    figure = '{{ figure("q02_steering", id="fig-a") }}\n'
    composer = own(tmp_path, settings, f"---\ntitle: T\n---\n\n{figure}\n{figure}")
    with pytest.raises(TemplateError, match="'fig-a' stands twice") as caught:
        composer.compose(brief("DE1", "smes"), tmp_path / "out")
    assert caught.value.where == "reports/brief.qmd:7"


# --- text -----------------------------------------------------------------------------------


def test_words_are_those_of_the_running_text():
    body = (
        "Two words.\n\n```{=html}\n<table>three four</table>\n```\n"
        '![](a.svg){fig-alt="five six"}\n[41%]{.ev key="survey:a.b@DE"} <https://example.org/a>\n'
    )
    assert count_words(body) == 3


def test_front_matter_that_cannot_be_read_is_an_error():
    with pytest.raises(TemplateError, match="front matter"):
        split_front_matter('---\ntitle: "a" b\n---\nx\n')


def test_pages_get_all_their_texts(settings):
    german = page_labels(settings, "de")
    assert set(german) == set(LABELS)
    assert german["page"] == "Seite"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("41\u00a0%", "{.figure-value}"),
        ("15\u00a0Stunden", "{.figure-value}"),
        ("20\u00a0Unternehmen", "{.figure-value .is-long}"),
    ],
)
def test_a_long_headline_number_is_set_smaller(value, name):
    assert f"::: {name}\n" in str(
        HeadlineNumber(evidence_span(value, "survey:q01@DE1"), "label", "")
    )
