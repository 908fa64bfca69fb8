from base import origin_of


def test_an_origin_is_written_without_its_default_port() -> None:
    assert origin_of("https://Waymark.example:443/anything?x=1") == "https://waymark.example"
    assert origin_of("http://127.0.0.1:8000") == "http://127.0.0.1:8000"
