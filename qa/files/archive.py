"""Zip archives from strangers: what is in them is measured before any of it is unpacked."""

import io
import zipfile

from qa.errors import DocumentError

_LARGEST = 256 * 1024 * 1024
"""Bytes that the members may have together."""
_MOST_MEMBERS = 20_000
_STEEPEST = 200
"""Times that a member may be larger than its packed form, from the size on where that matters."""
_STEEP_MATTERS = 4 * 1024 * 1024


def open_archive(data: bytes) -> zipfile.ZipFile:
    """An archive that will not fill the memory when its members are read.

    `zipfile` never gives more of a member than its declared size, so a header that lies is an error when it is read.

    Raises:
        DocumentError: it is no archive, or a bomb.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise DocumentError("is damaged: no zip archive") from error
    members = archive.infolist()
    if len(members) > _MOST_MEMBERS:
        raise DocumentError(f"is an archive of {len(members):,} members, which no document is")
    total = sum(member.file_size for member in members)
    steep = any(
        member.file_size > _STEEP_MATTERS and member.file_size > _STEEPEST * max(member.compress_size, 1)
        for member in members
    )
    if total > _LARGEST or steep:
        raise DocumentError(f"would unpack to {total:,} bytes, which no document does")
    if any(member.flag_bits & 1 for member in members):
        raise DocumentError("is encrypted")
    return archive


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """A member of an archive.

    Raises:
        DocumentError: it is missing or damaged.
    """
    import zlib

    try:
        return archive.read(name)
    except KeyError as error:
        raise DocumentError(f"is damaged: {name} is missing") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
        raise DocumentError(f"is damaged: {name} cannot be unpacked") from error
