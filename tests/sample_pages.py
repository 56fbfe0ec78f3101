"""Sample documents in the structure that render engines write, and their pages."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from briefgen.output.pages import LABELS, PageMeta, assemble_page

SAMPLES = Path(__file__).parent / "output" / "pages" / "samples"
MOMENT = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
GERMAN = {
    "page": "Seite",
    "contents": "Inhalt",
    "figures": "Abbildungen",
    "tables": "Tabellen",
    "brief": "Kurzdossier",
    "report": "Bericht",
    "summary": "Kurzfassung",
    "demonstration data": "Demonstrationsdaten",
    "skip to content": "Zum Inhalt springen",
    "imprint": "Impressum",
    "back to the text": "Zurück zum Text",
}


@dataclass(frozen=True)
class SampleBrand:
    """An institute without a logo."""

    name: str = "Institut für Beispielforschung"
    logo: Path | None = None
    logo_alt: str = ""
    variables: str = "--brand-primary: #12436d;"

    def css_variables(self) -> str:
        return self.variables


def sample_meta(kind: str = "brief", language: str = "de", **changes: object) -> PageMeta:
    """Meta data of a sample document."""
    is_brief = kind == "brief"
    meta = PageMeta(
        title="Was kleine Betriebe in Netzwerken hält",
        subtitle="Ergebnisse einer Befragung, acht Fallstudien und eines Fachleuteverfahrens",
        kind=kind,
        language=language,
        edition="2026-1",
        date=MOMENT.date(),
        labels={**LABELS, **(GERMAN if language == "de" else {})},
        region="DED" if is_brief else "",
        region_name="Sachsen" if is_brief else "",
        audience="coordinators" if is_brief else "",
        audience_name="Netzwerkkoordinationen" if is_brief else "",
        institute="Institut für Beispielforschung",
        commissioner="Bundesministerium der Beispiele",
        authors=("Ada Beispiel", "Ben Muster"),
        keywords=("Fachkräfte", "Netzwerke"),
        demonstration=True,
    )
    return dataclasses.replace(meta, **changes)  # type: ignore[arg-type]


def sample_content(kind: str, language: str) -> str:
    """Content as an engine writes it; the short version takes the report's."""
    name = "report" if kind == "summary" else kind
    return (SAMPLES / f"{name}.{language}.html").read_text(encoding="utf-8")


def sample_page(kind: str = "brief", language: str = "de", **changes: object) -> str:
    """A whole page for print."""
    return assemble_page(
        sample_content(kind, language), sample_meta(kind, language, **changes), SampleBrand()
    )


def wrap(body: str, *, language: str = "en", title: str = "A page") -> str:
    """A small page around a body, of the kind that tests of the printer need."""
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><title>{title}</title></head>'
        f'<body class="kind-brief"><h1>{title}</h1>{body}</body></html>'
    )
