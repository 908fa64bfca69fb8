"""xAPI-Data 2.4.11: attachments."""

import pytest

from tests.conformance.verdicts import ATTACHMENT, accept, refuse, sub_statement


class TestAttachments:
    """2.4.11."""

    def test_an_attachment_with_its_file_elsewhere_is_taken(self) -> None:
        accept(attachments=[ATTACHMENT])

    @pytest.mark.parametrize("missing", ["usageType", "display", "contentType", "length", "sha2"])
    def test_its_members_are_needed(self, missing: str) -> None:
        refuse("$.attachments[0]", attachments=[{k: v for k, v in ATTACHMENT.items() if k != missing}])

    def test_without_a_file_url_json_cannot_bring_it(self) -> None:
        bare = {k: v for k, v in ATTACHMENT.items() if k != "fileUrl"}
        refuse("$.attachments[0]", attachments=[bare])
        refuse("$.object.attachments[0]", object=sub_statement(attachments=[bare]))

    @pytest.mark.parametrize(
        ("member", "bad"),
        [
            ("usageType", "x"),
            ("contentType", "picture"),
            ("length", -1),
            ("length", 1.5),
            ("sha2", "xyz"),
            ("fileUrl", "x"),
        ],
    )
    def test_its_members_have_their_forms(self, member: str, bad: object) -> None:
        refuse(f"$.attachments[0].{member}", attachments=[{**ATTACHMENT, member: bad}])

    def test_its_texts_are_language_maps(self) -> None:
        for member in ("display", "description"):
            refuse(f"$.attachments[0].{member}.en_US", attachments=[{**ATTACHMENT, member: {"en_US": "x"}}])
