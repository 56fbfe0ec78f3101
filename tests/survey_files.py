"""Small data files as survey programs write them, with answers that are known."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
from lxml import etree

ROWS = 120
AGREE = {1: "Strongly disagree", 2: "Disagree", 3: "Neither", 4: "Agree", 5: "Strongly agree"}


def write_rows(path: Path, rows: list[list[object]], delimiter: str = ",") -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(rows)
    return path


def write_book(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def labelled_frame() -> pd.DataFrame:
    """A survey with an id, a weight, Länder, a battery, a set, a filter and missing codes."""
    draw = np.random.default_rng(7)
    frame = pd.DataFrame({"respid": np.arange(1, ROWS + 1)})
    weights = draw.uniform(0.4, 1.8, ROWS)
    frame["wgt"] = (weights / weights.mean()).round(3)
    frame["bundesland"] = draw.choice([8, 9, 11], ROWS)
    for line in ("a", "b", "c"):
        frame[f"q1{line}"] = draw.choice(
            [1, 2, 3, 4, 5, 9], ROWS, p=[0.1, 0.2, 0.2, 0.25, 0.2, 0.05]
        )
    frame["q2"] = draw.choice([1, 2, 8], ROWS, p=[0.5, 0.4, 0.1])
    asked = frame["q2"] == 1
    frame["q3"] = np.where(asked, draw.choice([1, 2, 3], ROWS), np.nan)
    for option in (1, 2, 3):
        frame[f"q4_{option}"] = draw.choice([0, 1], ROWS)
    frame["age"] = np.where(draw.random(ROWS) < 0.1, 999, draw.integers(18, 90, ROWS))
    return frame


LABELS = {
    "bundesland": {8: "Baden-Württemberg", 9: "Bayern", 11: "Berlin"},
    **{f"q1{line}": AGREE | {9: "No answer"} for line in "abc"},
    "q2": {1: "Yes", 2: "No", 8: "Don't know"},
    "q3": {1: "Alone", 2: "With others", 3: "Both"},
    **{f"q4_{option}": {0: "not selected", 1: "selected"} for option in (1, 2, 3)},
}
WORDINGS = {
    "wgt": "Weighting factor",
    "bundesland": "In which Land do you live?",
    "q1a": "How much do you agree? The office is open",
    "q1b": "How much do you agree? The office is near",
    "q1c": "How much do you agree? The office is quick",
    "q2": "Have you been to the office?",
    "q3": "With whom did you go there?",
    "q4_1": "How do you get news? - Radio",
    "q4_2": "How do you get news? - Papers",
    "q4_3": "How do you get news? - Friends",
    "age": "How old are you?",
}


def labelled_file(path: Path) -> Path:
    frame = labelled_frame()
    labels = [WORDINGS.get(name, "") for name in frame.columns]
    if path.suffix == ".dta":
        pyreadstat.write_dta(frame, str(path), column_labels=labels, variable_value_labels=LABELS)
    else:
        ranges = {f"q1{line}": [9] for line in "abc"}
        pyreadstat.write_sav(
            frame,
            str(path),
            column_labels=labels,
            variable_value_labels=LABELS,
            missing_ranges=ranges,
        )
    return path


LSS = """<?xml version="1.0" encoding="UTF-8"?>
<document><LimeSurveyDocType>Survey</LimeSurveyDocType>
<surveys><rows><row><sid>1</sid><language>de</language></row></rows></surveys>
<questions><rows>
<row><qid>1</qid><parent_qid>0</parent_qid><type>F</type><title>Q1</title><question><![CDATA[<p>Wie sehr stimmen Sie zu?</p>]]></question></row>
<row><qid>2</qid><parent_qid>0</parent_qid><type>M</type><title>Q2</title><question>Welche Medien nutzen Sie?</question></row>
<row><qid>3</qid><parent_qid>0</parent_qid><type>Y</type><title>Q3</title><question>Waren Sie im Amt?</question></row>
<row><qid>4</qid><parent_qid>0</parent_qid><type>N</type><title>Q4</title><question>Wie alt sind Sie?</question></row>
</rows></questions>
<subquestions><rows>
<row><qid>11</qid><parent_qid>1</parent_qid><title>SQ1</title><question>Das Amt ist offen.</question></row>
<row><qid>12</qid><parent_qid>1</parent_qid><title>SQ2</title><question>Das Amt ist nah.</question></row>
<row><qid>21</qid><parent_qid>2</parent_qid><title>a</title><question>Radio</question></row>
<row><qid>22</qid><parent_qid>2</parent_qid><title>b</title><question>Zeitung</question></row>
</rows></subquestions>
<answers><rows>
<row><qid>1</qid><code>A1</code><answer>stimme gar nicht zu</answer></row>
<row><qid>1</qid><code>A2</code><answer>stimme eher nicht zu</answer></row>
<row><qid>1</qid><code>A3</code><answer>stimme eher zu</answer></row>
<row><qid>1</qid><code>A4</code><answer>stimme voll und ganz zu</answer></row>
<row><qid>1</qid><code>A5</code><answer>weiß nicht</answer></row>
</rows></answers></document>
"""


def limesurvey_file(folder: Path) -> Path:
    draw = np.random.default_rng(3)
    rows: list[list[object]] = [
        [
            "id",
            "submitdate",
            "lastpage",
            "startlanguage",
            "Q1[SQ1]",
            "Q1[SQ2]",
            "Q2[a]",
            "Q2[b]",
            "Q3",
            "Q4",
        ]
    ]
    for number in range(1, ROWS + 1):
        lines = draw.choice(["A1", "A2", "A3", "A4", "A5"], 2)
        chosen = draw.choice(["Y", ""], 2)
        rows.append(
            [
                number,
                "2026-05-01 10:00:00",
                4,
                "de",
                *lines,
                *chosen,
                draw.choice(["Y", "N"]),
                draw.integers(18, 90),
            ]
        )
    (folder / "survey.lss").write_text(LSS, encoding="utf-8")
    return write_rows(folder / "survey.csv", rows)


ENGLISH = {
    "Wie sehr stimmen Sie zu?": "How much do you agree?", "Welche Medien nutzen Sie?": "Which media do you use?",
    "Waren Sie im Amt?": "Have you been to the office?", "Wie alt sind Sie?": "How old are you?",
    "Das Amt ist offen.": "The office is open.", "Das Amt ist nah.": "The office is near.",
    "Radio": "Radio", "Zeitung": "Newspaper", "stimme gar nicht zu": "strongly disagree",
    "stimme eher nicht zu": "disagree", "stimme eher zu": "agree", "stimme voll und ganz zu": "strongly agree",
    "weiß nicht": "don't know",
}  # fmt: skip


def limesurvey_archive(folder: Path) -> Path:
    """The same survey as LimeSurvey's archive, in German and English, with texts apart as since 4.0."""
    answers = csv.DictReader(limesurvey_file(folder).read_text(encoding="utf-8").splitlines())
    with zipfile.ZipFile(folder / "survey_9.lsa", "w") as archive:
        archive.writestr("survey_9.lss", _two_languages(LSS))
        archive.writestr("survey_9_responses.lsr", _responses(list(answers)))
    return folder / "survey_9.lsa"


def _two_languages(lss: str) -> str:
    root = etree.fromstring(lss.encode())
    survey = root.find("surveys/rows/row")
    etree.SubElement(survey, "additional_languages").text = "en-GB it"
    for part, number, text in (("question", "qid", "question"), ("answer", "aid", "answer")):
        texts = etree.SubElement(etree.SubElement(root, f"{part}_l10ns"), "rows")
        for place, row in enumerate(root.findall(f".//row[{text}]")):
            if row.find(number) is None:
                etree.SubElement(row, number).text = str(place)
            told = row.find(text)
            row.remove(told)
            plain = (told.text or "").removeprefix("<p>").removesuffix("</p>")
            for language, words in (("de", plain), ("en-GB", ENGLISH[plain])):
                made = etree.SubElement(texts, "row")
                etree.SubElement(made, number).text = row.findtext(number)
                etree.SubElement(made, text).text = words
                etree.SubElement(made, "language").text = language
    return etree.tostring(root, encoding="unicode")


def _responses(answers: list[dict[str, str]]) -> str:
    root = etree.Element("document")
    rows = etree.SubElement(etree.SubElement(root, "responses"), "rows")
    for answer in answers:
        row = etree.SubElement(rows, "row")
        for name, cell in answer.items():
            question, _, line = name.removesuffix("]").partition("[")
            field = f"_9X1X{question[1:]}{line}" if question.startswith("Q") else name
            etree.SubElement(row, field).text = cell
    return etree.tostring(root, encoding="unicode")


def qualtrics_file(folder: Path) -> Path:
    draw = np.random.default_rng(5)
    names = [
        "StartDate",
        "EndDate",
        "Status",
        "IPAddress",
        "Progress",
        "Finished",
        "ResponseId",
        "DistributionChannel",
        "Q1",
        "Q2_1",
        "Q2_2",
        "Q3_1",
        "Q3_2",
    ]
    texts = ["Start Date", "End Date", "Response Type", "IP Address", "Progress", "Finished", "Response ID", "Distribution Channel",
             "How satisfied are you?", "Which do you use? - Selected Choice - Radio", "Which do you use? - Selected Choice - Papers",
             "How often do you … - read?", "How often do you … - write?"]  # fmt: skip
    rows: list[list[object]] = [names, texts, [f'{{"ImportId":"{name}"}}' for name in names]]
    for number in range(ROWS):
        status = "Survey Preview" if number < 3 else "IP Address"
        rows.append(["2026-05-01 10:00:00", "2026-05-01 10:05:00", status, "10.0.0.1", 100, "True", f"R_{number:04d}", "anonymous",
                     draw.choice(["Very satisfied", "Satisfied", "Neutral", "Dissatisfied", "Very dissatisfied"]),
                     draw.choice(["Radio", ""]), draw.choice(["Papers", ""]),
                     *draw.choice(["Never", "Rarely", "Sometimes", "Often", "Always"], 2)])  # fmt: skip
    return write_rows(folder / "qualtrics.csv", rows)


def kobo_file(folder: Path, *, english: bool = False) -> Path:
    _write_form(folder, english=english)
    return _write_export(folder)


FORM_IN_ENGLISH = {
    "Gruppe": "Group", "In welchem Land leben Sie?": "In which Land do you live?", "Warum?": "Why?",
    "Welche Medien nutzen Sie?": "Which media do you use?", "Wie alt sind Sie?": "How old are you?",
    "Bayern": "Bavaria", "Hessen": "Hesse", "Sachsen": "Saxony", "Radio": "Radio", "Internet": "Web",
    "Fernsehen": "Television", "label::Deutsch (de)": "label::English",
}  # fmt: skip


def _write_form(folder: Path, *, english: bool) -> None:
    sheets: dict[str, list[list[object]]] = {
        "survey": [
            ["type", "name", "label::Deutsch (de)"],
            ["begin_group", "g", "Gruppe"],
            ["select_one region", "region", "In welchem Land leben Sie?"],
            ["select_multiple media", "media", "Welche Medien nutzen Sie?"],
            ["integer", "age", "Wie alt sind Sie?"],
            ["text", "why", "Warum?"],
            ["end_group", "", ""],
        ],
        "choices": [
            ["list_name", "name", "label::Deutsch (de)"],
            ["region", "by", "Bayern"], ["region", "he", "Hessen"], ["region", "sn", "Sachsen"],
            ["media", "radio", "Radio"], ["media", "web", "Internet"], ["media", "tv", "Fernsehen"],
        ],
    }  # fmt: skip
    for row in [row for rows in sheets.values() for row in rows] if english else ():
        row.append(FORM_IN_ENGLISH.get(str(row[2]), ""))
    write_book(folder / "form.xlsx", **sheets)


def _write_export(folder: Path) -> Path:
    draw = np.random.default_rng(11)
    rows: list[list[object]] = [
        [
            "start",
            "end",
            "g/region",
            "g/media",
            "g/media/radio",
            "g/media/web",
            "g/media/tv",
            "g/age",
            "g/why",
            "_id",
            "_uuid",
        ]
    ]
    for number in range(ROWS):
        chosen = draw.choice([0, 1], 3)
        names = [name for name, on in zip(("radio", "web", "tv"), chosen, strict=True) if on]
        rows.append(["2026-05-01T10:00:00", "2026-05-01T10:09:00", draw.choice(["by", "he", "sn"]), " ".join(names),
                     *map(int, chosen), int(draw.integers(18, 90)), f"Grund {number}", 1000 + number, f"u{number}"])  # fmt: skip
    return write_book(folder / "export.xlsx", data=rows)


def redcap_file(folder: Path) -> Path:
    write_rows(
        folder / "dictionary.csv",
        [
            ["Variable / Field Name", "Form Name", "Field Type", "Field Label", "Choices, Calculations, OR Slider Labels",
             "Text Validation Type OR Show Slider Number"],
            ["record_id", "base", "text", "Record ID", "", ""],
            ["visited", "base", "yesno", "Have you been there?", "", ""],
            ["news", "base", "checkbox", "How do you get news?", "1, Radio | 2, Papers", ""],
            ["rating", "base", "radio", "How good was it?", "1, Poor | 2, Fair | 3, Good | 4, Very good | 99, Don't know", ""],
            ["age", "base", "text", "How old are you?", "", "integer"],
        ],
    )  # fmt: skip
    draw = np.random.default_rng(13)
    rows: list[list[object]] = [
        ["record_id", "visited", "news___1", "news___2", "rating", "age", "base_complete"]
    ]
    rows += [
        [
            number,
            draw.choice([0, 1]),
            *draw.choice([0, 1], 2),
            draw.choice([1, 2, 3, 4, 99]),
            draw.integers(18, 90),
            2,
        ]
        for number in range(1, ROWS + 1)
    ]
    return write_rows(folder / "redcap.csv", rows)


def sosci_file(folder: Path) -> Path:
    draw = np.random.default_rng(17)
    rows: list[list[object]] = [
        ["CASE", "SERIAL", "REF", "QUESTNNR", "MODE", "STARTED", "A101", "A102_01", "A102_02"],
        ["Interview-Nummer", "Seriennummer", "Referenz", "Fragebogen", "Modus", "Beginn", "Waren Sie im Amt?", "Medien: Radio", "Medien: Zeitung"],
    ]  # fmt: skip
    rows += [
        [
            number,
            "",
            "",
            "base",
            "interview",
            "2026-05-01 10:00:00",
            draw.choice([1, 2, -9]),
            *draw.choice([1, 2], 2),
        ]
        for number in range(1, ROWS + 1)
    ]
    return write_rows(folder / "sosci.csv", rows, ";")


def forms_file(folder: Path) -> Path:
    draw = np.random.default_rng(19)
    rows: list[list[object]] = [
        [
            "Timestamp",
            "Which state do you live in?",
            "What do you use?",
            "How often do you go there?",
            "Comments",
        ]
    ]
    for number in range(ROWS):
        chosen = [name for name in ("Radio", "Papers", "Friends") if draw.random() < 0.5] or [
            "Radio"
        ]
        rows.append([f"5/{1 + number % 28}/2026 10:00:00", draw.choice(["Bayern", "Hessen", "Berlin"]), ";".join(chosen) + ";",
                     draw.choice(["Never", "Rarely", "Sometimes", "Often"]), f"Words of person {number}"])  # fmt: skip
    return write_rows(folder / "forms.csv", rows)


def qualtrics_survey(folder: Path, *, numbers: bool) -> Path:
    """Write an export in words or in numbers, with the survey (``.qsf``) in two languages beside it."""
    asked = _qualtrics_questions()
    deleted = {"Type": "Trash", "BlockElements": [{"Type": "Question", "QuestionID": "QID9"}]}
    elements = [
        {"Element": "BL", "Payload": [deleted]},
        *(
            {"Element": "SQ", "PrimaryAttribute": one["QuestionID"], "Payload": one}
            for one in asked
        ),
    ]
    survey = {
        "SurveyEntry": {"SurveyLanguage": "DE", "SurveyName": "Nahverkehr 2026"},
        "SurveyElements": elements,
    }
    (folder / "survey.qsf").write_text(json.dumps(survey), encoding="utf-8")
    return _qualtrics_answers(folder / "answers.csv", numbers=numbers)


STEPS = ["Sehr unzufrieden", "Unzufrieden", "Zufrieden", "Sehr zufrieden"]
ENGLISH_STEPS = ["Very dissatisfied", "Dissatisfied", "Satisfied", "Very satisfied"]


def _qualtrics_questions() -> list[dict[str, object]]:
    def question(tag: str, kind: str, texts: tuple[str, str], **more: object) -> dict[str, object]:
        told, other = more.pop("own", {}), more.pop("other", {})
        return {
            "QuestionID": f"QID{tag[1:]}", "DataExportTag": tag, "QuestionType": kind,
            "QuestionText": f"<b>{texts[0]}</b>", **told, **more,
            "Language": {"EN": {"QuestionText": texts[1], **other}} if texts[1] else [],
        }  # fmt: skip

    def shown(*labels: str) -> dict[str, dict[str, str]]:
        return {str(number): {"Display": label} for number, label in enumerate(labels, 1)}

    return [
        question("Q1", "MC", ("Wie zufrieden sind Sie?", "How satisfied are you?"), Selector="SAVR",
                 own={"Choices": shown(*STEPS)}, other={"Choices": shown(*ENGLISH_STEPS)},
                 RecodeValues={"1": "11", "2": "12", "3": "13", "4": "14"}),
        question("Q2", "MC", ("Was nutzen Sie?", "What do you use?"), Selector="MAVR", ChoiceOrder=["2", "1"],
                 own={"Choices": shown("Radio", "Zeitung")}, other={"Choices": shown("Radio", "Newspaper")}),
        question("Q3", "Matrix", ("Wie zufrieden sind Sie mit …", "How satisfied are you with …"), Selector="Likert",
                 SubSelector="SingleAnswer",
                 own={"Choices": shown("dem Bus", "der Bahn"), "Answers": shown(*STEPS)},
                 other={"Choices": shown("the bus", "the train"), "Answers": shown(*ENGLISH_STEPS)}),
        question("Q9", "MC", ("Gelöscht", ""), Selector="SAVR", own={"Choices": shown("A", "B")}),
    ]  # fmt: skip


def _qualtrics_answers(path: Path, *, numbers: bool) -> Path:
    draw = np.random.default_rng(11)
    names = [
        "Status",
        "Progress",
        "Finished",
        "ResponseId",
        "DistributionChannel",
        "Q1",
        "Q2_1",
        "Q2_2",
        "Q3_1",
        "Q3_2",
    ]
    texts = ["Response Type", "Progress", "Finished", "Response ID", "Distribution Channel", "Wie zufrieden sind Sie?",
             "Was nutzen Sie? - Radio", "Was nutzen Sie? - Zeitung", "Wie … - dem Bus", "Wie … - der Bahn"]  # fmt: skip
    rows: list[list[object]] = [names, texts, [f'{{"ImportId":"{name}"}}' for name in names]]
    for number in range(ROWS):
        step, bus, train = draw.integers(0, 4, 3)
        ticked = [label if draw.random() < 0.5 else "" for label in ("Radio", "Zeitung")]
        answers = (
            [11 + step, *("1" if one else "" for one in ticked), bus + 1, train + 1]
            if numbers
            else [STEPS[step], *ticked, STEPS[bus], STEPS[train]]
        )
        rows.append([0, 100, 1, f"R_{number:04d}", "anonymous", *answers])
    return write_rows(path, rows)
