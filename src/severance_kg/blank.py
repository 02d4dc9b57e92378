"""A blank annotation file, commented, for 'severance-kg init'."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from severance_kg.errors import InputError


def write_blank(path: Path, source_id: str) -> None:
    """Write the blank file.

    Raises:
        InputError: something is at ``path`` already, the folder is missing, or the id is not well formed.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", source_id):
        raise InputError(f'"{source_id}" cannot be an id', hint="use small letters, digits and hyphens, such as my-interview")
    if path.suffix not in (".yaml", ".yml"):
        raise InputError("an annotation file ends in .yaml", where=str(path), hint=f"name it {path.stem or 'my-interview'}.yaml")
    blank = files("severance_kg").joinpath("blank.yaml").read_text("utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(blank.replace("my-interview", source_id))
    except FileExistsError:
        raise InputError("it is there already", where=str(path), hint="name another file; nothing was changed") from None
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", where=str(path), hint="check the path") from None
