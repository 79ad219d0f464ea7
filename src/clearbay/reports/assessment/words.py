"""The words of a report in Chinese and English, and the names of what findings hold."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from clearbay.assess.reasons import WORDS as REASONS
from clearbay.reports.assessment.text import TEXT
from clearbay.standards import Standard, Standards
from clearbay.vocabulary.parameters import parameters
from clearbay.vocabulary.statistics import RULES_OVER

Language: TypeAlias = Literal["zh", "en"]

PLACE: dict[Language, int] = {"zh": 0, "en": 1}

SHORT = {
    "a34004": "PM2.5",
    "a34002": "PM10",
    "a21026": "SO₂",
    "a21004": "NO₂",
    "a21005": "CO",
    "a05024": "O₃",
    "w01018": "COD",
    "w01017": "BOD₅",
    "w01019": "CODMn",
    "w21003": "NH₃-N",
    "w21011": "TP",
    "w21001": "TN",
    "w01012": "SS",
}
"""Symbols that the field uses in place of names; subscripts as printed in the standards."""

CLASSES = {"I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ", "V": "Ⅴ"}

REASON_PLACE: dict[Language, int] = {"zh": 1, "en": 2}


@dataclass(frozen=True)
class Words:
    """Texts in one language; `names` are parameters that only the files of standards name."""

    lang: Language
    names: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __call__(self, key: str, **values: object) -> str:
        """Give a text of the table with its places filled in."""
        text = TEXT[key][PLACE[self.lang]]
        return text.format(**values) if values else text

    def parameter(self, code: str) -> str:
        """Name a parameter in full, with the symbol of the field where it has one."""
        name = self._name(code)
        symbol = self.symbol(code)
        if symbol == name or symbol.casefold() in name.casefold():
            return name
        return f"{name} {symbol}" if self.lang == "zh" else f"{name} ({symbol})"

    def symbol(self, code: str) -> str:
        """Name a parameter as shortly as the field does."""
        if code in SHORT:
            return SHORT[code]
        known = parameters().get(code)
        return known.formula if known is not None and known.formula else self._name(code)

    def _name(self, code: str) -> str:
        if code in ("aqi", "class", "risk", "tags"):
            return self(f"code_{code}")
        if code in self.names:
            return self.names[code][PLACE[self.lang]]
        known = parameters().get(code)
        if known is None:
            return code
        if self.lang == "zh":
            return known.name_zh
        # A sentence's capital, but pH stays pH.
        name = known.name_en
        return name[:1].upper() + name[1:] if name[1:2].islower() else name

    def averaging(self, averaging: str) -> str:
        """Name an averaging."""
        key = f"averaging_{averaging}"
        if key in TEXT:
            return self(key)
        rule = RULES_OVER.get(averaging)
        return averaging if rule is None else self.pick(rule.name_zh, rule.name_en)

    def verdict(self, verdict: str) -> str:
        """Name a verdict."""
        return self(f"verdict_{verdict or 'none'}")

    def reason(self, reason: str) -> str:
        """Name why a value was left out."""
        for words in REASONS.values():
            if words[0] == reason:
                return words[REASON_PLACE[self.lang]]
        return reason

    def confidence(self, confidence: str) -> str:
        """Say how sure a limit is."""
        return self("confidence_" + confidence.replace("-", "_"))

    def water_class(self, key: str) -> str:
        """Name a class of surface water, as I or worse than V."""
        if key in CLASSES:
            return self("class_n", n=CLASSES[key])
        return self("class_worse") if key else self("no_class")

    def title(self, standard: Standard) -> str:
        """Title of a standard."""
        return standard.title_zh if self.lang == "zh" else standard.title_en

    def pick(self, zh: str, en: str) -> str:
        """Choose between two texts that data carry."""
        return zh if self.lang == "zh" else en

    def listed(self, names: list[str]) -> str:
        """Join names as a list."""
        return ("、" if self.lang == "zh" else ", ").join(names)


def words(lang: Language, standards: Standards) -> Words:
    """Give the words of a language, with the names that the standards' own files bring."""
    names = {code: pair for standard in standards for code, pair in standard.names.items()}
    return Words(lang, names)
