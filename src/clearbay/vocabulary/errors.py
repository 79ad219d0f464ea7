"""The root of every error that Clearbay raises on purpose."""


class ClearbayError(Exception):
    """Something a person can act on: the message says what was wrong, where, and what to do."""


class SaidInBoth(ClearbayError):
    """An error that readers of pages meet: its message in English, which is also its text, and the same in Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en, self.zh = en, zh

    def said(self, language: str) -> str:
        """Give the message in a language, "zh" or "en"."""
        return self.zh if language == "zh" else self.en
