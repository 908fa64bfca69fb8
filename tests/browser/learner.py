"""What a learner does on the pages, by what they see: names of buttons, labels of fields."""

from pathlib import Path

from playwright.sync_api import Frame, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from content import Match, ModuleSource, Multiple, Numeric, Order, Question, Single, TrueFalse, read_library
from tests.running import LIBRARY

HEARD = """
    () => new Promise((heard) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = heard;
        parent.postMessage({ subject: "heard?" }, "*", [channel.port2]);
    })
"""
"""Waits until the LMS has done what the frame told it so far: showing the top moves what is about to be clicked."""

MODULES = {module.slug: module for module in read_library(LIBRARY).modules}


def sign_in_to_lms(page: Page, lms: str, name: str) -> None:
    page.goto(lms)
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def tool_frame(page: Page) -> Frame:
    """The frame in which the LMS shows the tool."""
    page.wait_for_selector("iframe")
    frame = page.main_frame.child_frames[0]
    arrive(frame, "**/f/**/paths/*")
    return frame


def arrive(frame: Frame, pattern: str) -> None:
    """Wait for a page, and until the LMS has shown its top and given it the height that it asked for.

    A frame that still moves lets a click land beside what it aims at, which nobody is told of.
    """
    try:
        frame.wait_for_url(pattern)
    except PlaywrightTimeout as late:
        raise AssertionError(f"{frame.url} shows: {frame.inner_text('body')[:500]}") from late
    frame.locator("#storage").wait_for(state="detached")  # where the browser keeps no cookie, the page comes after it
    frame.evaluate(HEARD)
    for _ in range(300):
        whole = frame.evaluate("innerHeight >= document.documentElement.scrollHeight")
        if whole and frame.page.evaluate("scrollY === 0"):
            return
        frame.page.wait_for_timeout(100)
    raise AssertionError(f"the LMS never showed the whole of {frame.url}")


def right_fields(question: Question) -> dict[str, list[str]]:
    """What a form sends for the right answer, by field."""
    match question:
        case Single() | Multiple():
            return {question.id: list(question.right)}
        case TrueFalse():
            return {question.id: ["true" if question.right else "false"]}
        case Numeric():
            return {question.id: [f"{question.right:g}"]}
        case Match():
            return {f"{question.id}.{option}": [target] for option, target in question.pairs.items()}
        case Order():
            return {f"{question.id}.{option}": [str(place)] for place, option in enumerate(question.right, 1)}


def fill_in(frame: Frame, module: ModuleSource, *, rightly: bool) -> None:
    """Answer every question of the open quiz; wrongly means the first thing that comes to hand."""
    assert module.quiz is not None
    for question in module.quiz.questions:
        for name, values in right_fields(question).items():
            field = frame.locator(f'[name="{name}"]')
            kind = field.first.evaluate("field => field.tagName + field.type")
            if kind in {"INPUTradio", "INPUTcheckbox"}:
                shown = [box.get_attribute("value") or "" for box in field.all()]
                chosen = values if rightly else [next(value for value in shown if value not in values)]
                for value in chosen:
                    frame.locator(f'[name="{name}"][value="{value}"]').check()
            elif kind.startswith("SELECT"):
                field.select_option(values[0])
            else:
                field.fill(values[0] if rightly else "999999")


def pass_module(frame: Frame, slug: str) -> None:
    """From the open path page through text and quiz back to the path page."""
    open_next(frame)
    frame.locator("article.prose").wait_for()
    frame.locator(".actions a.button").click()
    arrive(frame, "**/quiz")
    fill_in(frame, MODULES[slug], rightly=True)
    frame.locator("form.questions button").click()
    arrive(frame, "**/result")
    frame.locator(".actions a.button").click()
    arrive(frame, "**/f/**/paths/*")


def open_next(frame: Frame) -> None:
    """Press the one button of the next-step card."""
    frame.locator(".card.next button").click()
    arrive(frame, "**/s/**")


def downloaded(page: Page, frame: Frame, folder: Path) -> Path:
    """The certificate, fetched by the link that the path page shows."""
    with page.expect_download() as download:
        frame.locator('a[href$=".pdf"]').click()
    file = folder / "certificate.pdf"
    download.value.save_as(file)
    return file
