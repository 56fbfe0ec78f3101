"""Damaged configuration, recommendations, cases and templates are read or refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from damage import ODD_TEXTS, byte_edits, damage_bytes, damage_tree, judge, tree_edits
from hypothesis import given
from hypothesis import strategies as st

from briefgen.config.brand import load_brand
from briefgen.config.conditions import parse_condition
from briefgen.config.recommendations import read_recommendations
from briefgen.config.settings import load_settings
from briefgen.content.compose import Composer
from briefgen.evidence.cases import read_cases
from briefgen.evidence.load import inspect_study
from briefgen.evidence.panel import read_panel
from briefgen.model import DocumentKey, Kind
from evidence_by_hand import make_evidence, make_released
from qualitative_by_hand import qualitative_study
from studies import small_study

pytestmark = pytest.mark.slow
BRAND = {
    "color": {
        "palette": {"blue": "#003366"},
        "primary": "blue",
        "background": {"light": "#ffffff"},
    },
    "typography": {"base": {"family": "Source Sans 3", "size": "11pt"}},
    "logo": {"small": "logo.svg"},
}
MORE = {
    "design": {"weight": "weight", "raking": {"margins": ["region"], "trim": 4.0}},
    "frame": {"id": "id", "region": "region"},
}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = small_study(
        tmp_path_factory.mktemp("study"), frame=True, weights=True, respondents=30, study=MORE
    )
    return folder, {
        name: yaml.safe_load((folder / "data" / name).read_text(encoding="utf-8"))
        for name in ("study.yml", "codebook.yml")
    }


def _load(folder: Path):
    return inspect_study(load_settings(folder))


def _with(path: Path, content: bytes, action):
    """Judge an action while a file holds other bytes."""
    whole = path.read_bytes()
    try:
        path.write_bytes(content)
        return judge(action)
    finally:
        path.write_bytes(whole)


def dump(tree: object) -> bytes:
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False).encode("utf-8", "replace")


@given(name=st.sampled_from(("study.yml", "codebook.yml")), edits=tree_edits)
def test_edited_settings_are_read_or_refused(study, name, edits):
    folder, trees = study
    written = dump(damage_tree(trees[name], edits))
    _with(folder / "data" / name, written, lambda: _load(folder))


@given(name=st.sampled_from(("study.yml", "codebook.yml")), edits=byte_edits)
def test_damaged_settings_are_read_or_refused(study, name, edits):
    folder, _ = study
    path = folder / "data" / name
    _with(path, damage_bytes(path.read_bytes(), edits), lambda: _load(folder))


@given(edits=tree_edits)
def test_edited_brands_are_read_or_refused(study, edits):
    folder, _ = study
    path = folder / "styles" / "_brand.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(dump(damage_tree(BRAND, edits)))
    judge(lambda: load_brand(folder).problems())


@pytest.fixture(scope="module")
def qualitative(tmp_path_factory):
    settings = qualitative_study(tmp_path_factory.mktemp("qualitative"))
    names = ("codes.yml", "cases/c01.yml", "statements.yml", "recommendations.yml")
    return settings, {
        name: yaml.safe_load((settings.data_folder / name).read_text("utf-8")) for name in names
    }


def _read_all(settings):
    _, first = read_cases(settings)
    _, second = read_panel(settings)
    _, third = read_recommendations(settings)
    return [*first, *second, *third]


@given(place=st.floats(0, 1), edits=tree_edits)
def test_edited_evidence_is_read_or_refused(qualitative, place, edits):
    settings, trees = qualitative
    name = list(trees)[min(int(place * len(trees)), len(trees) - 1)]
    written = dump(damage_tree(trees[name], edits))
    _with(settings.data_folder / name, written, lambda: _read_all(settings))


@given(
    name=st.sampled_from(("panel.csv", "names_to_hide.txt", "cases/c01.yml", "codes.yml")),
    edits=byte_edits,
)
def test_damaged_evidence_is_read_or_refused(qualitative, name, edits):
    settings, _ = qualitative
    path = settings.data_folder / name
    _with(path, damage_bytes(path.read_bytes(), edits), lambda: _read_all(settings))


WORDS = st.sampled_from(
    (
        "survey:q02_steering.frequent", "q01", "@DE1", "~rest", "region", "type", "==", ">", ">=", "<", "in",
        "and", "or", "not", "(", ")", "[", "]", ",", "higher", "lower", "0.5", "50 %", "-1", "1e999", "any",
        "all", "of", "'", '"', *ODD_TEXTS[:12],
    )
)  # fmt: skip


@given(words=st.lists(WORDS, max_size=12))
def test_conditions_are_read_or_refused(words):
    judge(lambda: parse_condition(" ".join(words)))


NAMES = st.sampled_from(
    (
        "doc", "doc.region", "study", "study.title", "regions", "topics", "audiences", "value", "interval",
        "n", "statement", "compare", "title", "key_messages", "findings", "headline_numbers", "figure",
        "table", "quotes", "case_box", "recommendations", "panel_table", "tile_map", "changes",
        "about_evidence", "how_to_cite", "_", "plain", "method", "called", "statements", "cases", "factors",
        "cooccurrences", "consensus_plot", "priority_map", "factor_matrix", "comments", "x", "loop",
    )
)  # fmt: skip
LITERALS = st.one_of(
    st.sampled_from(
        (
            '"q02_steering.frequent"', '"q02_steering"', '"q07_smes.yes"', '"survey:q02_steering.frequent@DE"',
            '"DE"', '"rural"', "none", "true", "[]", "{}", "()", "1", "-1", "10**9", "1e999", '"x" * 9',
            '"bar"', '"map"', "id", 'id="fig-x"', 'domain="DE"', "limit=2", "digits=99", 'kind="spine"',
        )
    ),
    st.sampled_from(ODD_TEXTS).map(lambda text: repr(text.replace("\x00", ""))),
)  # fmt: skip


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """Draw an expression or statement of a template, often one that means something."""
    name = draw(NAMES)
    if draw(st.integers(0, 3)):
        name += f"({', '.join(draw(st.lists(LITERALS, max_size=3)))})"
    for _ in range(draw(st.integers(0, 2))):
        tail = (".x", "[0]", "| length", "| join", "| list", "+ 1", "~ 'a'", ".__class__", "| capital",
                "| safe", "is defined", "() ", "| int", "[1:]", "| map", "%", "* 'x'")  # fmt: skip
        name += draw(st.sampled_from(tail))
    forms = ("{{{{ {0} }}}}", "{{% for x in {0} %}}{{{{ x }}}}{{% endfor %}}",
             "{{% if {0} %}}ja{{% endif %}}", "{{% set x = {0} %}}{{{{ x }}}}", "{{{{ {0}", "{0} }}}}",
             "{{% include {0} %}}", "{{< {0} >}}")  # fmt: skip
    return draw(st.sampled_from(forms)).format(name)


@pytest.fixture(scope="module")
def composing(tmp_path_factory):
    folder = tmp_path_factory.mktemp("templates")
    settings = load_settings(small_study(folder / "study", respondents=20))
    released = make_released(
        make_evidence("survey:q02_steering.frequent@DE1", 0.41),
        make_evidence("survey:q02_steering.frequent@DE", 0.33),
        make_evidence("survey:q02_steering.frequent@DE1~rest", 0.12, verdict="higher"),
        make_evidence("survey:q07_smes.yes@DE", 0.5),
    )
    (folder / "reports").mkdir()
    return settings, released, folder


@given(body=st.lists(expressions(), min_size=1, max_size=2))
def test_templates_are_rendered_or_refused(composing, body):
    settings, released, folder = composing
    template = folder / "reports" / "brief.qmd"
    content = "---\ntitle: T\n---\n\n" + "\n\n".join(body) + "\n"
    template.write_text(content, encoding="utf-8", errors="replace")
    key = DocumentKey(Kind.BRIEF, "DE1", "smes", "en", "2026")
    composer = Composer(settings, released, templates=folder / "reports")
    judge(lambda: composer.compose(key, folder / "out"))
