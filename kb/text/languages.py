"""The language of a text, by its script and its most frequent short words.

In doubt there is no answer: a text of a few words, two languages mixed, or one not listed here.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Final

# Characters that are looked at.
SAMPLE: Final = 50_000
# The least number of known words, the least share of all words, and how much more frequent they
# must be than those of the next language.
LEAST_WORDS, LEAST_SHARE, AHEAD = 3, 0.08, 1.3
# A text with so many words of which a smaller share is frequent in any language is strange.
LONG, STRANGE = 40, 0.05
_WORDS: Final = {
    "en": "the of and to in that is was for it with as on be by he she at from his her not are "
    "this they had have were which said who has been their will would after but a an",
    "de": "der die das und ist nicht ein eine den dem des mit auf für von zu sich auch im am wurde "
    "werden dass sie er wird als nach bei aus wie war haben hat oder aber über es",
    "fr": "le la les de des du et est un une dans que qui pour pas sur au aux avec il elle ce "
    "cette sont été par plus en a ont mais selon leur d l",
    "es": "el la los las de del y que en un una es por con no se para su al lo como más fue son ha "
    "pero sus este esta según había también a o",
    "pt": "o a os as de do da dos das e que em um uma é por com não se para no na ao como mais foi "
    "são mas sua seu também pelo pela segundo",
    "it": "il lo la i gli le di del della dei e che in un una è per con non si da al come più sono "
    "ha anche nel nella dopo ma suo alla",
    "nl": "de het een en van is dat niet in op te zijn voor met die aan er om ook door naar bij "
    "uit werd heeft was maar worden zij hij",
    "sv": "och att det som en på är av för med den till inte ett i har de om var han hon från men "
    "sig vid efter blev enligt",
    "da": "og at det som en på er af for med den til ikke et i har de om var han hun fra men sig "
    "ved efter blev ifølge havde også",
    "no": "og at det som en på er av for med den til ikke et i har de om var han hun fra men seg "
    "ved etter ble ifølge hadde også",
    "fi": "ja on ei että se hän oli ovat joka mutta kun niin myös tai sen kuin ole mukaan sekä jo",
    "pl": "i w na z się nie do to że jest o jak po od za przez który która był była są dla ale "
    "oraz jego także",
    "cs": "a v na se je že to s z do o ve by byl byla jsou pro ale jako podle který která po za od "
    "také jeho",
    "hu": "a az és hogy nem is egy volt meg de van ez azt csak már mint szerint vagy lesz",
    "ro": "și de la în a cu pe că un o nu este din pentru care mai sau au fost după lui dar ce",
    "tr": "ve bir bu da de için ile olarak çok daha olan gibi sonra ama kadar göre ne en değil var",
    "id": "yang dan di dari untuk dengan ini itu tidak pada adalah akan ke oleh juga dalam telah",
    "ru": "и в не на что с по он как это но к у за из от его она был была о для было же так уже "
    "после или они",
    "uk": "і в не на що з до та це як у за від він про але або для його вона був була під після ще",
    "bg": "и в на да се не за от с че е по като са ще до при но това беше след или има",
    "sr": "и у је да се на за су од са не као то али по из који која био била до након",
    "el": "και το η ο του της να την των στο με για που από τα είναι δεν στην θα ότι οι τον",
    "ar": "في من على إلى أن عن التي الذي هذا هذه كان مع ما لا قال بعد أو كما قد لم هو هي",
    "fa": "در از به که با را این است برای آن بر یک تا می و نیز شد شده کرد های خود",
    "ur": "کے کی میں ہے کا سے اور نے کو پر یہ ہیں کہ تھا نہیں بھی ایک جو گیا",
    "he": "של את על לא הוא היא עם כי גם זה אל או אם היה כל אך בין לפי יותר אחרי",
    "hi": "के की में है का से और ने को पर यह हैं कि था नहीं भी एक जो लिए गया",
}
_KNOWN: Final = {language: frozenset(words.split()) for language, words in _WORDS.items()}
# Letters that one of these languages uses almost alone: a word with one counts as a known word.
_TELLING: Final = {
    "ru": "ыэё",
    "uk": "їєґ",
    "sr": "ђјљњћџ",
    "pl": "łąęśźż",
    "cs": "ěřů",
    "hu": "őű",
    "ro": "ățșţ",
    "tr": "ğış",
}
# Scripts that one language uses almost alone, by the beginning of their characters' names.
_SCRIPTS: Final = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "THAI": "th",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "TAMIL": "ta",
    "BENGALI": "bn",
    "TELUGU": "te",
    "ETHIOPIC": "am",
    "KHMER": "km",
    "SINHALA": "si",
    "CJK": "zh",
}
_LETTERS: Final = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f\u0900-\u0dff]+[^\W\d_]*)*")


def detected(text: str) -> str | None:
    """Return the language of a text as a tag (BCP 47), or None in doubt.

    >>> detected("The mayor said that the pier was closed and would not be sold.")
    'en'
    >>> detected("Pier 5")
    >>> detected("1917 ...")
    """
    sample = text[:SAMPLE]
    script = _by_script(sample)
    if script:
        return script
    words = [word.lower() for word in _LETTERS.findall(sample)]
    counts = Counter(words)
    known = {language: _known(language, counts) for language in _KNOWN}
    found = {language: sum(map(counts.__getitem__, words)) for language, words in known.items()}
    (best, most), (_, second) = sorted(found.items(), key=lambda pair: -pair[1])[:2]
    if len(known[best]) < LEAST_WORDS or most < LEAST_SHARE * len(words) or most < AHEAD * second:
        return None
    return best


def is_strange(text: str) -> bool:
    """Tell whether a long text has almost no frequent word of any language: its letters may be
    wrong. Names and headings, which begin with capitals, do not count.

    >>> is_strange("Uif qjfs xbt dmptfe boe uif nbzps tbje opuijoh. " * 10)
    True
    >>> is_strange("The pier was closed and the mayor said nothing. " * 10)
    False
    """
    sample = text[:SAMPLE]
    words = [word for word in _LETTERS.findall(sample) if not word[0].isupper()]
    if len(words) < LONG or _by_script(sample):
        return False
    counts = Counter(word.lower() for word in words)
    known = [_known(language, counts) for language in _KNOWN]
    most = max(sum(map(counts.__getitem__, found)) for found in known)
    return max(map(len, known)) < LEAST_WORDS or most < STRANGE * len(words)


def _known(language: str, words: Iterable[str]) -> set[str]:
    """Return the words that are frequent in a language, or contain a letter of its own."""
    letters = frozenset(_TELLING.get(language, ""))
    return {word for word in words if word in _KNOWN[language] or not letters.isdisjoint(word)}


def _by_script(sample: str) -> str | None:
    """Return the language of a text in a script that hardly any other language uses."""
    letters = [sign for sign in sample if sign > "\u0500" and sign.isalpha()]
    if not letters or len(letters) < 0.3 * sum(sign.isalpha() for sign in sample):
        return None
    names = Counter(unicodedata.name(sign, "").split(" ")[0] for sign in letters[:2000])
    if names["HIRAGANA"] + names["KATAKANA"] > len(letters[:2000]) / 20:
        return "ja"
    name, _ = names.most_common(1)[0]
    return _SCRIPTS.get(name)
