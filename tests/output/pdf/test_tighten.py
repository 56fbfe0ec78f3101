from briefgen.output.pages import assemble_page
from briefgen.output.pdf import inspect_pdf
from briefgen.output.pdf.tighten import find_chapters, group_chapters, tighten_chapters
from sample_pages import SampleBrand, sample_meta

CHAPTERS = (
    '<section id="a" class="level1"><h1>A</h1></section>'
    '<section id="b" class="level1 flow"><h1>B</h1></section>'
    '<section id="c" class="level1 part-x"><h1>C</h1></section>'
    '<section id="d" class="level1 part-x flow"><section id="e" class="level2"></section></section>'
)


def test_chapters_that_follow_without_a_new_page_belong_together():
    groups = group_chapters(find_chapters(CHAPTERS))
    assert [[chapter.id for chapter in group] for group in groups] == [["a", "b"], ["c", "d"]]


def test_only_chapters_that_end_on_a_short_page_are_marked():
    starts = {"a": 2, "b": 3, "c": 5, "d": 6}
    marked = tighten_chapters(CHAPTERS, starts, [4])
    assert [chapter.id for chapter in find_chapters(marked) if "is-tight" in chapter.tag] == [
        "a", "b",
    ]  # fmt: skip
    assert tighten_chapters(CHAPTERS, starts, []) == CHAPTERS


def test_a_short_page_on_which_a_chapter_begins_is_the_chapter_s_own():
    assert "is-tight" not in tighten_chapters(CHAPTERS, {"a": 2, "c": 5}, [2])


def test_chapters_far_before_a_short_page_stay_as_they_are():
    flowing = CHAPTERS.replace("part-x", "part-x flow")
    marked = tighten_chapters(flowing, {"a": 2, "b": 3, "c": 15, "d": 19}, [21])
    assert [chapter.id for chapter in find_chapters(marked) if "is-tight" in chapter.tag] == [
        "c", "d",
    ]  # fmt: skip


def report(paragraphs, name):
    """A report of one chapter; without a name it cannot be found, and so is never tightened."""
    body = "<p>Some words of a chapter that goes on.</p>" * paragraphs
    content = f'<section {name} class="level1"><h1>A</h1>{body}</section>'
    content = f'<main id="quarto-document-content">{content}</main>'
    return assemble_page(content, sample_meta("report", "en"), SampleBrand())


def test_a_chapter_that_runs_over_by_a_few_lines_is_set_tighter(put):
    for count in range(28, 48):
        loose = inspect_pdf(put(report(count, ""), f"loose{count}.pdf"))
        if loose.fill[-1] < 0.25:
            break
    tight = inspect_pdf(put(report(count, 'id="a"'), "tight.pdf"))
    # the named chapter stands in a table of contents, on a page of its own
    assert loose.fill[-1] < 0.25 < tight.fill[-1]
