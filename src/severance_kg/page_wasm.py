"""A limit to the memory of a WebAssembly module, where it comes without one.

A module is a header of eight bytes and sections: a number, the length in LEB128, that many bytes (WebAssembly Core
Specification, 5.5). The memory section holds how many memories there are, and of each whether it has a limit, how many pages
it starts with, and the limit.
"""

from __future__ import annotations

import contextlib

from severance_kg.errors import InputError

PAGE = 65536
_MEMORY = 5


def limit_memory(module: bytes, most: int) -> bytes:
    """Return a module with one memory, changed so that this takes no more than ``most`` bytes.

    Raises:
        InputError: it is no such module.
    """
    with contextlib.suppress(IndexError):
        if (made := _limited(module, most)) is not None:
            return made
    raise InputError("this is no module whose memory can be limited", hint="install severance-kg again")


def _limited(module: bytes, most: int) -> bytes | None:
    at = 8
    while module[:4] == b"\0asm" and at < len(module):
        number, (size, start) = module[at], _number(module, at + 1)
        if number == _MEMORY:
            count, place = _number(module, start)
            has_limit, place = _number(module, place)
            least, place = _number(module, place)
            if (count, has_limit, place) != (1, 0, start + size):
                return None
            memory = bytes([1, 1]) + _leb128(least) + _leb128(most // PAGE)
            return module[: at + 1] + _leb128(len(memory)) + memory + module[start + size :]
        at = start + size
    return None


def _number(content: bytes, at: int) -> tuple[int, int]:
    """Read a LEB128 number; return it and where it ends."""
    found = shift = 0
    while content[at] & 0x80:
        found |= (content[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return found | content[at] << shift, at + 1


def _leb128(number: int) -> bytes:
    found = []
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])
