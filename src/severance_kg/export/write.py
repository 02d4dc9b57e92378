"""From a format to bytes in a file, in a folder, in an archive, or on a stream."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

from severance_kg.build import write_atomically
from severance_kg.errors import InputError
from severance_kg.export.formats import Chunks, Format, find_format
from severance_kg.export.material import Material, material, read_chunks
from severance_kg.store import Store


def export(store: Store, format: str, path: str | Path) -> Path:
    """Write a graph in a format and return the path: a file's, or for csv a folder's or that of a ``.zip``.

    The same graph gives the same bytes. What stood there before stands there still if anything fails.

    Raises:
        UnknownName: there is no such format.
        InputError: the path cannot be written.
        StoreError: the graph holds a statement that is not whole.
    """
    wanted, target = find_format(format), Path(path)
    _check_target(wanted, target)
    with material(store.lines()) as given:
        try:
            write_atomically(_contents(wanted, given, target))
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror}", where=str(target), hint="name another path") from None
    return target


def export_to(store: Store, format: str, stream: BinaryIO) -> None:
    """Write a graph in a format to a binary stream.

    Raises:
        InputError: the format is one of several files.
    """
    wanted = find_format(format)
    if wanted.write is None:
        raise InputError(f"{wanted.name} is several files", hint="name a folder or a .zip with --out")
    with material(store.lines()) as given:
        for chunk in wanted.write(given):
            stream.write(chunk)


def _check_target(wanted: Format, target: Path) -> None:
    if not target.parent.is_dir():
        raise InputError("there is no such folder", where=str(target.parent), hint="make it, or name another path")
    if target.is_dir() and not wanted.files:
        raise InputError("this is a folder", where=str(target), hint=f"name a file in it, such as graph{wanted.suffix}")
    if target.is_file() and wanted.files and target.suffix != ".zip":
        raise InputError("this is a file", where=str(target), hint=f"{wanted.name} goes into a folder or a .zip")


def _contents(wanted: Format, given: Material, target: Path) -> Mapping[Path, Iterable[bytes]]:
    if wanted.write:
        return {target: wanted.write(given)}
    assert wanted.files is not None
    files = wanted.files(given)
    if target.suffix == ".zip":
        return {target: _zipped(files, given.folder / "export.zip")}
    target.mkdir(exist_ok=True)
    return {target / name: chunks for name, chunks in files.items()}


def _zipped(files: Mapping[str, Chunks], path: Path) -> Chunks:
    """Yield an archive of the files. It is made on disk, so that none of them is ever in memory."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, chunks in files.items():
            # A member made from its name alone is dated 1980, whatever the day; Unix because Windows writes 0 there.
            member = zipfile.ZipInfo(name)
            member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            with archive.open(member, "w", force_zip64=True) as file:
                for chunk in chunks:
                    file.write(chunk)
    yield from read_chunks(path)
