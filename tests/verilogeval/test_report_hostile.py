"""The report: samples' text stays text."""

from pathlib import Path

import pytest
from browser import POLICY, Page, opened
from hostile_run import EVIL, encoded, hostile_run
from hypothesis import given
from hypothesis import strategies as st
from synthetic_run import add_worth, make_run

from verilogeval.report.page import write_report
from verilogeval.report.text import visible


def test_hostile_text_is_escaped_wherever_it_comes_from(tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    write_report(hostile_run(tmp_path / "run"), out)
    found = Page(out.read_text())
    kinds = [attributes.get("type") for attributes in found.named("script")]
    assert kinds == ["text/plain", None]
    assert not found.named("img")
    assert not [a for _, a in found.elements if any(name.startswith("on") for name in a)]
    assert EVIL in found.text


@pytest.mark.parametrize("sample", [1, 2])
@pytest.mark.parametrize("policy", ["with", "without"])
def test_hostile_text_does_nothing_in_a_browser(tmp_path: Path, sample: int, policy: str) -> None:
    # Without its security policy the page must be harmless as well: escaping is not to rely on it.
    out = tmp_path / "report.html"
    write_report(hostile_run(tmp_path / "run"), out)
    if policy == "without":
        out.write_text(POLICY.sub("", out.read_text()))
    found = opened(out, f"{encoded(EVIL)}/{sample}")
    assert found.title == f"{EVIL}: verdicts"
    assert not found.named("img")
    assert not [a for _, a in found.elements if any(name.startswith("on") for name in a)]
    assert found.text.count(EVIL) >= 7  # prompt, message, source and log among them


def test_reasons_are_escaped(tmp_path: Path) -> None:
    folder = add_worth(make_run(tmp_path / "run", problems=4, samples=4), reason=EVIL)
    write_report(folder, tmp_path / "report.html")
    found = opened(tmp_path / "report.html")
    assert EVIL in found.text
    assert not found.named("img")
    assert not [a for _, a in found.elements if any(name.startswith("on") for name in a)]


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_no_character_hides(text: str) -> None:
    shown = visible(text)
    assert all(letter in "\n\t" or letter.isprintable() or ord(letter) > 0x7F for letter in shown)
    assert not set(shown) & set("\u202e\u2066\u200b\ufeff\x1b\x9b")
    shown.encode()
    assert visible(shown) == shown


def test_direction_overrides_are_spelt_out() -> None:
    assert visible("a\u202eb\x1b[31m\ud800\r\n") == "a<U+202E>b\u241b[31m<U+D800>\n"
