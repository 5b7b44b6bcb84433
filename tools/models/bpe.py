"""A small byte-level BPE: GPT-2's pre-tokenisation, a trainer, and an encoder that shares no state with it."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter

from export import byte_characters


def character_class(category: str) -> str:
    """The body of a regular expression class for a general category, which `re` has no escape for."""
    ranges: list[list[int]] = []
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code))[0] == category:
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


LETTER, NUMBER = character_class("L"), character_class("N")
PIECES = re.compile(
    rf"'s|'t|'re|'ve|'m|'ll|'d| ?[{LETTER}]+| ?[{NUMBER}]+| ?[^\s{LETTER}{NUMBER}]+|\s+(?!\S)|\s+")


def pieces(text: str) -> list[list[str]]:
    """The pre-tokens of a text, each as a list of byte characters."""
    alphabet = byte_characters()
    return [[alphabet[byte] for byte in piece.encode()] for piece in PIECES.findall(text)]


def join(symbols: list[str], left: str, right: str) -> list[str]:
    """Replaces every adjacent occurrence of a pair by their concatenation, from left to right."""
    result, i = [], 0
    while i < len(symbols):
        if symbols[i : i + 2] == [left, right]:
            result.append(left + right)
            i += 2
        else:
            result.append(symbols[i])
            i += 1
    return result


def learn_merges(text: str, count: int) -> list[tuple[str, str]]:
    """The most frequent pairs, one after the other; ties go to the smaller pair."""
    words = Counter(tuple(piece) for piece in pieces(text))
    merges = []
    for _ in range(count):
        pairs: Counter[tuple[str, str]] = Counter()
        for word, frequency in words.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += frequency
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        words = Counter({tuple(join(list(word), *best)): frequency for word, frequency in words.items()})
    return merges


def encode(text: str, vocabulary: dict[str, int], merges: list[str]) -> list[int]:
    """The identifiers of a text: the earliest learnt pair present is merged until none is."""
    ranks = {tuple(merge.split(" ")): rank for rank, merge in enumerate(merges)}
    ids = []
    for symbols in pieces(text):
        while present := [pair for pair in zip(symbols, symbols[1:]) if pair in ranks]:
            symbols = join(symbols, *min(present, key=ranks.__getitem__))
        ids += [vocabulary[symbol] for symbol in symbols]
    return ids
