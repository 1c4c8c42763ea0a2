"""One run of the checks of a profile on a plan: from shapes to a report in the words of the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date

from mandategraph.checks.catalogue import Catalogue, Row
from mandategraph.checks.compiled import CompiledEngine, nodes_looked_at
from mandategraph.checks.gaps import Gap, read_gaps, silenced
from mandategraph.checks.places import plain
from mandategraph.checks.reference import ReferenceEngine
from mandategraph.checks.results import Engine, Outcome, Run
from mandategraph.checks.subject import Subject, subject_of
from mandategraph.checks.telling import Teller
from mandategraph.checks.wording import LANGUAGES
from mandategraph.core.errors import UnknownName
from mandategraph.core.findings import LookedAt, Report, in_reading_order
from mandategraph.core.graphs import Dataset, Graphs
from mandategraph.core.namespaces import MG
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import Iri

ENGINES = ("compiled", "reference")
Labeller = Callable[[Collection[str], str], Mapping[str, str]]
"""Gives the labels of some IRIs in a language."""

_ON_REQUEST = {
    "en": "given for this run",
    "es": "indicada para esta revisión",
    "fr": "indiquée pour cette vérification",
    "pt": "indicada para esta verificação",
}
_TODAY = {
    "en": "today; no plan states a day",
    "es": "hoy; ningún plan indica un día",
    "fr": "aujourd'hui ; aucun plan n'indique de jour",
    "pt": "hoje; nenhum plano indica um dia",
}


def check(
    store: GraphStore,
    graphs: Graphs,
    catalogue: Catalogue,
    labels: Labeller,
    *,
    profile: str = "report",
    on: date | None = None,
    plan: str | None = None,
    language: str = "en",
    engine: str = "compiled",
    only: Collection[str] | None = None,
    today: date | None = None,
) -> Report:
    """
    Return what the checks of a profile find in the facts and what is inferred from them.

    The day is the plan's own reference date unless `on` says otherwise, `today` where no plan states one; the plan is
    the newest there is unless `plan` names another. Proposals never count. `only` limits the findings to those about
    the nodes that it names.
    """
    rows = catalogue.profile(profile)
    subject = subject_of(store, graphs, plan)
    run = subject.run(on, today)
    outcome = engine_named(engine, store, graphs, catalogue)([shape for shape, _ in rows], run)
    if only is not None:
        outcome = replace(outcome, results=tuple(result for result in outcome.results if str(result.focus) in only))
    return report_of(
        store,
        graphs,
        catalogue,
        labels,
        outcome,
        subject,
        run,
        profile=profile,
        language=language,
        is_day_given=on is not None,
        engine=engine,
    )


def report_of(
    store: GraphStore,
    graphs: Graphs,
    catalogue: Catalogue,
    labels: Labeller,
    outcome: Outcome,
    subject: Subject,
    run: Run,
    *,
    profile: str,
    language: str = "en",
    is_day_given: bool = False,
    engine: str = "compiled",
) -> Report:
    """Return what a run has found as a report in a language; `outcome` is that of the shapes of the profile."""
    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES, hint=f"The languages are {', '.join(LANGUAGES)}.")
    rows = catalogue.profile(profile)
    teller = Teller(store, graphs, catalogue, labels, language, subject.names(run.on))
    findings = teller.findings(outcome, profile)
    table = {row.code: row for _, row in rows}

    def say(gap: Gap) -> tuple[str, str]:
        return ", ".join(teller.said(term) for term in gap.accepted_by), plain(gap.reason, language)

    counted, accepted = silenced(
        in_reading_order(findings),
        read_gaps(store, graphs.public()),
        lambda code: code in table and table[code].excusable,
        run.on,
        teller.words_now(findings),
        say,
    )
    basis = plain(subject.basis, language) if subject.on else _TODAY[language]
    return Report(
        profile=profile,
        plan=str(subject.plan or ""),
        plan_label=teller.said(subject.plan) if subject.plan else "",
        body_label=teller.said(subject.body) if subject.body else "",
        on=run.on,
        basis=_ON_REQUEST[language] if is_day_given else basis,
        language=language,
        engine=engine,
        findings=teller.with_headings(counted, outcome),
        accepted=accepted,
        looked_at=_looked_at(outcome, table, catalogue, language),
        scope=_scope(store, graphs, subject.plan),
        notes=outcome.notes,
    )


def engine_named(name: str, store: GraphStore, graphs: Graphs, catalogue: Catalogue) -> Engine:
    """Return an engine by its name; UnknownName for another."""
    if name not in ENGINES:
        raise UnknownName("engine", name, ENGINES, hint=f"The engines are {' and '.join(ENGINES)}.")

    dataset_of = datasets_of(graphs, catalogue)
    reference = ReferenceEngine(store, dataset_of, catalogue.texts)
    return reference if name == "reference" else CompiledEngine(store, dataset_of, reference)


def datasets_of(graphs: Graphs, catalogue: Catalogue) -> Callable[[str], Dataset]:
    """Return what says which graphs a check reads, by its code."""
    public = graphs.public()
    with_proposals = Dataset((*public.default, graphs.review), (*public.named, graphs.review))

    def dataset_of(code: str) -> Dataset:
        return with_proposals if catalogue.rows[code].reads_proposals else public

    return dataset_of


def _looked_at(outcome: Outcome, table: Mapping[str, Row], catalogue: Catalogue, language: str) -> tuple[LookedAt, ...]:
    rows = sorted(table.values(), key=lambda row: (row.number, row.code))
    return tuple(
        LookedAt(
            code=row.code,
            number=row.number,
            nodes=outcome.looked_at[row.code],
            engine=outcome.engines[row.code],
            says=catalogue.shapes[row.code].messages.get(language, ""),
        )
        for row in rows
    )


def _scope(store: GraphStore, graphs: Graphs, plan: Iri | None) -> tuple[tuple[str, int], ...]:
    entries = f"?one <{MG}scheduledIn> {plan.sparql()}" if plan else f"?one a <{MG}ScheduledActivity>"
    patterns = {
        "entries": entries,
        "mandates": f"?one a <{MG}Mandate>",
        "provisions": f"?one a <{MG}Provision>",
        "documents": f"?one a <{MG}Document>",
    }
    return tuple((key, nodes_looked_at(store, graphs.public(), pattern, "one")) for key, pattern in patterns.items())
