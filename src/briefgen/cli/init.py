"""Commands that begin a study, and keep its codebook: from a data file, or from nothing."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from briefgen.cli.frame import (
    StudyCommand,
    StudyGroup,
    json_option,
    note,
    print_json,
    read_settings,
    study_option,
)
from briefgen.config.settings import RunLimits, Settings
from briefgen.errors import UnknownNameError

if TYPE_CHECKING:
    from briefgen.evidence.drafting import Wishes
    from briefgen.pipeline.beginning import Beginning


@click.command(cls=StudyCommand)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--from",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The data file: SPSS, Stata, Parquet, Excel, CSV, or an export of a survey program.",
)
@click.option(
    "--panel",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ratings of a panel: one row for each expert, or for each rating.",
)
@click.option(
    "--cases",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Coded interviews: a REFI-QDA project (.qdpx) or a table of coded segments.",
)
@click.option(
    "--structure",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What explains the file: .lss, XLSForm, REDCap dictionary, DDI; default: found beside it.",
)
@click.option("--id", "id_column", metavar="COLUMN", help="The column with the respondents' ids.")
@click.option("--weight", metavar="COLUMN", help="The column with weights; '' for none.")
@click.option("--region", metavar="COLUMN", help="The column that names regions; '' for none.")
@click.option("--leave-out", metavar="COLUMN", multiple=True, help="A column that is no question.")
@click.option("--language", metavar="CODE", help="Language of the questionnaire: de, en, …")
@click.option("--title", help="Title of the study.")
@click.option("--example", metavar="NAME", help="Copy one of the examples instead.")
@click.option("--yes", is_flag=True, help="Ask nothing; take the guesses and mark them.")
def init(  # noqa: PLR0917 - click hands over each option by name
    folder: Path, file: Path | None, panel: Path | None, cases: Path | None,
    structure: Path | None, id_column: str | None,
    weight: str | None, region: str | None, leave_out: tuple[str, ...], language: str | None,
    title: str | None, example: str | None, yes: bool,
) -> None:  # fmt: skip
    """Begin a study in DIR: draft study.yml and codebook.yml from a data file.

    What the file does not state is guessed, marked in the files with reason and confidence, and
    listed by `briefgen check` until you confirm it. Without --from a small study to fill in is
    written, with every key explained.

    \b
    briefgen init my-study --from answers.sav
    briefgen init my-study --from answers.csv --region state --weight wt --language en --yes
    briefgen init my-study --from answers.sav --panel ratings.xlsx --cases interviews.qdpx
    briefgen init my-study
    briefgen init my-study --example poll
    """  # noqa: D301
    from briefgen.evidence.drafting import Wishes  # noqa: PLC0415 - heavy
    from briefgen.pipeline import beginning  # noqa: PLC0415
    from briefgen.pipeline.work.limits import run_limited  # noqa: PLC0415

    if file is None and panel is None and cases is None:
        made = (
            beginning.begin_from_example(folder, example)
            if example
            else beginning.begin_empty(folder, language=language or "en", title=title)
        )
        for path in made:
            click.echo(f"wrote {path}")
        return
    wishes = Wishes(id_column, weight, region, language, title, leave_out)
    draft = partial(beginning.begin_from_file, file, structure, panel=panel, cases=cases)
    begin = partial(run_limited, "the draft", RunLimits(), draft)
    begun = begin(wishes)
    if not yes and sys.stdin.isatty():
        begun = begin(_ask(begun, wishes))
    for path in beginning.write(begun, folder):
        click.echo(f"wrote {path}")
    _tell(begun, folder)


def _ask(begun: Beginning, wishes: Wishes) -> Wishes:
    """Ask for what was not stated, with the guess as the default."""
    draft, roles = begun.draft, begun.draft.roles
    return replace(
        wishes,
        title=_prompt("Title", wishes.title, draft.title),
        language=_prompt("Language", wishes.language, draft.language),
        region=_prompt("Column that names regions (- for none)", wishes.region, roles.region),
        weight=_prompt("Column with weights (- for none)", wishes.weight, roles.weight),
    )


def _prompt(what: str, stated: str | None, guess: str | None) -> str:
    if stated is not None:
        return stated
    answer = str(click.prompt(what, default=guess or "-"))
    return "" if answer == "-" else answer


def _tell(begun: Beginning, folder: Path) -> None:
    draft = begun.draft
    kinds = [sketch.spec["type"] for sketch in draft.sketches]
    counted = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    click.echo(f"read {begun.reading}")
    if kinds:
        left = f"{len(draft.roles.left_out)} columns left out, listed at the end of codebook.yml"
        click.echo(f"{len(kinds)} questions ({counted}); {left}")
    for part in draft.parts:
        for name, entries in part.yaml.items():
            found = next(value for key, value in entries.items() if key != "dont_know")
            click.echo(f"{len(found)} entries in {name}")
    for line in begun.open:
        click.echo(f"to confirm: {line}")
    click.echo(
        f"next: briefgen check --study {folder}, then briefgen build report --study {folder}"
    )


@click.command(cls=StudyCommand)
@click.argument("name", required=False)
@click.option(
    "--to", "target", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Write all schemas into this folder, as init does.",
)  # fmt: skip
def schema(name: str | None, target: Path | None) -> None:
    """Print the JSON Schema of a file: study, codebook, recommendations, statements, codes, case.

    Editors that know YAML complete and check by it what you type: init writes all schemas into
    schemas/ of the study, and names them at the head of each file. Without NAME the names are
    listed.

    \b
    briefgen schema study
    briefgen schema --to schemas          # anew, after briefgen was updated
    """  # noqa: D301
    from briefgen.evidence import file_schemas  # noqa: PLC0415 - heavy

    if target is not None:
        for path in file_schemas.write_schemas(target):
            click.echo(f"wrote {path}")
    elif name is not None:
        print_json(file_schemas.find_schema(name))
    else:
        click.echo("\n".join(file_schemas.FILES))


@click.group(cls=StudyGroup)
def codebook() -> None:
    """Compare a new file with the codebook, draft what is new, or export the codebook.

    \b
    briefgen codebook diff wave2.sav
    briefgen codebook update wave2.sav >> data/codebook.yml
    briefgen codebook to-html > questionnaire.html
    """  # noqa: D301


_file_option = click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


@codebook.command("diff", cls=StudyCommand)
@_file_option
@study_option
@json_option
def diff(file: Path | None, folder: Path | None, as_json: bool) -> None:
    """Say how FILE, a new wave, differs from the codebook; default: the study's own file.

    Columns that are gone or new, codes that are new or that nobody has, labels and wordings that
    changed. The exit code is 1 where something differs.

    \b
    briefgen codebook diff wave2.sav
    """  # noqa: D301
    from briefgen.pipeline import beginning  # noqa: PLC0415 - heavy
    from briefgen.pipeline.work.limits import run_limited  # noqa: PLC0415

    settings = read_settings(folder)
    limits = settings.info.run_limits
    found = run_limited("the comparison", limits, beginning.compare, settings, file)
    if as_json:
        print_json([vars(difference) for difference in found])
    else:
        for difference in found:
            click.echo(str(difference))
        click.echo(f"{len(found)} differences")
    sys.exit(1 if found else 0)


@codebook.command("update", cls=StudyCommand)
@_file_option
@study_option
def update(file: Path | None, folder: Path | None) -> None:
    """Print the questions that FILE has and the codebook lacks, to be added to codebook.yml.

    \b
    briefgen codebook update wave2.sav >> data/codebook.yml
    """  # noqa: D301
    from briefgen.pipeline import beginning  # noqa: PLC0415 - heavy

    click.echo(beginning.draft_new_questions(read_settings(folder), file), nl=False)


@codebook.command("to-ddi", cls=StudyCommand)
@study_option
def to_ddi(folder: Path | None) -> None:
    """Print the codebook as DDI Codebook 2.5; no answer is in it.

    \b
    briefgen codebook to-ddi > codebook.xml
    """  # noqa: D301
    from briefgen.evidence.drafting import make_ddi  # noqa: PLC0415 - heavy

    click.echo(make_ddi(read_settings(folder)), nl=False)


_language_option = click.option("--language", help="Of labels; default: the study's first.")


def _choose_language(settings: Settings, language: str | None) -> str:
    if language is not None and language not in settings.languages:
        raise UnknownNameError.among("language", language, settings.languages)
    return language or settings.languages[0]


@codebook.command("to-html", cls=StudyCommand)
@_language_option
@click.option("--own", is_flag=True, help="Unweighted counts, which nobody has released.")
@study_option
def to_html(language: str | None, own: bool, folder: Path | None) -> None:
    """Print the questionnaire with frequencies as a web page.

    They are those that were released; pass them on once the edition is published. With --own they
    are counts of the answers as they are, for the project's own eyes; the page says so, and may not
    be passed on.

    \b
    briefgen codebook to-html > questionnaire.html
    briefgen codebook to-html --own > own/questionnaire.html
    """  # noqa: D301
    from briefgen.pipeline.questionnaire import make_questionnaire  # noqa: PLC0415 - heavy

    settings = read_settings(folder)
    language = _choose_language(settings, language)
    click.echo(make_questionnaire(settings, language, unreleased=own), nl=False)
    if own:
        note("not released: for the project's own eyes; do not pass it on")


@codebook.command("to-spss-syntax", cls=StudyCommand)
@_language_option
@study_option
def to_spss_syntax(language: str | None, folder: Path | None) -> None:
    """Print labels, missing values and levels as SPSS syntax; no answer is in it.

    \b
    briefgen codebook to-spss-syntax > labels.sps
    """  # noqa: D301
    from briefgen.evidence.drafting import make_spss_syntax  # noqa: PLC0415 - heavy

    settings = read_settings(folder)
    click.echo(make_spss_syntax(settings, _choose_language(settings, language)), nl=False)


@codebook.command("to-sav", cls=StudyCommand)
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@_language_option
@study_option
def to_sav(target: Path, language: str | None, folder: Path | None) -> None:
    """Write the survey's data to TARGET, a .sav with all labels: every respondent is in it.

    \b
    briefgen codebook to-sav own/survey.sav --language en
    """  # noqa: D301
    from briefgen.pipeline import beginning  # noqa: PLC0415 - heavy

    settings = read_settings(folder)
    beginning.label_data(settings, target, _choose_language(settings, language))
    click.echo(f"wrote {target}")
    note("not released: every respondent's answers are in it; do not pass it on")
