"""Virtuoso lets in who says who they are, by digest, to read and to write."""

from pathlib import Path

import pytest

from mandategraph.core.errors import StoreUnavailable
from mandategraph.core.graphs import Dataset
from mandategraph.core.terms import Iri, Literal, Quad
from mandategraph.stores.credentials import Credentials
from mandategraph.stores.remote import RemoteStore

from .conftest import virtuoso

pytestmark = pytest.mark.slow


def test_a_name_and_a_password_read_and_write(tmp_path: Path) -> None:
    with virtuoso(tmp_path) as address:
        known = RemoteStore(f"{address}-auth", timeout_seconds=120, credentials=Credentials("dba", "dba"))
        quad = Quad(Iri("urn:a"), Iri("urn:p"), Literal("1"), Iri("urn:g"))
        known.write([quad])
        assert list(known.quads("urn:g")) == [quad]
        known.write([], [quad])
        assert not known.ask("ASK { ?s ?p ?o }", Dataset(("urn:g",)))
        for nobody in (Credentials(), Credentials("dba", "wrong")):
            store = RemoteStore(f"{address}-auth", timeout_seconds=120, credentials=nobody)
            with pytest.raises(StoreUnavailable, match="store_secret_file"):
                store.ask("ASK { ?s ?p ?o }", Dataset(("urn:g",)))
