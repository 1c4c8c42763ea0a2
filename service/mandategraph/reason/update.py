"""
What follows from the facts, brought up to date after an edit, with no more work than what the edit reaches.

Conclusions of axioms: what may rest on a triple that is gone is taken out, what can be had another way is put back, and
what is new is followed up (Gupta, Mumick and Subrahmanian, Maintaining Views Incrementally, SIGMOD 1993). Conclusions
of rule files: the rule is asked again for the subjects that the edit can touch, as its file says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import Iri, Quad, Term, values_block
from mandategraph.engine.terms import to_term
from mandategraph.reason.horn import Fact, can_stand, predicate_of, relation_of
from mandategraph.reason.rules import OBJECT, Derivation, Rule
from mandategraph.reason.steps import Step, consequences, derivable, steps_of
from mandategraph.reason.view import Lookup, View, chunks, pairs_of, text_of

LARGEST = 1000
"""A change of more triples than this is quicker concluded from nothing."""


@dataclass(frozen=True, slots=True)
class Update:
    """What an edit changed among the conclusions, and how many pairs were looked at to know it."""

    added: int
    removed: int
    looked: int


def fingerprint(rules: Sequence[Rule]) -> str:
    """Return what names a set of rules: conclusions of another set cannot be brought up to date, only made anew."""
    told = "\n".join(sorted(f"{rule.stage} {rule.name} {rule.query}" for rule in rules))
    return hashlib.sha256(told.encode()).hexdigest()


def update(
    store: GraphStore,
    rules: Sequence[Rule],
    added: Collection[ox.Quad],
    removed: Collection[ox.Quad],
    graphs: Graphs | None = None,
) -> Update:
    """
    Bring the inferred graph up to date after an edit of the facts that the store has seen already.

    Before the edit the graph must have held what these very rules conclude. It is written in several steps: use a copy.
    """
    run = _Run(store, rules, graphs or Graphs())
    run.take(added, removed)
    for stage in sorted({rule.stage for rule in rules}):
        run.ask_again(stage)
        steps = steps_of([rule for rule in rules if rule.stage == stage])
        if steps:
            run.follow_up(steps, stage)
    looked = run.looked + sum(lookup.asked for lookup in run.lookups)
    return Update(len(run.written), len(run.unwritten), looked)


@dataclass
class _Run:
    store: GraphStore
    rules: Sequence[Rule]
    graphs: Graphs
    new: set[Fact] = field(default_factory=set)
    gone: set[Fact] = field(default_factory=set)
    written: set[Fact] = field(default_factory=set)
    unwritten: set[Fact] = field(default_factory=set)
    looked: int = 0
    terms: dict[str, Term] = field(default_factory=dict)
    asked: dict[str, set[str]] = field(default_factory=dict)
    lookups: list[Lookup] = field(default_factory=list)

    def take(self, added: Iterable[ox.Quad], removed: Iterable[ox.Quad]) -> None:
        """Note which triples are known now that were not before, and the other way round."""
        names = set().union(*(rule.names for rule in self.rules))
        new, gone = self._facts(added, names), self._facts(removed, names)
        # What lies in the other graph of facts as well is not gone.
        self.gone = gone - self._lookup(None, self.graphs.facts).holding(gone)
        # What was concluded and is now said is no news, but stands in one graph only.
        said = self._lookup(self.graphs.inferred).holding(new)
        self._write((), said)
        self.new = new - said

    def ask_again(self, stage: int) -> None:
        """Ask the rule files of a stage again for the subjects that the edit can touch."""
        subjects: dict[str, set[str]] = {}
        behind: dict[str, set[Fact]] = {}
        for rule in self.rules:
            derivation = rule.derivation
            if rule.stage == stage and derivation is not None:
                head, nodes = f"<{derivation.head}>", self._reached(derivation)
                if derivation.through is not None:
                    behind.setdefault(head, set()).update(self._behind(head, derivation.through, nodes))
                else:
                    subjects.setdefault(head, set()).update(nodes | self.asked.get(head, set()))
        changed = self.new | self.gone
        for head, facts in behind.items():
            facts.update(fact for fact in changed if predicate_of(fact[0]) == head)
            if head in subjects:
                subjects[head] |= {subject for _, subject, _ in facts}
            elif facts:
                self._replace(head, self._lookup(self.graphs.inferred).holding(facts), stage, pairs=facts)
        for head, keys in subjects.items():
            keys.update(subject for relation, subject, _ in changed if predicate_of(relation) == head)
            if keys:
                self.asked.setdefault(head, set()).update(keys)
                before = self._lookup(self.graphs.inferred).objects(head, keys)
                self._replace(head, before, stage, keys=keys)

    def _replace(
        self, head: str, before: set[Fact], stage: int, keys: Iterable[str] = (), pairs: Collection[Fact] = ()
    ) -> None:
        # What earlier stages conclude stays in sight; the rest goes first, because a rule may look whether something
        # else says already what it would conclude.
        kept = self._answers(head, keys, [rule for rule in self.rules if rule.stage < stage], pairs)
        self._write(kept - before, before - kept)
        after = kept | self._answers(head, keys, [rule for rule in self.rules if rule.stage == stage], pairs)
        self._write(after - kept, ())
        self._changed(after - before, before - after)

    def _behind(self, head: str, through: tuple[str, str], nodes: set[str]) -> Iterator[Fact]:
        """Yield what may have been concluded, or may be now, by way of nodes, with their ends of now and before."""
        facts = self._lookup(None, self.graphs.facts)
        ends = [facts.pairs(f"<{name}>", nodes) for name in through]
        for relation, subject, value in self.gone:
            for name, found in zip(through, ends, strict=True):
                if relation == f"<{name}>" and subject in nodes:
                    found.setdefault(subject, set()).add(value)
        for node in nodes:
            for start in ends[0].get(node, ()):
                for end in ends[1].get(node, ()):
                    if can_stand(start, end):
                        yield relation_of(head, end), start, end

    def follow_up(self, steps: Sequence[Step], stage: int) -> None:
        """Take out what rested on what is gone, put back what has another reason, add what follows from what is new."""
        lookup = self._lookup(None, self.graphs.facts, self.graphs.inferred)
        inferred = self._lookup(self.graphs.inferred)
        old = View(lookup, plus=self.gone)
        over: set[Fact] = set()
        front = self.gone
        while front:
            heads = consequences(steps, front, old) - over - self.gone
            front = inferred.holding(heads)
            over |= front
        targets = {step.target for step in steps}
        doubtful = over | {fact for fact in self.gone if fact[0] in targets}
        now = View(lookup, minus=over)
        front = derivable(steps, doubtful, now) | self._derived_otherwise(doubtful, stage)
        put: set[Fact] = set()
        front |= self.new
        while front:
            for fact in front:
                now.add(fact)
            put |= front
            heads = consequences(steps, front, now) - put
            front = heads - now.holds(heads)
        put -= self.new
        self._write(put - over, over - put)
        self._changed(put - over, over - put)

    def _derived_otherwise(self, facts: set[Fact], stage: int) -> set[Fact]:
        found: set[Fact] = set()
        heads = {f"<{rule.derivation.head}>" for rule in self.rules if rule.derivation and rule.stage <= stage}
        for head in heads:
            some = {fact for fact in facts if predicate_of(fact[0]) == head}
            if some:
                rules = [rule for rule in self.rules if rule.stage <= stage]
                found |= self._answers(head, (), rules, pairs=some)
        return found

    def _reached(self, derivation: Derivation) -> set[str]:
        keys: set[str] = set()
        changed: dict[str, set[Fact]] = {}
        for fact in self.new | self.gone:
            changed.setdefault(predicate_of(fact[0]), set()).add(fact)
        for reach in derivation.reach:
            facts = changed.get(f"<{reach.predicate}>", set())
            nodes = {value if reach.side == OBJECT else subject for _, subject, value in facts}
            if not reach.path:
                keys |= {node for node in nodes if node[0] == "<"}
                continue
            for part in chunks(nodes):
                block = values_block(["x"], [(iri,) for iri in part])
                query = f"{derivation.prefixes}SELECT DISTINCT ?key WHERE {{ {block} ?x {reach.path} ?key }}"
                keys |= {text_of(row["key"]) for row in self._rows(query)}
        return {key for key in keys if key[0] == "<"}

    def _answers(
        self, head: str, keys: Iterable[str], rules: Iterable[Rule], pairs: Collection[Fact] = ()
    ) -> set[Fact]:
        """Return what rule files conclude now in a property, of some subjects, or of some pairs alone."""
        found: set[Fact] = set()
        for rule in rules:
            derivation = rule.derivation
            if derivation is None or f"<{derivation.head}>" != head:
                continue
            blocks = [values_block([derivation.subject], [(iri,) for iri in part]) for part in chunks(keys)]
            names = [derivation.subject, derivation.value]
            if derivation.through is None:
                subjects = {subject for _, subject, _ in pairs}
                blocks += [values_block(names[:1], [(iri,) for iri in part]) for part in chunks(subjects)]
            else:
                blocks += [values_block(names, part) for part in pairs_of(pairs, self.terms)]
            for block in blocks:
                where = derivation.where_for(block)
                wanted = f"SELECT DISTINCT ?{names[0]} ?{names[1]}"
                for row in self._rows(f"{derivation.prefixes}{wanted} WHERE {where}"):
                    value = row.get(names[1])
                    if value is not None:
                        subject, text = text_of(row[names[0]]), text_of(value)
                        self.terms[text] = value
                        if can_stand(subject, text):
                            found.add((relation_of(head, text), subject, text))
        if pairs and not keys:
            found &= set(pairs)
        # What is said is not repeated as a conclusion.
        return found - self._lookup(None, self.graphs.facts).holding(found)

    def _rows(self, query: str) -> list[dict[str, Term]]:
        dataset = Dataset((None, self.graphs.facts, self.graphs.inferred))
        rows = [dict(row) for row in self.store.select(query, dataset).rows]
        self.looked += len(rows)
        return rows

    def _facts(self, quads: Iterable[ox.Quad], names: set[str]) -> set[Fact]:
        found = set()
        for quad in quads:
            graph = getattr(quad.graph_name, "value", None)
            if quad.predicate.value in names and (
                graph == self.graphs.facts or isinstance(quad.graph_name, ox.DefaultGraph)
            ):
                subject, value = text_of(to_term(quad.subject)), to_term(quad.object)
                text = text_of(value)
                self.terms[text] = value
                if can_stand(subject, text):
                    found.add((relation_of(f"<{quad.predicate.value}>", text), subject, text))
        return found

    def _lookup(self, *graphs: str | None) -> Lookup:
        lookup = Lookup(self.store, Dataset(graphs), self.terms)
        self.lookups.append(lookup)
        return lookup

    def _changed(self, new: set[Fact], gone: set[Fact]) -> None:
        """Note what became known and what is known no longer; what went and came back is neither."""
        back, lost = new & self.gone, gone & self.new
        self.gone = (self.gone - back) | (gone - lost)
        self.new = (self.new - lost) | (new - back)

    def _write(self, additions: Collection[Fact], removals: Collection[Fact]) -> None:
        if not additions and not removals:
            return
        self.store.write([self._quad(fact) for fact in sorted(additions)], [self._quad(f) for f in sorted(removals)])
        for facts, here, there in (
            (removals, self.unwritten, self.written),
            (additions, self.written, self.unwritten),
        ):
            for fact in facts:
                if fact in there:
                    there.discard(fact)
                else:
                    here.add(fact)

    def _quad(self, fact: Fact) -> Quad:
        relation, subject, value = fact
        term = Iri(value[1:-1]) if value[0] == "<" else self.terms[value]
        return Quad(Iri(subject[1:-1]), Iri(predicate_of(relation)[1:-1]), term, Iri(self.graphs.inferred))
