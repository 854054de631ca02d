"""Chance that repeats: SQL expressions that draw from a hash instead of `random()`.

A *die* is a UBIGINT that belongs to one artist, album or track; every draw from it mixes in its own salt.
So a value depends on nothing but the seed, the row's number and the salt: not on threads, nor on the order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise

from wavehouse.core.sql_text import literal

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID_HALF = 11  # 62^11 > 2^64: eleven digits write any 64-bit number


def die(seed: int, kind: str, index: str) -> str:
    """The die of row number `index` (SQL) among its `kind`; different rows have different dice."""
    return f"hash(xor(hash(({index})::UBIGINT), {_key(f'{seed}/{kind}')}))"


def draw(die: str, salt: str) -> str:
    """A number of 64 random bits (UBIGINT)."""
    return f"hash(xor({die}, {_key(salt)}))"


def unit(die: str, salt: str) -> str:
    """A number from 0 to below 1 (DOUBLE)."""
    return f"(({draw(die, salt)} >> 11)::DOUBLE / {2**53}.0)"


def below(die: str, salt: str, limit: int | str) -> str:
    """A whole number from 0 to below `limit` (INTEGER)."""
    return f"({draw(die, salt)} % ({limit})::UBIGINT)::INTEGER"


def table(values: Sequence[str]) -> str:
    """A list of texts to look up in (SQL): one literal, planned far faster than one for each text."""
    return f"string_split({literal('|'.join(values))}, '|')"


def curve(chance: str, points: Sequence[tuple[float, float]]) -> str:
    """A value of the distribution with the quantiles `points` (share of rows, value), straight in between."""
    branches = [
        f"WHEN {chance} < {x1} THEN {y0} + ({chance} - {x0}) * {(y1 - y0) / (x1 - x0):.6f}"
        for (x0, y0), (x1, y1) in pairwise(points)
    ]
    return f"(CASE {' '.join(branches)} ELSE {points[-1][1]} END)::DOUBLE"


def base62_id(die: str) -> str:
    """An id of 22 base62 characters; unique among the dice of a kind: its first half is a bijection."""
    digits = table(_BASE62)
    characters = [
        f"{digits}[1 + ({number} // {62**place}::UBIGINT % 62)::INTEGER]"
        for number in (draw(die, "id, first half"), draw(die, "id, second half"))
        for place in range(_ID_HALF)
    ]
    return f"concat({', '.join(characters)})"


def _key(salt: str) -> str:
    digest = hashlib.blake2b(salt.encode(), digest_size=8).digest()
    return f"{int.from_bytes(digest, 'big')}::UBIGINT"
