"""xAPI-Data 4.3 and 3.1: IRIs."""

from tests.conformance.verdicts import accept, refuse


class TestIris:
    """4.3."""

    def test_iris_need_a_scheme(self) -> None:
        for bad in (
            "www.example.org/x",
            "",
            "http//example.org",
            "an iri: no",
            "1http://example.org",
            "http://exa mple",
        ):
            refuse("$.verb.id", verb={"id": bad})
        for good in ("http://example.org/ə", "urn:uuid:x", "tag:example.org,2026:x", "act:x"):
            accept(verb={"id": good})
