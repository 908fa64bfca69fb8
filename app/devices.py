"""What a browser calls itself, in the few words by which its owner knows it again."""

# The first that is found counts: nearly every browser also names those that it wants to be taken for.
_BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "YaBrowser": "Yandex", "Firefox": "Firefox",
    "FxiOS": "Firefox", "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
_SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "CrOS": "ChromeOS",
    "Mac OS X": "Mac", "Linux": "Linux",
}  # fmt: skip


def device_of(user_agent: str) -> str | None:
    """Like "Firefox, Android"; None for a browser that tells nothing we know."""
    named = (
        next((name for mark, name in table.items() if mark in user_agent), None) for table in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(name for name in named if name) or None
