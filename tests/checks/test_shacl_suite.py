"""The W3C test suite of SHACL: the full report on every test, and a refusal where one is due."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture(scope="module")
def outcomes(shared):
    """Each test of the suite: (suite, name) to what came of it."""
    suites = shared / "suites"
    if not (suites / "run_shacl.py").is_file():
        pytest.skip("the suites are not beside this checkout")
    rdflib = pytest.importorskip("rdflib")
    spec = importlib.util.spec_from_file_location("shacl_suite", BENCH / "shacl_suite.py")
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    found = {}

    class Report:
        def add(self, suite, name, what, why=""):
            found[suite, name] = (what, why)

    module = bench.runner(suites)
    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        arguments = SimpleNamespace(data=(suites / "data").resolve(), only=None, cmd="", infer_cmd=None, timeout=60)
        module.w3c(Report(), arguments)
    finally:
        rdflib.NORMALIZE_LITERALS = before
    return found


@pytest.mark.filterwarnings("ignore:Parsing weird boolean")
def test_every_report_is_the_one_the_standard_wants(outcomes):
    """98 tests of SHACL Core and 22 of SHACL-SPARQL, of which seven must be refused."""
    wrong = {key: what for key, what in outcomes.items() if what[0] != "pass"}
    assert wrong == {}
    assert Counter(suite for suite, _ in outcomes if "only" not in suite) == {"SHACL core": 98, "SHACL sparql": 22}


@pytest.mark.filterwarnings("ignore:Parsing weird boolean")
def test_what_must_be_refused_is_refused_with_a_sentence(shared):
    """The seven tests that want a failure get a message that names the shape and the rule."""
    from mandategraph.cli.check_files import report_on
    from mandategraph.core.errors import MandateGraphError

    folder = shared / "suites/data/shacl-w3c/sparql/pre-binding"
    if not folder.is_dir():
        pytest.skip("the suites are not beside this checkout")
    import pyoxigraph as ox

    names = [*sorted(folder.glob("unsupported-sparql-*.ttl")), folder / "pre-binding-006.ttl"]
    assert len(names) == 7
    for name in names:
        quads = list(ox.parse(name.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri="urn:base:"))
        with pytest.raises(MandateGraphError) as refused:
            report_on(lambda quads=quads: quads, quads)
        assert "TestShape" in refused.value.message or "LanguageExampleShape" in refused.value.message, name
        assert (
            "SHACL" in refused.value.message or "bound" in refused.value.message or "SERVICE" in refused.value.message
        )
