"""The page on which people find publications: ``index.html`` of an edition.

In: the manifest. Out: one web page in all languages of the study, with a filter by region,
audience and language that is plain HTML without scripts too. ``publish`` puts it beside the
manifest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Environment, select_autoescape

from briefgen.brand import load_brand
from briefgen.compose import page_labels
from briefgen.model import Kind
from briefgen.publish import DocumentRecord, FileRecord, Manifest
from briefgen.settings import Settings

PAGE = """<!DOCTYPE html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }} – {{ labels["publications"] }}</title>
<style>
{{ variables|safe }}
{{ css|safe }}
</style>
</head>
<body>
<a class="skip" href="#list">{{ labels["skip to content"] }}</a>
<header>
{% if others %}<nav aria-label="{{ labels["language"] }}"><ul>
{%- for code, name, address in others %}
<li><a href="{{ address }}" hreflang="{{ code }}" lang="{{ code }}">{{ name }}</a></li>{% endfor %}
</ul></nav>{% endif %}
<p class="kicker">{{ institute }} · {{ labels["edition"] }} {{ edition }}</p>
<h1>{{ title }}</h1>
{% if subtitle %}<p class="subtitle">{{ subtitle }}</p>{% endif %}
{% if demonstration %}<p class="demonstration" role="note">{{ labels["demonstration"] }}</p>{% endif %}
</header>
<main id="list">
{% if long %}<section aria-labelledby="long"><h2 id="long">{{ labels["study"] }}</h2>
<ul class="cards">
{% for item in long %}<li class="card"><h3>{{ item.label }}</h3><p>{{ item.title }}</p>
<p class="files">{% for file in item.files %}<a href="{{ file.path }}">{{ file.label }}</a>
{% endfor %}</p></li>
{% endfor %}</ul></section>{% endif %}
{% if briefs %}<section aria-labelledby="briefs"><h2 id="briefs">{{ labels["briefs"] }}</h2>
<form id="filter" hidden>
<label>{{ labels["region"] }} <select id="region"><option value="">{{ labels["all"] }}</option>
{% for code, name in regions %}<option value="{{ code }}">{{ name }}</option>{% endfor %}
</select></label>
<label>{{ labels["audience"] }} <select id="audience"><option value="">{{ labels["all"] }}</option>
{% for code, name in audiences %}<option value="{{ code }}">{{ name }}</option>{% endfor %}
</select></label>
<p id="count" aria-live="polite"></p>
</form>
<table><caption class="visually-hidden">{{ labels["briefs"] }}</caption>
<thead><tr><th scope="col">{{ labels["region"] }}</th><th scope="col">{{ labels["audience"] }}</th>
<th scope="col">{{ labels["title"] }}</th><th scope="col">{{ labels["files"] }}</th></tr></thead>
<tbody>
{% for item in briefs %}<tr data-region="{{ item.region }}" data-audience="{{ item.audience }}">
<th scope="row">{{ item.region_name }}</th><td>{{ item.audience_name }}</td><td>{{ item.title }}</td>
<td class="files">{% for file in item.files %}<a href="{{ file.path }}" aria-label="{{ file.label }}: \
{{ item.region_name }}, {{ item.audience_name }}">{{ file.label }}</a> {% endfor %}</td></tr>
{% endfor %}</tbody></table></section>{% endif %}
</main>
<footer><p>{{ labels["made with"] }} briefgen {{ version }} · <a href="manifest.json">manifest.json</a></p>
</footer>
{% if briefs %}<script>
const form = document.getElementById("filter");
const rows = [...document.querySelectorAll("tbody tr")];
const show = () => {
  const region = document.getElementById("region").value;
  const audience = document.getElementById("audience").value;
  let shown = 0;
  for (const row of rows) {
    row.hidden = (region && row.dataset.region !== region)
      || (audience && row.dataset.audience !== audience);
    shown += row.hidden ? 0 : 1;
  }
  document.getElementById("count").textContent = `${shown} / ${rows.length}`;
};
form.hidden = false;
form.addEventListener("change", show);
show();
</script>{% endif %}
</body>
</html>
"""
CSS = """
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1.5rem; line-height: 1.5; color: #1d2733;
  background: #fff; font-family: "Source Sans 3", "Segoe UI", system-ui, sans-serif; }
header { border-bottom: 3px solid var(--brand-primary, #14507a); margin-bottom: 2rem;
  padding-bottom: 1rem; }
nav ul { display: flex; gap: 1rem; justify-content: flex-end; list-style: none; margin: 0; padding: 0; }
h1 { font-size: 2rem; line-height: 1.2; margin: .2rem 0; }
h2 { font-size: 1.35rem; margin: 2rem 0 .8rem; }
h3 { font-size: 1.05rem; margin: 0; }
a { color: var(--brand-link, #0b5394); }
a:focus-visible, select:focus-visible { outline: 3px solid #b45309; outline-offset: 2px; }
.kicker { color: #475569; margin: 0; }
.subtitle { font-size: 1.1rem; color: #334155; margin: 0; }
.demonstration { background: #fff4d6; border-left: 4px solid #b45309; padding: .5rem .8rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr)); gap: 1rem;
  list-style: none; margin: 0; padding: 0; }
.card { border: 1px solid #cbd5e1; border-radius: 6px; padding: 1rem; }
.files a { display: inline-block; margin-right: .6rem; }
form:not([hidden]) { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: baseline;
  margin-bottom: 1rem; }
select { font: inherit; padding: .25rem .4rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .45rem .6rem;
  border-bottom: 1px solid #e2e8f0; }
tbody th { font-weight: 600; }
footer { color: #475569; margin-top: 3rem; font-size: .9rem; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: .5rem; background: #fff; padding: .3rem .6rem; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); }
@media (max-width: 40rem) { th, td { display: block; border: 0; padding: .1rem 0; }
  tr { display: block; border-bottom: 1px solid #e2e8f0; padding: .6rem 0; } thead { display: none; } }
"""
SHOWN_FILES = ("html", "pdf", "docx")


def make_catalogue(settings: Settings, manifest: Manifest) -> dict[str, bytes]:
    """Write the catalogue of an edition.

    Returns
    -------
    dict
        Path → content: ``index.html`` in the study's first language, ``index.LANGUAGE.html`` in
        each other.
    """
    languages = [
        language
        for language in settings.languages
        if any(item.language == language for item in manifest.documents.values())
    ]
    addresses = {
        language: "index.html" if index == 0 else f"index.{language}.html"
        for index, language in enumerate(languages)
    }
    page = Environment(autoescape=select_autoescape(default=True)).from_string(PAGE)
    return {
        address: page.render(_describe(settings, manifest, language, addresses)).encode()
        for language, address in addresses.items()
    }


def _describe(
    settings: Settings, manifest: Manifest, language: str, addresses: Mapping[str, str]
) -> dict[str, Any]:
    labels = page_labels(settings, language)
    publication = settings.info.publication
    records = [item for item in manifest.documents.values() if item.language == language]
    briefs = [item for item in records if item.kind is Kind.BRIEF]
    order = list(settings.domains)
    audiences = list(settings.audiences)
    briefs.sort(key=lambda item: (order.index(item.region), audiences.index(item.audience)))
    return {
        "language": language,
        "labels": labels,
        "variables": load_brand(settings.folder).css_variables(),
        "css": CSS,
        "title": publication.title[language],
        "subtitle": publication.subtitle[language] if publication.subtitle else "",
        "institute": settings.info.institute.name[language],
        "edition": manifest.edition,
        "demonstration": manifest.demonstration,
        "version": manifest.versions.get("briefgen", ""),
        "others": [
            (code, page_labels(settings, code)["language name"], address)
            for code, address in addresses.items()
            if code != language
        ],
        "long": [
            {"label": labels[item.kind.value], "title": item.title, "files": _list_files(item)}
            for item in sorted(records, key=lambda item: item.kind.value)
            if item.kind is not Kind.BRIEF
        ],
        "briefs": [_describe_brief(settings, item) for item in briefs],
        "regions": _names(settings.domains, (item.region for item in briefs), language),
        "audiences": _names(settings.audiences, (item.audience for item in briefs), language),
    }


def _describe_brief(settings: Settings, item: DocumentRecord) -> dict[str, Any]:
    return {
        "region": item.region,
        "audience": item.audience,
        "region_name": settings.domains[item.region].name[item.language],
        "audience_name": settings.audiences[item.audience].name[item.language],
        "title": item.title,
        "files": _list_files(item),
    }


def _list_files(item: DocumentRecord) -> list[dict[str, str]]:
    files: dict[str, FileRecord] = item.files
    shown = [name for name in SHOWN_FILES if name in files]
    return [{"label": name.upper(), "path": files[name].path} for name in shown]


def _names(known: Mapping[str, Any], codes: Iterable[str], language: str) -> list[tuple[str, str]]:
    return [(code, known[code].name[language]) for code in dict.fromkeys(codes)]
