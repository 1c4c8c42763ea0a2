"""
The engine that turns shapes into SELECTs and runs them where the data is.

The nodes a shape looks at become a pattern at the head of the constraint's own SELECT, so that one query answers for
all of them. What cannot be turned so keeping the meaning that SHACL gives to `$this` is named and left to another
engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mandategraph.checks.groups import Group, expressions, group_tree, variable
from mandategraph.checks.results import RUN, Outcome, Result, Run, gathered
from mandategraph.checks.shapes import Core, Shape, Sparql, Target
from mandategraph.core.errors import BrokenLibrary, MalformedQuery, RefusedQuery
from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import RDFS, SH, XSD
from mandategraph.core.ports import GraphStore
from mandategraph.core.scanner import Token, tokens
from mandategraph.core.terms import BlankNode, Iri, Term, values_block

_NOT_COMPILED = ("ORDER", "LIMIT", "OFFSET", "SERVICE", "GRAPH", "MINUS", "VALUES", "CONSTRUCT", "ASK", "DESCRIBE")
_TO_BE_CAST = {XSD + name for name in ("date", "dateTime", "integer", "decimal", "double", "float", "boolean")}
_NODE_KINDS = {
    "IRI": "isIRI(?value)",
    "Literal": "isLiteral(?value)",
    "BlankNode": "isBlank(?value)",
    "IRIOrLiteral": "(isIRI(?value) || isLiteral(?value))",
    "BlankNodeOrIRI": "(isBlank(?value) || isIRI(?value))",
    "BlankNodeOrLiteral": "(isBlank(?value) || isLiteral(?value))",
}
Others = Callable[[Sequence[Shape], Run], Outcome]


class CompiledEngine:
    """
    Runs shapes over a store as plain SELECTs.

    `dataset_of` says which graphs a shape reads, by its code. Shapes that cannot be compiled go to `others`, and the
    outcome says which and why.
    """

    def __init__(self, store: GraphStore, dataset_of: Callable[[str], Dataset], others: Others) -> None:
        self._store, self._dataset_of, self._others = store, dataset_of, others
        self._patterns: dict[tuple[tuple[Target, ...], Dataset], str] = {}
        self._counts: dict[tuple[tuple[Target, ...], Dataset], int] = {}

    def __call__(self, shapes: Sequence[Shape], run: Run) -> Outcome:
        """Return what the shapes find."""
        results: list[Result] = []
        looked_at: dict[str, int] = {}
        engines: dict[str, str] = {}
        left: list[Shape] = []
        notes: list[str] = []
        for shape in shapes:
            reasons = [why for constraint in shape.constraints if (why := not_compiled(constraint))]
            if reasons:
                left.append(shape)
                notes.append(f"{shape.code}: {reasons[0]}; run by the reference engine")
                continue
            dataset = self._dataset_of(shape.code)
            looked_at[shape.code] = self._count(shape, dataset)
            engines[shape.code] = "compiled"
            if looked_at[shape.code]:
                results += self._results(shape, run, dataset)
        if left:
            rest = self._others(left, run)
            results += rest.results
            looked_at |= rest.looked_at
            engines |= rest.engines
        return Outcome(tuple(results), looked_at, engines, tuple(notes))

    def _results(self, shape: Shape, run: Run, dataset: Dataset) -> tuple[Result, ...]:
        rows: list[tuple[Iri | BlankNode, Term | None, Mapping[str, Term]]] = []
        pattern = self._pattern(shape, dataset)
        for constraint in shape.constraints:
            query = compiled(constraint, pattern, run, lambda of: self._classes(of, dataset))
            try:
                table = self._store.select(query, dataset)
            except MalformedQuery as problem:
                raise BrokenLibrary(f"{shape.file}: {shape.code}: {problem.message}") from problem
            for row in table.rows:
                focus = row.get("this")
                if isinstance(focus, Iri | BlankNode):
                    implied = focus if isinstance(constraint, Sparql) else None
                    rows.append((focus, row.get("value", implied), row))
        return gathered(shape.code, rows)

    def _pattern(self, shape: Shape, dataset: Dataset) -> str:
        key = (shape.targets, dataset)
        if key not in self._patterns:
            self._patterns[key] = target_pattern(shape.targets, lambda of: self._needed_classes(of, dataset))
        return self._patterns[key]

    def _count(self, shape: Shape, dataset: Dataset) -> int:
        key = (shape.targets, dataset)
        if key not in self._counts:
            self._counts[key] = nodes_looked_at(self._store, dataset, self._pattern(shape, dataset))
        return self._counts[key]

    def _classes(self, of: Iri, dataset: Dataset) -> tuple[Iri, ...]:
        query = f"SELECT DISTINCT ?class WHERE {{ ?class <{RDFS}subClassOf>* {of.sparql()} }}"
        found = (row["class"] for row in self._store.select(query, dataset).rows)
        return tuple(sorted({of, *(one for one in found if isinstance(one, Iri))}))

    def _needed_classes(self, of: Iri, dataset: Dataset) -> tuple[Iri, ...]:
        # A subclass matters only where a node has it and not the class itself: rules usually have written both, and
        # one plain pattern on one class lets the engine order its joins freely.
        needed = []
        for one in self._classes(of, dataset):
            alone = f"?node a {one.sparql()} . FILTER NOT EXISTS {{ ?node a {of.sparql()} }}"
            if one == of or self._store.ask(f"ASK {{ {alone} }}", dataset):
                needed.append(one)
        return tuple(needed)


def nodes_looked_at(store: GraphStore, dataset: Dataset, pattern: str, variable_name: str = "this") -> int:
    """Return how many nodes a pattern binds to its variable."""
    rows = store.select(f"SELECT (COUNT(DISTINCT ?{variable_name}) AS ?n) WHERE {{ {pattern} }}", dataset).rows
    return int(str(rows[0]["n"]))


def target_pattern(targets: Sequence[Target], classes: Callable[[Iri], Sequence[Iri]]) -> str:
    """
    Return the pattern that binds `?this`, once each, to every node that a shape looks at.

    >>> target_pattern([Target("targetClass", Iri("urn:C"))], lambda of: [of])
    '?this a <urn:C> . '
    """
    if len(targets) == 1 and targets[0].kind == "targetClass" and len(classes(targets[0].of)) == 1:
        return f"?this a {targets[0].of.sparql()} . "
    branches = []
    for target in targets:
        if target.kind == "targetClass":
            rows = [(one,) for one in classes(target.of)]
            branches.append(f"{{ {values_block(['class'], rows)} ?this a ?class }}")
        elif target.kind == "targetSubjectsOf":
            branches.append(f"{{ ?this {target.of.sparql()} ?other }}")
        elif target.kind == "targetObjectsOf":
            branches.append(f"{{ ?other {target.of.sparql()} ?this }}")
        else:
            branches.append(f"{{ {values_block(['this'], [(target.of,)])} }}")
    return f"{{ SELECT DISTINCT ?this WHERE {{ {' UNION '.join(branches)} }} }} "


def compiled(constraint: Sparql | Core, pattern: str, run: Run, classes: Callable[[Iri], Sequence[Iri]]) -> str:
    """Return the SELECT that gives every failing node of a constraint at once."""
    if isinstance(constraint, Core):
        return _compiled_core(constraint, pattern, classes)
    prologue = "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in constraint.prefixes)
    text = with_run(constraint, run)
    opening = next(word.end for word in tokens(text) if word.text == "{")
    return f"{prologue}{text[:opening]} {pattern}{text[opening:]}"


def _compiled_core(constraint: Core, pattern: str, classes: Callable[[Iri], Sequence[Iri]]) -> str:
    path, value = constraint.path.sparql(), constraint.values[0] if constraint.values else None
    if constraint.parameter in ("minCount", "maxCount"):
        sign = "<" if constraint.parameter == "minCount" else ">"
        counted = f"{pattern} OPTIONAL {{ ?this {path} ?each }}"
        return (
            f"SELECT ?this WHERE {{ {counted} }} GROUP BY ?this HAVING (COUNT(DISTINCT ?each) {sign} {int(str(value))})"
        )
    head = f"SELECT DISTINCT ?this ?value WHERE {{ {pattern} ?this {path} ?value . "
    if constraint.parameter == "in":
        listed = ", ".join(f"sameTerm(?value, {_written(one)})" for one in constraint.values)
        return f"{head} FILTER(!({listed.replace(', sameTerm', ' || sameTerm') or 'false'})) }}"
    if constraint.parameter == "nodeKind":
        return f"{head} FILTER(!{_NODE_KINDS[str(value).removeprefix(SH)]}) }}"
    if constraint.parameter == "class" and isinstance(value, Iri):
        listed = ", ".join(one.sparql() for one in classes(value))
        return f"{head} FILTER NOT EXISTS {{ ?value a ?class . FILTER(?class IN ({listed})) }} }}"
    wrong = f"!isLiteral(?value) || DATATYPE(?value) != <{value}>"
    if str(value) in _TO_BE_CAST:
        # A literal whose words are no value of its own type fails too: a cast of the words leaves nothing bound.
        return f"{head} BIND(<{value}>(STR(?value)) AS ?cast) FILTER({wrong} || !BOUND(?cast)) }}"
    return f"{head} FILTER({wrong}) }}"


def _written(term: Term) -> str:
    if isinstance(term, BlankNode):
        raise BrokenLibrary("sh:in lists a blank node")
    return term.sparql()


def not_compiled(constraint: Sparql | Core) -> str:
    """
    Return why a constraint cannot be compiled, an empty string where it can.

    >>> not_compiled(Sparql("SELECT $this WHERE { { BIND($this AS ?value) } UNION { $this a ?value } }", ()))
    'a group uses $this in a FILTER or BIND and does not bind it'
    """
    if isinstance(constraint, Core):
        return ""
    try:
        words = tokens(constraint.select)
    except (MalformedQuery, RefusedQuery) as problem:
        return f"it does not read as SPARQL ({problem.message})"
    for word in words:
        if word.keyword in _NOT_COMPILED:
            return f"it uses {word.text.upper()}"
        if variable(word) in ("PATH", "shapesGraph", "currentShape"):
            return f"it uses ${variable(word)}"
    root = group_tree(words)
    if root is None or not words or words[0].keyword != "SELECT":
        return "it is not one SELECT"
    if not any(variable(word) == "this" or word.text == "*" for word in root.select):
        return "it does not select $this"
    return _why_scope_differs(root) or _why_run_differs(constraint)


def _why_scope_differs(root: Group) -> str:
    # SHACL binds $this everywhere beforehand; a join at the head binds it only where groups see each other.
    for group in root.inner:
        if group.kind == "exists":
            continue
        inside, outside = expressions(group.own)
        if group.select:
            projected = group.own[: next((n for n, w in enumerate(group.own) if w.keyword in ("WHERE", "GROUP")), None)]
            bound = any(variable(word) == "this" for inner in group.inner for one in inner.walk() for word in one.own)
            if not bound or not any(variable(word) == "this" or word.text == "*" for word in projected):
                return "a nested SELECT does not bind and select $this"
        elif any(variable(word) == "this" for word in inside) and all(variable(word) != "this" for word in outside):
            return "a group uses $this in a FILTER or BIND and does not bind it"
        deeper = _why_scope_differs(group)
        if deeper:
            return deeper
    return ""


def _why_run_differs(constraint: Sparql) -> str:
    try:
        _run_triples(constraint)
    except ValueError as problem:
        return str(problem)
    return ""


def with_run(constraint: Sparql, run: Run) -> str:
    """
    Return the SELECT with what it asks of the run node written into it as values.

    >>> asked = Sparql("SELECT $this { <https://w3id.org/mandategraph/at/run> mg:onDate ?d . $this mg:ends ?e }",
    ...     (("mg", "https://w3id.org/mandategraph/ns#"),))
    >>> with_run(asked, Run())
    'SELECT $this { VALUES (?d) {  } $this mg:ends ?e }'
    """
    text = constraint.select
    for start, end, pairs in reversed(_run_triples(constraint)):
        blocks = [values_block([name], [(value,) for value in run.values(predicate)]) for predicate, name in pairs]
        text = text[:start] + " ".join(blocks) + text[end:]
    return text


def _run_triples(constraint: Sparql) -> list[tuple[int, int, list[tuple[str, str]]]]:
    """Find what is asked of the run node: where it stands, and the (predicate, variable) pairs."""
    prefixes = dict(constraint.prefixes)
    words = tokens(constraint.select)
    found = []
    at = 0
    while at < len(words):
        if _resolved(words[at], prefixes) != RUN.value:
            at += 1
            continue
        begin, pairs = at, []
        while True:
            predicate, name = (words[at + 1], words[at + 2]) if at + 3 < len(words) else (None, None)
            if predicate is None or name is None or not variable(name) or not _resolved(predicate, prefixes):
                raise ValueError("it asks the run node in another form than `at:run predicate ?variable`")
            pairs.append((_resolved(predicate, prefixes), variable(name)))
            at += 3
            if words[at].text != ";":
                break
        end = words[at].end if words[at].text == "." else words[at - 1].end
        found.append((words[begin].start, end, pairs))
    return found


def _resolved(word: Token, prefixes: Mapping[str, str]) -> str:
    if word.kind == "iri":
        return word.text[1:-1]
    if word.kind == "pname":
        prefix, local = word.text.split(":", 1)
        return prefixes.get(prefix, "") + local.replace("\\", "") if prefix in prefixes else ""
    return ""
