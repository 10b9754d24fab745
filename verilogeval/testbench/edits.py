"""Replacements of parts of a text, collected first and applied at once."""

from dataclasses import dataclass, field


@dataclass
class Edits:
    """Replacements by offset in `text`; no two may overlap, insertions at one place keep order."""

    text: str
    _edits: list[tuple[int, int, str]] = field(default_factory=list)

    def replace(self, start: int, end: int, new: str) -> None:
        """Put `new` in place of `text[start:end]`; an insertion where both are equal."""
        self._edits.append((start, end, new))

    def apply(self) -> str:
        """The edited text.

        Raises:
            ValueError: two replacements overlap.
        """
        parts: list[str] = []
        at = 0
        for start, end, new in sorted(self._edits, key=lambda edit: edit[:2]):
            if start < at:
                raise ValueError(f"overlapping edits at offset {start}")
            parts += (self.text[at:start], new)
            at = end
        return "".join(parts) + self.text[at:]
