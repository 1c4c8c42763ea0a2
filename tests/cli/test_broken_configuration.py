"""An organisation is a folder that people write: whatever is wrong in it is told in one sentence, with its place."""

import os
import re
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from mandategraph.cli.main import run
from mandategraph.library import Library

ROOT = Library.shipped().root
MANUAL = (Path(__file__).resolve().parents[2] / "docs/how-to/add-an-organisation.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(?:toml|turtle)\n(.*?)```", MANUAL, re.DOTALL)
ORDER = "CON-ORD 7.41\n\nThe Convocation,\n\n1. Requests the Keeper of Lights to report on lamps.\n"
FILES = ("organisation.toml", "lexicon.toml", "actors.ttl")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped files with the invented organisation of the manual, which may be broken."""
    for folder in ("ontology", "shapes", "queries"):
        (tmp_path / "shipped" / folder).parent.mkdir(exist_ok=True)
        (tmp_path / "shipped" / folder).symlink_to(ROOT / folder)
    shutil.copytree(ROOT / "data", tmp_path / "shipped" / "data")
    home = tmp_path / "shipped" / "data" / "harbours"
    home.mkdir()
    organisation, verbs, lexicon, actors = BLOCKS
    for name, text in zip(FILES, (organisation + verbs, lexicon, actors), strict=True):
        (home / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(Library, "shipped", classmethod(lambda cls: cls(tmp_path / "shipped")))
    monkeypatch.setattr("mandategraph.cli.batch._drafter_of", ("", ""))
    return tmp_path / "shipped" / "data"


@pytest.fixture
def ingest(data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[str]]]:
    def told(number: int = 1, organisation: str = "harbours") -> tuple[int, list[str]]:
        paths = [tmp_path / f"order-{place}.txt" for place in range(number)]
        for path in paths:
            path.write_text(ORDER, encoding="utf-8")
        out = str(tmp_path / "out")
        status = run(["ingest", *map(str, paths), "--organisation", organisation, "--out", out])
        return status, capfd.readouterr().err.splitlines()

    return told


def test_what_the_manual_shows_is_whole(ingest: Callable[..., tuple[int, list[str]]]) -> None:
    status, told = ingest()
    assert (status, told) == (0, [told[0]])


def replaced(file: str, before: str, after: str) -> Callable[[Path], None]:
    def breaking(data: Path) -> None:
        path = data / file
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), encoding="utf-8")

    return breaking


def gone(file: str) -> Callable[[Path], None]:
    return lambda data: (data / file).unlink()


def in_latin_1(file: str) -> Callable[[Path], None]:
    def breaking(data: Path) -> None:
        (data / file).write_bytes((data / file).read_bytes() + b"\n# caf\xe9\n")

    return breaking


def a_folder(file: str) -> Callable[[Path], None]:
    def breaking(data: Path) -> None:
        (data / file).unlink()
        (data / file).mkdir()

    return breaking


HOME = "harbours/organisation.toml"
WORDS = "harbours/lexicon.toml"
BROKEN = {
    "no value": (replaced(HOME, 'key = "harbours"', "key ="), r"organisation\.toml, line 1, column 6: it is no TOML"),
    "end missing": (replaced(HOME, 'en = ["bid"]', 'en = ["bid"'), r"organisation\.toml(, line \d+|, at its end)"),
    "twice": (replaced(HOME, "[symbols.kinds]", "[symbols.kinds]\n[symbols.kinds]"), r"organisation\.toml, line \d+"),
    "other encoding": (in_latin_1(HOME), r"organisation\.toml, line 4\d, is not written in UTF-8\. Save it"),
    "a folder": (a_folder(WORDS), r"lexicon\.toml cannot be read .* permissions"),
    "key missing": (replaced(HOME, 'name = "League of Harbours"\n', ""), r"organisation\.toml: “name” is missing"),
    "key missing below": (replaced(HOME, 'prefix = "CON"\n', ""), r"“organ\[1\]\.prefix” is missing"),
    "pattern without path": (replaced(HOME, 'path = "{numbered}"\n', ""), r"“symbols\.pattern\[1\]\.path” is missing"),
    "wrong type": (replaced(HOME, "years_from = 2000", 'years_from = "2000"'), r"“symbols\.years_from” is a text, and"),
    "wrong list": (replaced(HOME, '["en"]', '"en"'), r"“official_languages” is a text, and has to be a list of texts"),
    "wrong item": (replaced(HOME, '["paragraph"]', "[1]"), r"“provision\[1\]\.read\[1\]” is a whole number"),
    "wrong table": (replaced(HOME, "[[organ]]", "[organ]"), r"“organ” is a table, and has to be a list of tables"),
    "wrong word": (
        replaced(HOME, "asks = true", 'asks = "yes"'),
        r"“verbs\.bid\.asks” is a text, and has to be true or",
    ),
    "bad pattern": (replaced(HOME, r"\d\d)'", r"\d\d'"), r"“symbols\.pattern\[1\]\.read” is no regular expression"),
    "list of facts": (replaced(HOME, '"actors.ttl"', '"keepers.ttl"'), r"lists keepers\.ttl, which is not there\. Put"),
    "no such words": (
        replaced(WORDS, "[languages.en]", "[languages.eo]"),
        r"nothing reads “languages\.eo”; languages are",
    ),
    "no such key": (
        replaced(WORDS, "operative =", "operativ ="),
        r"“languages\.en\.operativ”; the nearest is “operative”",
    ),
    "no such part": (replaced(WORDS, "[languages.en]", "[language.en]"), r"“language”; the nearest is “languages”"),
    "words are no list": (
        replaced(WORDS, '["bid"]', '"bid"'),
        r"“languages\.en\.operative” is a text, and has to be a",
    ),
    "forms are no list": (replaced(WORDS, '["bids"]', '"bids"'), r"“languages\.en\.forms\.bid” is a text"),
    "bad grammar": (
        replaced(WORDS, "[languages.en]", "[meaning.en]\nduty = '(shall'\n[languages.en]"),
        r"lexicon\.toml: “meaning\.en\.duty” is no regular expression",
    ),
    "register": (replaced("harbours/actors.ttl", '"KOL"', '"KOL'), r"actors\.ttl, line \d+, column \d+: it is no"),
    "register gone": (gone("harbours/actors.ttl"), r"lists actors\.ttl, which is not there"),
    "a language": (replaced("languages/es.toml", "speakers = [", "speakers = 3 #["), r"languages/es\.toml"),
    "a language's list": (
        replaced("languages/es.toml", 'language = "es"', 'language = ["es"]'),
        r"es\.toml: “language” is a",
    ),
    "the first language": (
        replaced("languages/en.toml", 'language = "en"', "language = 1"),
        r"en\.toml: “language” is a",
    ),
    "verbs": (
        replaced("meaning/verbs.toml", 'force = "', 'force = 1 # "'),
        r"verbs\.toml: “[a-z-]+\.force” is a whole",
    ),
    "no name": (replaced("languages/fr.toml", 'language = "fr"', ""), r"“language” is missing\)\. Compare"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_whatever_is_broken_is_told_in_one_sentence(
    name: str, data: Path, ingest: Callable[..., tuple[int, list[str]]]
) -> None:
    breaking, sentence = BROKEN[name]
    breaking(data)
    status, told = ingest()
    assert status == 3, told
    assert len(told) == 1, told
    assert re.search(sentence, told[0]), told
    assert "Something went wrong" not in told[0]


def test_many_files_end_with_the_same_sentence(data: Path, ingest: Callable[..., tuple[int, list[str]]]) -> None:
    """It is told once, not by each of the processes that would read them."""
    replaced(HOME, 'prefix = "CON"\n', "")(data)
    status, told = ingest(number=12)
    assert status == 3
    assert len(told) == 1
    assert "“organ[1].prefix” is missing" in told[0]


def test_a_folder_without_its_file_is_no_organisation(data: Path, ingest: Callable[..., tuple[int, list[str]]]) -> None:
    for path in (data / "harbours").iterdir():
        path.unlink()
    status, told = ingest()
    assert status == 2
    assert "harbours has no organisation.toml" in told[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
@pytest.mark.parametrize("file", FILES)
def test_a_file_that_may_not_be_read_is_named(
    file: str, data: Path, ingest: Callable[..., tuple[int, list[str]]]
) -> None:
    (data / "harbours" / file).chmod(stat.S_IWUSR)
    status, told = ingest()
    assert status == 3
    assert file in told[0]
    assert "permissions" in told[0]
