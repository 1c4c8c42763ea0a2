"""Why a test of the W3C suites fails here: whose fault it is, and which tests it costs."""

from __future__ import annotations

CANONICAL = (
    "The engine keeps numbers, dates and truths by value, in one form: `01` comes back as `1`, `+00:00` as `Z`. A "
    "layer in front of the store could mend that only by keeping every literal twice."
)
GRAPH_GROUPS = (
    "The engine evaluates `GRAPH ?g { … }` triple by triple instead of graph by graph: a group of nothing but MINUS, "
    "VALUES, FILTER, OPTIONAL with ?g, or an aggregate without rows comes out wrong. `GRAPH <name> { … }` is right."
)
EMPTY_PATHS = (
    "A path of length nought from or to a thing that stands nowhere in the data finds nothing; by the standard it "
    "finds the thing itself. The engine looks the thing up first."
)

REASONS = {
    CANONICAL: (
        "csv-tsv-res/tsv03",
        "open-world/open-eq-01",
        "open-world/date-2",
        "open-world/date-3",
        "expr-builtin/dawg-str-1",
        "expr-builtin/dawg-str-2",
        "expr-builtin/sameTerm-simple",
        "expr-builtin/sameTerm-eq",
        "expr-builtin/sameTerm-not-eq",
        "expr-equals/eq-graph-1",
        "expr-equals/eq-graph-2",
        "distinct/distinct-1",
        "distinct/distinct-9",
    ),
    GRAPH_GROUPS: (
        "aggregates/agg-empty-group-count-graph",
        "bindings/graph",
        "negation/graph-minus",
        "graph/graph-variable-scope",
        "graph/graph-optional",
    ),
    EMPTY_PATHS: (
        "property-path/zero_or_more_set_start",
        "property-path/zero_or_more_set_end",
        "property-path/zero_or_one_set_start",
        "property-path/zero_or_one_set_end",
    ),
    "The engine gives `BNODE(text)` the same node in every solution; it should be another in each.": (
        "functions/bnode01",
    ),
    "The engine drops the language that all texts of a GROUP_CONCAT share; it is to be kept.": (
        "aggregates/agg-groupconcat-04",
        "aggregates/agg-groupconcat-06",
    ),
    "JSON-LD: the engine keeps `.` and `..` in some IRIs that it resolves.": ("t0122", "t0123", "te062"),
    "JSON-LD: the engine overlooks the context of a type that is the key of a type map.": ("tc013",),
    "JSON-LD: the engine refuses a `@base` that is no IRI; the test wants it ignored.": ("tli12",),
}


def reason_of(test: str) -> str:
    """Return why a test fails; empty where nobody has looked."""
    return next((reason for reason, tests in REASONS.items() if test in tests), "")
