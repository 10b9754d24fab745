"""Takes away what is no part of an answer."""

import html
import re

_NAMES = "think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis"
_FINAL = r"<\|channel\|>\s*final\s*<\|message\|>"
#: What models and chat templates put around thinking. An opening mark begins its line.
_THOUGHT = (
    (rf"<\s*(?:{_NAMES})\s*>", rf"<\s*/\s*(?:{_NAMES})\s*>"),
    (r"\[THINK\]", r"\[/THINK\]"),
    (r"◁think▷", r"◁/think▷"),
    (r"<\|begin_of_thought\|>", r"<\|end_of_thought\|>"),
    (r"<\|START_THINKING\|>", r"<\|END_THINKING\|>"),
    (r"<\|channel\|>\s*analysis\s*<\|message\|>", rf"<\|end\|>|{_FINAL}"),
)
_PAIRS = tuple(
    (re.compile(rf"^[ \t]*{begin}", re.MULTILINE | re.IGNORECASE), re.compile(end, re.IGNORECASE))
    for begin, end in _THOUGHT
)
#: Where a model that does not stop goes on as somebody else.
_TURN_ENDS = re.compile(
    r"<\|im_end\|>|<\|eot_id\|>|<\|endoftext\|>|<\|end_of_text\|>|<\|return\|>|<end_of_turn>"
    r"|<\|EOT\|>|<\uff5cend\u2581of\u2581sentence\uff5c>|</s>"
)
_TURN_BEGINS = re.compile(
    r"^(?:<s>|<\|im_start\|>\w*|<\|start_header_id\|>\w*<\|end_header_id\|>|<start_of_turn>\w*"
    r"|(?:<\|start\|>\w*)?<\|channel\|>\s*final\s*<\|message\|>)[ \t]*\n?",
    re.MULTILINE,
)
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2007"), " ")
_HTML = re.compile(r"<(pre|code)\b[^>]*>", re.IGNORECASE)
_QUOTED = re.compile(r"^ {0,3}> ?", re.MULTILINE)
_FENCE_LINE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)


def clean(reply: str) -> tuple[str, bool]:
    """A reply without thinking and marks, and whether it ends in the midst of thinking."""
    text = reply.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n")
    text = text.translate(_INVISIBLE).translate(_SPACES)
    text, thinking = _without_thinking(text)
    text = _TURN_BEGINS.sub("", text)
    end = next((m for m in _TURN_ENDS.finditer(text) if text[: m.start()].strip()), None)
    if end:
        text = text[: end.start()]
    return _plain(_unquoted(_unescaped(text))), thinking


def _without_thinking(text: str) -> tuple[str, bool]:
    for begin, end in _PAIRS:
        # A template may give the opening mark itself; the reply then has the closing one alone.
        first = end.search(text)
        opening = begin.search(text)
        if first and (not opening or first.start() < opening.start()) and _on_its_own(text, first):
            text = text[first.end() :]
        while opening := begin.search(text):
            closing = end.search(text, opening.end())
            if closing is None:
                return text[: opening.start()], True
            text = f"{text[: opening.start()]}\n{text[closing.end() :]}"
    return text, False


def _on_its_own(text: str, mark: re.Match[str]) -> bool:
    """Whether a mark begins or ends its line."""
    before = text.rfind("\n", 0, mark.start()) + 1
    after = text.find("\n", mark.end())
    rest = text[mark.end() : after if after >= 0 else len(text)]
    return not text[before : mark.start()].strip() or not rest.strip()


def _unescaped(text: str) -> str:
    r"""A reply on one line that speaks of its line ends as \n."""
    stripped = text.strip()
    if "\n" in stripped or stripped.count("\\n") < 2 or stripped.startswith("{"):
        return text
    return stripped.strip("\"'").replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"')


def _unquoted(text: str) -> str:
    """A reply whose fences are in a block quote."""
    fences = _FENCE_LINE.search(text)
    inside = re.search(r"^ {0,3}> ?[ \t]*(?:```|~~~)", text, re.MULTILINE)
    return _QUOTED.sub("", text) if inside and not fences else text


def _plain(text: str) -> str:
    """HTML's own characters as what they stand for, in a reply that is HTML."""
    if _HTML.search(text) and re.search(r"&(?:lt|gt|amp|quot|#\d+);", text):
        return html.unescape(text)
    return text
