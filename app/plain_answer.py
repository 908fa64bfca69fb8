"""A short answer in plain text, for requests that are refused before any page is known."""

from litestar.types import HTTPResponseBodyEvent, HTTPResponseStartEvent, Send


async def answer_plainly(send: Send, status: int, text: str) -> None:
    """Answer with `status` and one line of text that no cache keeps."""
    body = f"{text}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    start: HTTPResponseStartEvent = {"type": "http.response.start", "status": status, "headers": headers}
    rest: HTTPResponseBodyEvent = {"type": "http.response.body", "body": body, "more_body": False}
    await send(start)
    await send(rest)
