"""A shipped file that is itself wrong is named with what is wrong, before it misleads anybody."""

from __future__ import annotations

import shutil

import pytest

from mandategraph.checks import Catalogue
from mandategraph.checks.catalogue import read_table
from mandategraph.checks.shapes import read_shapes
from mandategraph.core.errors import BrokenLibrary, UnknownName

PREFIXES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix shapes: <https://w3id.org/mandategraph/shapes#> .
"""
CODE = "ActivityWithoutMandate"


@pytest.fixture
def folder(library, tmp_path):
    """A copy of the shapes, to spoil."""
    return shutil.copytree(library.shapes_folder, tmp_path / "shapes")


def _spoil(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[fr]", "[de]", "languages"),
        ("todo =", "tudo =", "todo"),
        ("{focus}", "{activty}", "activty"),
        ("{n:entry gives|entries give}", "{n:entry}", "forms"),
        ("{focus}", "[[{focus}", "has no"),
        ("[en]", 'group = "actor"\n[en]', "group"),
        ('heading = "', "heading = ", "toml"),
    ],
)
def test_a_wrong_message_is_named(folder, old, new, told):
    """Missing key, language or variable: BrokenLibrary names the file."""
    _spoil(folder / "messages" / f"{CODE}.toml", old, new)
    with pytest.raises(BrokenLibrary, match=told) as problem:
        Catalogue.read(folder).message(CODE)
    assert CODE in problem.value.message


def test_a_missing_message_is_named(folder):
    (folder / "messages" / f"{CODE}.toml").unlink()
    with pytest.raises(BrokenLibrary, match=CODE):
        Catalogue.read(folder).message(CODE)


def test_a_shape_without_a_row_and_a_row_without_a_shape(folder):
    """Either would never run, and nobody would know."""
    _spoil(folder / "profiles.csv", CODE, "ActivityWithoutMandat")
    with pytest.raises(BrokenLibrary, match=f"ActivityWithoutMandat, {CODE}"):
        _ = Catalogue.read(folder).shapes


@pytest.mark.parametrize(
    "row",
    ["x,Code,-,info,info,info,no,own,", "1,Code,-,grave,info,info,no,own,", "1,Code,-,info,info,info,perhaps,own,",
     "1,Code,-,info,info,info,no,theirs,", "1,Code,-,info,info,info,no,own,all", "1,Code"],
)  # fmt: skip
def test_a_wrong_row_is_named_by_its_line(row):
    with pytest.raises(BrokenLibrary, match="line 2"):
        read_table(f"number,code,integrity,draft,plan,report,excusable,owner,reads\n{row}\n")


def test_a_row_twice(folder):
    path = folder / "profiles.csv"
    path.write_text(path.read_text(encoding="utf-8") + f"18,{CODE},-,info,info,info,no,own,\n", encoding="utf-8")
    with pytest.raises(BrokenLibrary, match="already"):
        Catalogue.read(folder)


def test_a_folder_without_shapes(tmp_path):
    with pytest.raises(BrokenLibrary, match="no shapes"):
        Catalogue.read(tmp_path)


def test_the_profiles_there_are(library):
    with pytest.raises(UnknownName, match="report"):
        Catalogue.read(library.shapes_folder).profile("rapport")


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ("shapes:X a sh:NodeShape ; sh:sparql [ sh:select 'SELECT $this {}' ] .", "looks at nothing"),
        ("shapes:X a sh:NodeShape ; sh:targetClass <urn:C> .", "demands nothing"),
        ("shapes:X a sh:PropertyShape ; sh:targetClass <urn:C> ; sh:path <urn:p> ; sh:pattern 'a' .", "sh:pattern"),
        ("shapes:X a sh:NodeShape ; sh:targetClass <urn:C> ; sh:path <urn:p> ; sh:minCount 1 .", "PropertyShape"),
        ("shapes:X a sh:PropertyShape ; sh:targetClass <urn:C> ; sh:path [] ; sh:minCount 1 .", "single IRIs"),
        ("shapes:X a sh:NodeShape ; sh:targetClass <urn:C> ; sh:sparql [ sh:select 'a' , 'b' ] .", "exactly one"),
        ("shapes:X a sh:NodeShape ; sh:targetClass <urn:C> ; sh:sparql [ sh:select 'a' ; sh:message 'b' ] .", "only"),
        ("shapes:X a sh:NodeShape ; sh:targetNode <urn:C> ; sh:message 'a' ; sh:sparql [ sh:select '' ] .", "language"),
        ("<urn:X> a sh:NodeShape ; sh:targetClass <urn:C> .", "not under"),
        ("shapes:X a sh:NodeShape", "x.ttl"),
    ],
)  # fmt: skip
def test_a_shape_in_another_form_is_refused_by_name(shape, told):
    """What neither engine was built for must not pass as a check that finds nothing."""
    with pytest.raises(BrokenLibrary, match=told):
        read_shapes([("x.ttl", PREFIXES + shape)])
