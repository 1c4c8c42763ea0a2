"""A new organisation is a folder: the invented league of the how-to page, file for file as the page shows it."""

import io
import re
import shutil
from pathlib import Path

import pyoxigraph
import pytest

from mandategraph.cli.drafters import drafter_of
from mandategraph.core.graphs import Graphs
from mandategraph.ingest.readers.text import read_text
from mandategraph.library import Library

PAGE = (Path(__file__).parents[3] / "docs" / "how-to" / "add-an-organisation.md").read_text(encoding="utf-8")
TOML = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
(ACTORS,) = re.findall(r"```turtle\n(.*?)```", PAGE, re.DOTALL)
SYMBOLS, VERBS, LEXICON = TOML
ORGANISATION = f"{SYMBOLS}\n{VERBS}"
ORDER = """CON-ORD 7.41

The Convocation of Harbours,

Recalling its order CON-ORD 3.40,

1. Bids the Keeper of Lights to submit a report on lamps to the KOL by 1 May 2042;
2. Decides to remain seized of the matter.
"""


@pytest.fixture(scope="module")
def library_with_the_league(library, tmp_path_factory):
    """The shipped files with one folder more."""
    root = tmp_path_factory.mktemp("library")
    for folder in ("ontology", "shapes", "queries"):
        (root / folder).symlink_to(library.root / folder)
    (root / "data").mkdir()
    for path in library.data_folder.iterdir():
        if path.is_dir():
            (root / "data" / path.name).symlink_to(path)
        else:
            shutil.copy(path, root / "data")
    own = root / "data" / "harbours"
    own.mkdir()
    for name, content in (("organisation.toml", ORGANISATION), ("lexicon.toml", LEXICON), ("actors.ttl", ACTORS)):
        (own / name).write_text(content, encoding="utf-8")
    return Library(root)


def drafted(library, key):
    draft = drafter_of(library, key, Graphs().review).draft(read_text("order.txt", ORDER.encode()))
    store = pyoxigraph.Store()
    store.load(io.BytesIO(draft.trig.encode()), format=pyoxigraph.RdfFormat.TRIG)
    return draft, store


def told(store, query):
    prefixes = "PREFIX mg: <https://w3id.org/mandategraph/ns#> BASE <https://w3id.org/mandategraph/id/> "
    rows = store.query(prefixes + query, use_default_graph_as_union=True)
    return {tuple(value.value.removeprefix("https://w3id.org/mandategraph/id/") for value in row) for row in rows}


def test_its_documents_are_read_by_its_folder_alone(library_with_the_league):
    """Symbol, organ, own verb with its force, body of its register, citation of its own pattern."""
    assert "harbours" in library_with_the_league.organisations()
    draft, store = drafted(library_with_the_league, "harbours")
    assert draft.documents == ["CON-ORD 7.41"]
    assert draft.unaccounted == 0
    document = "harbours/con/res/2041/7"
    assert told(store, f"SELECT ?o {{ <{document}> mg:adoptedBy ?o }}") == {("harbours/org/con",)}
    statement = f"<{document}/op/1/s1>"
    assert told(store, f"SELECT ?v ?w {{ {statement} mg:verb ?v ; mg:verbAsWritten ?w }}") == {
        ("harbours/verb/bid", "Bids")
    }
    assert told(store, f"SELECT ?a ?r {{ {statement} a mg:Mandate ; mg:addressee ?a ; mg:recipient ?r }}") == {
        ("harbours/org/keeper", "harbours/org/keeper")
    }
    assert told(store, f"SELECT ?d {{ <{document}/pre/1> mg:recalls ?d }}") == {("harbours/con/res/2040/3",)}
    force = told(store, "SELECT ?f { <harbours/verb/bid> mg:force ?f }")
    assert {name.rsplit("/", 1)[-1] for (name,) in force} == {"force-binding"}


def test_without_the_folder_it_is_not_known(library):
    """The same words under another organisation: no symbol, and the verb does not count."""
    draft, store = drafted(library, "un")
    assert draft.documents != ["CON-ORD 7.41"]
    assert told(store, "SELECT ?v { ?s mg:verb ?v FILTER(STRENDS(STR(?v), 'verb/bid')) }") == set()
    assert any("No symbol" in note for note in draft.notes)
