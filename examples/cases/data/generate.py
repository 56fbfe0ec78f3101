"""Make the coded interviews of the example, as a QDA program exports them. All is invented.

Writes ``cases/interviews.qdpx``: one text for each interview, and in it the passages that were
coded, by position. Run ``python generate.py`` beside this file.
"""

from __future__ import annotations

import uuid
import zipfile
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

SPACE: Final = "urn:QDA-XML:project:1.0"
CODES: Final = {
    "room": "A room of its own",
    "one_person": "All hangs on one person",
    "coffee": "Talk and coffee",
    "parts": "Parts and tools",
    "young": "Young people",
    "thanks": "Being thanked",
}
Passages = tuple[tuple[str, str], ...]
INTERVIEWS: Final[dict[str, Passages]] = {
    "library organiser": (
        ("", "We began in the reading room, between two shelves."),
        ("room", "Since we have the cellar we can leave a radio open until next time."),
        ("coffee", "Half of those who come would come without anything broken."),
        ("", "That is fine with me."),
    ),
    "library repairer": (
        ("parts", "I spend more time looking for a belt than putting it in."),
        ("thanks", "When the record player turned again she cried, and so did I, a little."),
        ("room", "A cupboard with a key is worth more than any grant."),
    ),
    "church organiser": (
        ("one_person", "If I am ill, there is no café, it is as simple as that."),
        ("coffee", "The cake brings them in and the toaster keeps them here."),
    ),
    "church repairer": (
        ("one_person", "She has the key, the list and the telephone numbers."),
        ("young", "Last winter two boys asked whether they could hold the soldering iron."),
    ),
    "school organiser": (
        ("young", "Our pupils repair for the neighbours, who explain how it was built."),
        ("parts", "For new machines there are no parts, and that makes the young ones angry."),
        ("room", "The physics room has everything apart from a sofa."),
    ),
    "school repairer": (
        ("young", "They are quicker with the screen and I am quicker with the screw."),
        ("thanks", "A thank-you from a girl of eleven lasts for a month."),
    ),
    "market organiser": (
        ("room", "We have no room, we have a tent, and in November nobody comes to a tent."),
        ("one_person", "Three of us could do it, but only one of us does."),
    ),
    "market repairer": (
        ("coffee", "Without the bench people would drop the thing and go."),
        ("parts", "I print the small parts at home and bring a bag of them."),
    ),
    "firm organiser": (
        ("parts", "Since the firm lets us use its workshop, tools are no question any more."),
        ("thanks", "The firm put our picture on the wall; we were prouder than we admitted."),
    ),
    "firm repairer": (
        ("room", "The workshop is warm and has light from above, what more could one want."),
        ("one_person", "We take turns with the calendar, so nobody has to be the boss."),
    ),
}  # fmt: skip


def name_guid(name: str) -> str:
    """Return the same identifier for the same name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://repair.example/{name}")).upper()


def build_project() -> tuple[bytes, dict[str, str]]:
    """Return the project's XML, and the texts by the name of their files."""
    project = ET.Element("Project", {"xmlns": SPACE, "name": "Repair cafés"})
    users = ET.SubElement(project, "Users")
    ET.SubElement(users, "User", {"name": "OS", "guid": name_guid("user")})
    codes = ET.SubElement(ET.SubElement(project, "CodeBook"), "Codes")
    for code, name in CODES.items():
        entry = {"guid": name_guid(code), "name": name, "isCodable": "true"}
        ET.SubElement(codes, "Code", entry)
    sources = ET.SubElement(project, "Sources")
    texts = {}
    for title, passages in INTERVIEWS.items():
        texts[f"{name_guid(title)}.txt"] = _add_source(sources, title, passages)
    xml: bytes = ET.tostring(project, encoding="utf-8", xml_declaration=True)
    return xml, texts


def _add_source(sources: ET.Element, title: str, passages: Passages) -> str:
    source = ET.SubElement(
        sources,
        "TextSource",
        {
            "guid": name_guid(title),
            "name": title,
            "plainTextPath": f"internal://{name_guid(title)}.txt",
        },
    )
    text = ""
    for code, words in passages:
        start = len(text)
        text += words + "\n"
        if code:
            _add_coding(source, f"{title} {start}", start, words, code)
    return text


def _add_coding(source: ET.Element, key: str, start: int, words: str, code: str) -> None:
    selection = ET.SubElement(
        source,
        "PlainTextSelection",
        {
            "guid": name_guid(key),
            "name": words[:30],
            "startPosition": str(start),
            "endPosition": str(start + len(words)),
        },
    )
    coding = ET.SubElement(
        selection, "Coding", {"guid": name_guid(f"{key} coding"), "creatingUser": name_guid("user")}
    )
    ET.SubElement(coding, "CodeRef", {"targetGUID": name_guid(code)})


def main() -> None:
    """Write ``cases/interviews.qdpx`` beside this file; the same bytes each time."""
    project, texts = build_project()
    with zipfile.ZipFile(Path(__file__).parent / "cases" / "interviews.qdpx", "w") as archive:
        _write(archive, "project.qde", project)
        for name, text in texts.items():
            _write(archive, f"sources/{name}", text.encode("utf-8"))


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, (2026, 1, 31, 12, 0, 0)), content)


if __name__ == "__main__":
    main()
