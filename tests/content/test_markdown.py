import pytest

from content import render_markdown
from content.markdown import markdown_faults


def test_title_line_is_left_to_the_page_and_sections_stand_below_it() -> None:
    assert render_markdown("# Title\n\n## Section\n\nText.\n") == "<h2>Section</h2>\n<p>Text.</p>\n"


def test_no_other_heading_takes_the_level_of_the_page() -> None:
    assert render_markdown("Text.\n\n# Loud\n") == "<p>Text.</p>\n<h2>Loud</h2>\n"


def test_links_open_apart_and_give_nothing_of_ours_away() -> None:
    assert render_markdown("[law](https://law.example/1)") == (
        '<p><a href="https://law.example/1" target="_blank" rel="noopener noreferrer">law</a></p>\n'
    )


def test_table_is_a_table() -> None:
    html = render_markdown("| Year | Shops |\n|---|---:|\n| 2025 | 40 |\n")
    assert "<th>Shops</th>" in html
    assert "<td>40</td>" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://tracker.example/pixel.png)",
        "[x](/s/token/leak)",
        "[x]: javascript:alert(1)\n\n[x]",
        "<https://a.example/'onmouseover=alert(1)>",
        "```<script>\nx\n```",
        '| a |\n|---|\n| <b onclick="x"> |',
    ],
)
def test_hostile_text_becomes_no_markup_of_its_own(text: str) -> None:
    html = render_markdown(text)
    for forbidden in ("<script", "<img", "<b ", "onerror=alert(1)>", 'javascript:alert(1)"', 'href="data', 'href="/'):
        assert forbidden not in html


def test_what_a_page_would_not_show_as_meant_is_named_with_its_line() -> None:
    text = """# Title

A <b>word</b>.

<div>
block
</div>

- ![map](map.png)
- [here](more.md) and [there](https://there.example)

# Second title
"""
    assert [(line, rule) for line, rule, _ in markdown_faults(text)] == [
        (3, "raw HTML is not allowed"),
        (5, "raw HTML is not allowed"),
        (9, "images are not part of the format"),
        (10, "the link more.md leads nowhere"),
        (12, "only the title may be a heading with one #"),
    ]


def test_plain_good_text_has_no_faults() -> None:
    text = "# Title\n\n## Part\n\n5 < 6, `<b>` is code, [mail](mailto:ask@city.example), **bold**.\n"
    assert list(markdown_faults(text)) == []
