"""The choice among what a reply holds."""

import re
from dataclasses import dataclass

from verilogeval.extraction.blocks import Block, between_marks, blocks
from verilogeval.extraction.body import bare_body, closes, inside_of, looks_like_code
from verilogeval.extraction.cleaning import clean
from verilogeval.extraction.units import Unit, units, with_preamble, words
from verilogeval.extraction.values import Extracted, Found

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
#: A line that ends like a sentence, or has four words and nothing between them.
_PROSE = re.compile(r"[.!?:]\s*$|(?:[A-Za-z']+,? ){3}[A-Za-z']+(?![^;]*;\s*$)|^\s*[#*>|-]")

_PORT = re.compile(r"\b(?:input|output|inout)\s")


@dataclass(frozen=True)
class _Part:
    """A part of a reply and the design units in it; `bare`: prose may stand around them."""

    text: str
    units: tuple[Unit, ...]
    closed: bool = True
    bare: bool = False

    def defines(self, top: str) -> bool:
        return any(u.complete and u.name == top and u.kind == "module" for u in self.units)

    def begins(self, top: str) -> bool:
        return any(u.name == top and u.kind == "module" for u in self.units)

    @property
    def whole(self) -> bool:
        return any(u.complete and u.kind == "module" for u in self.units)


def extract(
    reply: str, *, top: str, header_given: bool = False, continues: bool = False, cut: bool = False
) -> Extracted:
    """The code in a reply.

    Of several parts that define the module, the last counts: it is what the model arrived at.
    Modules that it instantiates and other parts define are put before it. Whatever the reply, this
    raises nothing.

    Args:
        reply: what the model said, raw.
        top: the module that is asked for.
        header_given: the prompt ends with the module's header, so a reply may be its inside.
        continues: it must be the inside, as VerilogEval v1 puts it behind the header; a whole
            module then loses its own.
        cut: the sender says that it stopped at its limit.
    """
    text, thinking = clean(reply)
    marked = between_marks(text)
    regions = [text] if marked is None else [marked, text]
    found = Extracted("", Found.NOTHING)
    for region in regions:
        found = _of_region(region, top, header_given or continues)
        if found.found is not Found.NOTHING:
            break
    if found.found is Found.NOTHING:
        note = "the reply ends within its thinking" if thinking else "the reply has no code"
        return Extracted("", Found.NOTHING, truncated=cut or thinking, note=note)
    if continues:
        found = _continuing(found, top)
    complete = found.found is Found.MODULE or closes(found.code)
    return Extracted(
        found.code.strip("\n").rstrip() + "\n",
        found.found,
        truncated=found.truncated or (cut and not complete),
        note=found.note,
    )


def _of_region(text: str, top: str, header_given: bool) -> Extracted:
    marked = [_part(block) for block in blocks(text)]
    plain = _without_fences(text)
    bare = _Part(plain, tuple(units(plain)), bare=True)
    parts = [*marked, bare]
    found = _defining(marked, top) or _in_pieces(marked, top) or _defining(parts, top)
    if found is None and header_given:
        found = _body(marked, bare, top)
    found = found or _begun(parts, top) or _other_module(parts) or _body(marked, bare, top)
    return found or Extracted("", Found.NOTHING)


def _part(block: Block) -> _Part:
    return _Part(block.text, tuple(units(block.text)), block.closed)


def _without_fences(text: str) -> str:
    """The text with nothing of Markdown left in it that stands alone on its line."""
    lines = [line for line in text.split("\n") if not line.strip().startswith(("```", "~~~"))]
    return "\n".join(lines).replace("```", " ")


def _defining(parts: list[_Part], top: str) -> Extracted | None:
    """The last part that defines the module, marked ones first."""
    for bare in (False, True):
        for part in reversed([p for p in parts if p.bare is bare]):
            if part.defines(top):
                code = _only_units(part, top) if part.bare else _trimmed(part)
                return Extracted(_with_others(code, part, parts), Found.MODULE)
    return None


def _trimmed(part: _Part) -> str:
    """A marked part; prose that stands before or behind its code is not part of it."""
    whole = [u for u in part.units if u.complete]
    head, tail = part.text[: whole[0].start], part.text[whole[-1].end :]
    before = (
        head if _is_code(head) else with_preamble(part.text, whole[0], 0)[: -len(whole[0].text)]
    )
    after = tail if _is_code(tail) else ""
    return before + part.text[whole[0].start : whole[-1].end] + after


def _is_code(text: str) -> bool:
    """Whether what stands outside modules may be code: no line of it is prose."""
    return not any(_PROSE.search(line) for line in _COMMENT.sub("", text).split("\n"))


def _only_units(part: _Part, top: str) -> str:
    """The modules of prose up to the last that belongs to the answer."""
    kept: dict[str, str] = {}
    after = 0
    for unit in part.units:
        if unit.complete:
            kept.pop(unit.name, None)
            kept[unit.name] = with_preamble(part.text, unit, after)
            after = unit.end
    needed = _needed(kept, top)
    return "\n\n".join(text for name, text in kept.items() if name in needed)


def _needed(known: dict[str, str], top: str) -> set[str]:
    """The units that one uses, directly or not, and itself."""
    needed, waiting = {top}, [top]
    while waiting:
        for name in words(known[waiting.pop()]) & known.keys():
            if name not in needed:
                needed.add(name)
                waiting.append(name)
    return needed


def _with_others(code: str, chosen: _Part, parts: list[_Part]) -> str:
    """The code, behind the units that it uses and only other parts define."""
    known: dict[str, str] = {}
    for part in parts:
        if part is not chosen:
            after = 0
            for unit in part.units:
                if unit.complete:
                    known[unit.name] = with_preamble(part.text, unit, after)
                    after = unit.end
    for unit in units(code):
        known.pop(unit.name, None)
    needed: dict[str, None] = {}
    waiting = [code]
    while waiting:
        for name in sorted(words(waiting.pop()) & known.keys()):
            if name not in needed:
                needed[name] = None
                waiting.append(known[name])
    return "\n\n".join([*(known[name] for name in known if name in needed), code])


def _in_pieces(marked: list[_Part], top: str) -> Extracted | None:
    """A module that is spread over several fences, one after the other."""
    starts = [n for n, part in enumerate(marked) if part.begins(top)]
    if not starts or len(marked) == starts[-1] + 1:
        return None
    joined = "\n".join(part.text.strip("\n") for part in marked[starts[-1] :])
    found = [u for u in units(joined) if u.complete and u.name == top]
    if not found:
        return None
    note = "the module is spread over several fences"
    return Extracted(joined[: found[-1].end], Found.MODULE, note=note)


def _body(marked: list[_Part], bare: _Part, top: str) -> Extracted | None:
    """The inside of the module whose header the prompt gives."""
    if bare.begins(top) and not any(p.text.strip() for p in marked):
        return None  # a whole module that was begun
    fitting = [p for p in marked if looks_like_code(p.text) and not p.begins(top) and not p.whole]
    if fitting:
        chosen = max(fitting, key=lambda p: (closes(p.text), len(p.text)))
        if not chosen.closed:
            return Extracted(chosen.text, Found.BODY, truncated=not closes(chosen.text))
        return Extracted(chosen.text, Found.BODY)
    if any(p.whole or p.begins(top) for p in marked) or bare.whole:
        return None
    code, ends = bare_body(bare.text)
    return Extracted(code, Found.BODY, truncated=not ends) if code else None


def _other_module(parts: list[_Part]) -> Extracted | None:
    """A whole module of another name: the model's error, and its answer nevertheless."""
    for bare in (False, True):
        for part in reversed([p for p in parts if p.bare is bare]):
            if part.whole:
                whole = [u for u in part.units if u.complete and u.kind == "module"]
                code = (
                    "\n\n".join(with_preamble(part.text, u, 0) for u in whole)
                    if part.bare
                    else _trimmed(part)
                )
                note = f"the reply defines '{whole[-1].name}' and not the module asked for"
                return Extracted(code, Found.MODULE, note=note)
    return None


def _begun(parts: list[_Part], top: str) -> Extracted | None:
    """The module that is asked for, without its end; marked parts first."""
    for part in sorted(parts, key=lambda part: part.bare):
        last = part.units[-1] if part.units else None
        if last is None or last.complete or (last.kind, last.name) != ("module", top):
            continue
        if not part.bare or looks_like_code(last.text) or _PORT.search(last.text):
            code = with_preamble(part.text, last, 0)
            return Extracted(code, Found.FRAGMENT, truncated=True, note="the module has no end")
    return None


def _continuing(found: Extracted, top: str) -> Extracted:
    """What stands behind a header that is given already, for an answer that repeats it."""
    own = [u for u in units(found.code) if u.name == top]
    if not own:
        return found
    unit = own[-1]
    others = found.code[: unit.start] + found.code[unit.end :]
    code = inside_of(unit)
    # Its helpers follow, as nothing may stand before the header that is given.
    code = f"{code}\n\n{others.strip()}" if others.strip() and unit.complete else code
    note = found.note or "the reply repeats the module's header, which is left out"
    return Extracted(code, Found.BODY, truncated=found.truncated, note=note)
