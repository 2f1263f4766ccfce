"""The exception tree. Every error says what was wrong and what to do; each door translates it once.

ChuchuError                 the root (embeddings/errors.py)
├── ModelError              a model is missing, damaged or unusable (embeddings/errors.py)
├── VectorIndexError        a vector index file is damaged (embeddings/errors.py)
├── InputError              the caller's words are off: an empty question, a bad setting, a missing folder
│   └── DocumentError       one file cannot be read, decoded or taken apart
├── IndexMissingError       there is no index at this place yet
├── IndexDamagedError       the index cannot be read, or contradicts itself
├── IndexMismatchError      the index was made with another model
├── IndexLockedError        another process is writing to the index
└── NotFoundError           there is no document of this id
"""

from embeddings.errors import ChuchuError, ModelError, VectorIndexError

__all__ = [
    "ChuchuError",
    "DocumentError",
    "IndexDamagedError",
    "IndexLockedError",
    "IndexMismatchError",
    "IndexMissingError",
    "InputError",
    "ModelError",
    "NotFoundError",
    "VectorIndexError",
]


class InputError(ChuchuError):
    """What the caller asked for cannot be done as asked."""


class DocumentError(InputError):
    """One file cannot be read, decoded or taken apart; the others are not touched by it."""


class IndexMissingError(ChuchuError):
    """There is no index at this place yet."""


class IndexDamagedError(ChuchuError):
    """The index cannot be read, or contradicts itself."""


class IndexMismatchError(ChuchuError):
    """The index was made with another model."""


class IndexLockedError(ChuchuError):
    """Another process is writing to the index."""


class NotFoundError(ChuchuError):
    """There is no document of this id in the index."""
