"""The root of the exception tree, and the branch that grows here. `qa/errors.py` draws the whole tree."""


class ChuchuError(Exception):
    """Something that the user can understand and mend. Its text says what was wrong and what to do."""


class ModelError(ChuchuError):
    """A model is missing, damaged, or not one that can be used here."""


class VectorIndexError(ChuchuError):
    """A vector index file is damaged or of another format."""
