"""One SQLite file: a connection that threads share, its transactions, and its faults as errors of this program."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa.errors import IndexDamagedError

# Bytes of the file that are read where they lie, as much as SQLite allows: 200 rows in half of the time.
_MAPPED = 1 << 31


class Database:
    """A connection. Threads take turns on it."""

    def __init__(self, path: Path) -> None:
        """Open a file, made when there is none.

        Raises:
            IndexDamagedError: it is no database, or may not be read.
        """
        self._lock = threading.RLock()
        with _own_errors("read"):
            # Autocommit: transactions are begun where they are meant.
            self._connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", f"mmap_size = {_MAPPED}"):
                self._connection.execute(f"PRAGMA {pragma}")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write until the end of the block, whole or not at all.

        Raises:
            IndexDamagedError: what was asked for could not be written.
        """
        with self._lock, _own_errors("written"):
            self._connection.execute("BEGIN IMMEDIATE")
            with self._connection:
                yield self._connection

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """Every row of a query.

        Raises:
            IndexDamagedError: they could not be read.
        """
        with self._lock, _own_errors("read"):
            return self._connection.execute(query, values).fetchall()

    def each_row(self, query: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """The rows of a query, one by one, however many there are; until the last, other threads wait.

        Raises:
            IndexDamagedError: one could not be read.
        """
        with self._lock, _own_errors("read"):
            yield from self._connection.execute(query, values)


@contextmanager
def _own_errors(done: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise IndexDamagedError(f"the index could not be {done}: {error}") from error
