"""What is held while verdicts are judged."""

from uuid import UUID


def judgement_key(subject_id: UUID) -> str:
    """What is locked while verdicts of a person or an organisation are judged: two judgements never run at once."""
    return f"verdicts of {subject_id}"
