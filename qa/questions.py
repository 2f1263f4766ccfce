"""What may be asked."""

from qa.errors import InputError

LONGEST_QUESTION = 2000
"""Characters. Encoders read some 500 tokens; what is longer than this is a document, not a question."""


def checked(question: str) -> str:
    """The question without the white space around it.

    Raises:
        InputError: it is empty, too long, or no text.
    """
    stripped = question.strip()
    if not stripped:
        raise InputError("the question is empty")
    if len(stripped) > LONGEST_QUESTION:
        raise InputError(f"the question has {len(stripped):,} characters; at most {LONGEST_QUESTION:,} are read")
    if any("\ud800" <= character <= "\udfff" for character in stripped):
        raise InputError("the question holds lone surrogates, which are no text")
    return stripped
