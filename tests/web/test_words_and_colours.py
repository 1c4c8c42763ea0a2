"""The catalogue of phrases is whole and used; the colours can be read in both themes."""

import re
import string
from pathlib import Path

import pytest

import mandategraph.web
from mandategraph.web.phrases import catalogue

WEB = Path(mandategraph.web.__file__).parent
SOURCES = [*WEB.glob("templates/*.html"), *WEB.rglob("*.py")]
# Keys that are put together at run time.
MADE = (r"severity\.", r"owner\.", r"profile\.", r"finding\.", r"term\.", r"nav\.")


def used():
    text = "\n".join(source.read_text(encoding="utf-8") for source in SOURCES)
    return set(re.findall(r"""["']([a-z]+\.[a-z][a-z-]*)["']""", text))


def test_every_phrase_has_the_same_places_in_every_language():
    assert len(catalogue()) > 100
    for key, entry in catalogue().items():
        places = {
            language: {name for _, name, _, _ in string.Formatter().parse(text) if name}
            for language, text in entry.items()
        }
        if not key.endswith("-one"):
            assert len(set(map(frozenset, places.values()))) == 1, (key, places)


def test_every_phrase_is_used():
    known = used()
    idle = [
        key
        for key in catalogue()
        if key not in known and key.removesuffix("-one") not in known and not any(re.match(made, key) for made in MADE)
    ]
    assert idle == []


def test_every_phrase_that_is_asked_for_is_there():
    tables = {key.partition(".")[0] for key in catalogue()}
    text = "\n".join(source.read_text(encoding="utf-8") for source in SOURCES)
    asked = set(re.findall(r"""(?:\bt|phrases)\(["']([a-z]+\.[a-z][a-z-]*)["'][,)]""", text))
    assert len(asked) > 80
    assert {key for key in asked if key.partition(".")[0] in tables and key not in catalogue()} == set()


def colours(block):
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-fA-F]{6})", block))


def themes():
    sheet = (WEB / "static" / "style.css").read_text(encoding="utf-8")
    light = colours(sheet[: sheet.index("@media (prefers-color-scheme: dark)")])
    dark = colours(sheet[sheet.index("@media (prefers-color-scheme: dark)") :].partition("\n}\n")[0])
    return {"light": light, "dark": {**light, **dark}}


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_counted_as_the_guidelines_do():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


TEXT_ON_GROUND = [
    *((ink, ground) for ink in ("ink", "quiet", "link", "visited") for ground in ("ground", "raised", "sunken")),
    *((kind, f"{kind}-ground") for kind in ("open", "done", "none", "proposed")),
    *((ink, "proposed-ground") for ink in ("ink", "quiet", "link", "visited")),
    ("ink", "mark"),
    ("ground", "link"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_ON_GROUND)
def test_text_can_be_read_on_its_ground(theme, ink, ground):
    palette = themes()[theme]
    assert contrast(palette[ink], palette[ground]) >= 4.5, (theme, ink, ground)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_focus_ring_can_be_seen(theme):
    palette = themes()[theme]
    assert contrast(palette["focus"], palette["ground"]) >= 3
