"""The words of a report around its findings, in four languages."""

from __future__ import annotations

from mandategraph.checks.wording import read_template
from mandategraph.core.dates import write_date
from mandategraph.core.findings import AcceptedGap, Owner, Report, Severity

SEVERITIES = {
    "en": {Severity.VIOLATION: "To be settled", Severity.WARNING: "Needs a look", Severity.INFO: "Good to know"},
    "es": {
        Severity.VIOLATION: "Debe resolverse",
        Severity.WARNING: "Requiere atención",
        Severity.INFO: "Conviene saber",
    },
    "fr": {Severity.VIOLATION: "À régler", Severity.WARNING: "À examiner", Severity.INFO: "Bon à savoir"},
    "pt": {Severity.VIOLATION: "Deve ser resolvido", Severity.WARNING: "Requer atenção", Severity.INFO: "Convém saber"},
}
PROFILES = {
    "en": {"draft": "draft", "plan": "work plan", "report": "report to the General Assembly"},
    "es": {"draft": "borrador", "plan": "plan de trabajo", "report": "informe a la Asamblea General"},
    "fr": {"draft": "projet", "plan": "plan de travail", "report": "rapport à l’Assemblée générale"},
    "pt": {"draft": "minuta", "plan": "plano de trabalho", "report": "relatório à Assembleia Geral"},
}
OWNERS = {
    "en": {Owner.OWN: "The plan’s own body: {body}", Owner.OTHERS: "Others", Owner.NOBODY: "Nobody is named"},
    "es": {Owner.OWN: "Órgano del plan: {body}", Owner.OTHERS: "Otros", Owner.NOBODY: "No se nombra a nadie"},
    "fr": {Owner.OWN: "Organe du plan : {body}", Owner.OTHERS: "D’autres", Owner.NOBODY: "Personne n’est nommé"},
    "pt": {Owner.OWN: "Órgão do plano: {body}", Owner.OTHERS: "Outros", Owner.NOBODY: "Ninguém é nomeado"},
}
_WORDS = {
    "en": {
        "title": "What is missing and what needs a decision",
        "plan": "Plan",
        "body": "Body",
        "profile": "Checked as",
        "on": "As of",
        "looked": "Looked at",
        "found": "Found",
        "checks": "{n} checks; {empty} of them found nothing of their kind to look at",
        "checks_all": "{n} checks, each with something to look at",
        "none": "Nothing found.",
        "no_plan": "no work plan in the graph",
        "no_day": "no day given",
        "own": "not named",
        "why": "Why",
        "where": "Where",
        "todo": "To do",
        "number": "check {n}",
        "accepted": "Accepted gaps",
        "accepted_by": "accepted by {who}, {when}",
        "until": "until {when}",
        "reason": "Reason",
        "gap_expired": "The term of the acceptance is over: it counts again",
        "gap_reworded": "The words have changed since the acceptance: it counts again",
        "gap_not-excusable": "This check cannot be excused: it counts",
        "empty": "Nothing of the kind to look at",
        "severity": "Weight",
        "finding": "Finding",
        "nobody": "a person not named",
        "new": "New ({n})",
        "gone": "Gone ({n})",
        "since": "Since {when}",
        "same": "Nothing is new, and nothing is gone.",
    },
    "es": {
        "title": "Lo que falta y lo que requiere una decisión",
        "plan": "Plan",
        "body": "Órgano",
        "profile": "Revisado como",
        "on": "Al",
        "looked": "Se examinó",
        "found": "Resultado",
        "checks": "{n} controles; {empty} de ellos no hallaron nada de su tipo que examinar",
        "checks_all": "{n} controles, todos con algo que examinar",
        "none": "No se halló nada.",
        "no_plan": "no hay ningún plan de trabajo en el grafo",
        "no_day": "sin fecha",
        "own": "no consta",
        "why": "Por qué",
        "where": "Dónde",
        "todo": "Qué hacer",
        "number": "control {n}",
        "accepted": "Vacíos aceptados",
        "accepted_by": "aceptado por {who}, {when}",
        "until": "hasta el {when}",
        "reason": "Motivo",
        "gap_expired": "Venció el plazo de la aceptación: vuelve a contar",
        "gap_reworded": "El texto cambió desde la aceptación: vuelve a contar",
        "gap_not-excusable": "Este control no admite excusa: cuenta",
        "empty": "Nada de este tipo que examinar",
        "severity": "Peso",
        "finding": "Hallazgo",
        "nobody": "persona no indicada",
        "new": "Nuevo ({n})",
        "gone": "Ya no aparece ({n})",
        "since": "Desde el {when}",
        "same": "Nada es nuevo y nada ha desaparecido.",
    },
    "fr": {
        "title": "Ce qui manque et ce qui demande une décision",
        "plan": "Plan",
        "body": "Organe",
        "profile": "Vérifié comme",
        "on": "Au",
        "looked": "Examiné",
        "found": "Résultat",
        "checks": "{n} contrôles ; {empty} d’entre eux n’ont rien trouvé de leur nature à examiner",
        "checks_all": "{n} contrôles, chacun avec de quoi examiner",
        "none": "Rien à signaler.",
        "no_plan": "aucun plan de travail dans le graphe",
        "no_day": "sans date",
        "own": "non nommé",
        "why": "Pourquoi",
        "where": "Où",
        "todo": "À faire",
        "number": "contrôle {n}",
        "accepted": "Lacunes acceptées",
        "accepted_by": "acceptée par {who}, {when}",
        "until": "jusqu’au {when}",
        "reason": "Motif",
        "gap_expired": "Le terme de l’acceptation est échu : la lacune compte de nouveau",
        "gap_reworded": "Le texte a changé depuis l’acceptation : la lacune compte de nouveau",
        "gap_not-excusable": "Ce contrôle n’admet pas d’excuse : la lacune compte",
        "empty": "Rien de cette nature à examiner",
        "severity": "Poids",
        "finding": "Constat",
        "nobody": "personne non nommée",
        "new": "Nouveau ({n})",
        "gone": "N’apparaît plus ({n})",
        "since": "Depuis le {when}",
        "same": "Rien de nouveau, et rien n’a disparu.",
    },
    "pt": {
        "title": "O que falta e o que exige uma decisão",
        "plan": "Plano",
        "body": "Órgão",
        "profile": "Verificado como",
        "on": "Em",
        "looked": "Examinado",
        "found": "Resultado",
        "checks": "{n} verificações; {empty} delas nada encontraram de seu tipo para examinar",
        "checks_all": "{n} verificações, todas com algo a examinar",
        "none": "Nada encontrado.",
        "no_plan": "nenhum plano de trabalho no grafo",
        "no_day": "sem data",
        "own": "não consta",
        "why": "Por quê",
        "where": "Onde",
        "todo": "O que fazer",
        "number": "verificação {n}",
        "accepted": "Lacunas aceitas",
        "accepted_by": "aceita por {who}, {when}",
        "until": "até {when}",
        "reason": "Motivo",
        "gap_expired": "O prazo da aceitação venceu: volta a contar",
        "gap_reworded": "O texto mudou desde a aceitação: volta a contar",
        "gap_not-excusable": "Esta verificação não admite justificativa: conta",
        "empty": "Nada deste tipo para examinar",
        "severity": "Peso",
        "finding": "Constatação",
        "nobody": "pessoa não indicada",
        "new": "Novo ({n})",
        "gone": "Não aparece mais ({n})",
        "since": "Desde {when}",
        "same": "Nada é novo e nada desapareceu.",
    },
}
_SCOPE = {
    "en": {
        "entries": "{n:entry|entries} of the calendar",
        "mandates": "{n:mandate|mandates}",
        "provisions": "{n:provision|provisions}",
        "documents": "{n:document|documents}",
    },
    "es": {
        "entries": "{n:actividad|actividades} del calendario",
        "mandates": "{n:mandato|mandatos}",
        "provisions": "{n:disposición|disposiciones}",
        "documents": "{n:documento|documentos}",
    },
    "fr": {
        "entries": "{n:activité|activités} du calendrier",
        "mandates": "{n:mandat|mandats}",
        "provisions": "{n:disposition|dispositions}",
        "documents": "{n:document|documents}",
    },
    "pt": {
        "entries": "{n:atividade|atividades} do calendário",
        "mandates": "{n:mandato|mandatos}",
        "provisions": "{n:disposição|disposições}",
        "documents": "{n:documento|documentos}",
    },
}
_COLON = {"en": ":", "es": ":", "fr": " :", "pt": ":"}


def phrase(language: str, key: str, **values: object) -> str:
    """
    Return a phrase of a language with its values.

    >>> phrase("es", "checks", n=60, empty=2)
    '60 controles; 2 de ellos no hallaron nada de su tipo que examinar'
    """
    return _WORDS[language][key].format(**values)


def named(language: str, key: str) -> str:
    """
    Return a phrase with the colon that the language sets behind it.

    >>> named("fr", "why"), named("pt", "why")
    ('Pourquoi :', 'Por quê:')
    """
    return _WORDS[language][key] + _COLON[language]


def owner_said(report: Report, owner: Owner) -> str:
    """Return whose gaps follow, in the words of the report's language."""
    return OWNERS[report.language][owner].format(body=report.body_label or phrase(report.language, "own"))


def day_said(report: Report) -> str:
    """Return the day the report speaks of, and what that day rests on."""
    if report.on is None:
        return phrase(report.language, "no_day")
    day = write_date(report.on.isoformat(), report.language)
    if not report.basis:
        return day
    return f"{day} ({report.basis.rstrip('.')})"


def looked_said(report: Report) -> str:
    """Return what was looked at: how many things of each kind, and by how many checks."""
    language = report.language
    empty = sum(not one.nodes for one in report.looked_at)
    key = "checks" if empty else "checks_all"
    counted = [_counted(language, kind, number) for kind, number in report.scope]
    return "; ".join(
        [*([", ".join(counted)] if counted else []), phrase(language, key, n=len(report.looked_at), empty=empty)]
    )


def _counted(language: str, kind: str, number: int) -> str:
    return read_template(_SCOPE[language][kind]).filled(lambda _name: [str(number)], language)


def found_said(report: Report) -> str:
    """Return the counts by severity."""
    words = SEVERITIES[report.language]
    counts = [f"{words[severity]}{_COLON[report.language]} {report.count(severity)}" for severity in reversed(Severity)]
    holding = [gap for gap in report.accepted if not gap.lapsed]
    rows = sum(len(gap.silenced) for gap in holding)
    return "; ".join([*counts, f"{named(report.language, 'accepted')} {rows}"])


def acceptance_said(report: Report, gap: AcceptedGap) -> str:
    """Return who accepted a gap, when and until when, and whether it still holds."""
    language = report.language
    who = gap.accepted_by or phrase(language, "nobody")
    parts = [phrase(language, "accepted_by", who=who, when=write_date(gap.accepted_on, language))]
    if gap.until:
        parts.append(phrase(language, "until", when=write_date(gap.until, language)))
    if gap.lapsed:
        parts.append(phrase(language, f"gap_{gap.lapsed}"))
    return "; ".join(parts)
