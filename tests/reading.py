"""How many years of school a text asks for: Flesch-Kincaid.

Grade = 0.39 x words / sentences + 11.8 x syllables / words - 15.59 (Kincaid and others: Derivation of new
readability formulas for Navy enlisted personnel, Research Branch Report 8-75, 1975). Syllables are counted
by the usual rule for English: groups of vowels, less a silent e, es or ed at the end; one at least.
"""

import re

# Places that a name, a number or a day takes, and markup.
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
MARKUP = re.compile(r"<[^>]+>")
SILENT = re.compile(r"(?<=[a-z])(?:e|(?<![sxzgc])es|(?<![sxzgcdt])(?<!sh)(?<!ch)ed|(?<=[gcsz])ed)$")
SYLLABIC = re.compile(r"[^aeiouy]le[sd]?$")


def grade(text):
    words, sentences = words_of(text), sentences_of(text)
    syllables = sum(map(syllables_of, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def words_of(text):
    return re.findall(r"[a-z][a-z'-]*|\d+", _plain(text).lower())


def sentences_of(text):
    """A line of its own, a list's item and what follows a colon or semicolon end where they end."""
    return [
        part for part in re.split(r"[.!?:;\n]+(?=\s|$)", _plain(text)) if re.search(r"\w", part)
    ]


def syllables_of(word):
    return sum(map(_syllables, re.findall(r"[a-z]+|\d+", word.replace("'", ""))))


def _syllables(word):
    if word.isdigit():
        return 1
    spoken = word if SYLLABIC.search(word) else SILENT.sub("", word)
    return max(1, len(re.findall(r"[aeiouy]+", spoken)))


def _plain(text):
    return PLACE.sub("ten", MARKUP.sub(" ", text))
