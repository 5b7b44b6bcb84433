"""Writes the table that Unicode normalization reads, from Python's copy of the Unicode Character Database.

    python3 tools/unicode/decompositions.py > src/Convergence.LanguageModels/Tokenizers/UnicodeDecompositions.txt
"""

import unicodedata

SURROGATES = range(0xD800, 0xE000)
HANGUL = range(0xAC00, 0xAC00 + 11172)


def kind_of(character: str, decomposition: str) -> str:
    """Which normalization forms a character's decomposition belongs to."""
    if not decomposition:
        return "-"
    if decomposition.startswith("<"):
        return "k"
    return "c" if unicodedata.normalize("NFC", character) == character else "x"


def main() -> None:
    print(f"# Derived from the Unicode Character Database {unicodedata.unidata_version}, (c) Unicode, Inc., "
          "under the Unicode License (https://www.unicode.org/license.txt).")
    print("# Made by tools/unicode/decompositions.py. Fields: code point, canonical combining class, "
          "kind (- none, c canonical,")
    print("# x canonical and never composed, k compatibility), decomposition. Hangul syllables are left to arithmetic.")
    for code_point in range(0x110000):
        if code_point in SURROGATES or code_point in HANGUL:
            continue
        character = chr(code_point)
        decomposition = unicodedata.decomposition(character)
        combining_class = unicodedata.combining(character)
        if decomposition or combining_class:
            parts = [part for part in decomposition.split() if not part.startswith("<")]
            fields = [f"{code_point:X}", str(combining_class), kind_of(character, decomposition)]
            print(" ".join(fields + [f"{int(part, 16):X}" for part in parts]))


if __name__ == "__main__":
    main()
