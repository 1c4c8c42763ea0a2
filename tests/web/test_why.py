"""A conclusion on a page leads to why it holds, down to words or decisions."""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode

import pytest

from mandategraph.core.terms import Iri
from mandategraph.web.pages.why import concluded


def _links(text: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'href="(/why\?[^"]+)"', text)]


def test_a_conclusion_leads_to_its_reason_and_the_words(browser_like, read_page):
    """The page names the rule and quotes what it rests on; the HTML is whole."""
    links = _links(browser_like("/doc/at/oas/cidi/cam/activity/migration-and-health").text)
    assert links
    for link in links:
        answered = browser_like(link)
        assert answered.status_code == 200
        assert "Because:" in answered.text
        assert 'class="words"' in answered.text or "Entered by hand" in answered.text
        assert not read_page(answered.text).faults


@pytest.mark.parametrize(("language", "words"), [("es", "Porque:"), ("fr", "Parce que :"), ("pt", "Porque:")])
def test_it_is_told_in_the_readers_language(browser_like, language, words):
    """Its words and those of the rule."""
    (link, *_) = _links(browser_like(f"/doc/at/oas/cidi/cam/activity/migration-and-health?lang={language}").text)
    assert words in browser_like(link).text


def test_every_conclusion_of_an_entry_has_a_reason(browser_like, installation, app):
    """As many as its page lists."""
    entry = Iri(f"{installation.graphs.base}oas/cidi/cam/activity/migration-and-health")
    found = concluded(app.state.service, entry)
    assert len(found) > 2
    for name, value in found:
        told = {"subject": entry.value, "property": name.value, "value": value.sparql()}
        answered = browser_like("/why?" + _query(told))
        assert answered.status_code == 200
        assert "Because:" in answered.text


def _query(told: dict[str, str]) -> str:
    return urlencode(told)


def test_what_does_not_follow_is_not_found(browser_like):
    """A made-up value, and an address that is none."""
    told = {"subject": "https://w3id.org/mandategraph/id/oas/org/cam", "property": "urn:p", "value": "<urn:v>"}
    assert browser_like("/why?" + _query(told)).status_code == 404
    assert browser_like("/why?" + _query(told | {"subject": "no iri"})).status_code == 400
    assert browser_like("/why?subject=urn:a").status_code == 400
