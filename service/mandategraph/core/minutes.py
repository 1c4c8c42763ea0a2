"""Decisions in words, as minutes tell them: who decided what, on which day, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from mandategraph.core.claims import Claim, value_of
from mandategraph.core.dates import write_date
from mandategraph.core.decisions import Decision, Judge
from mandategraph.core.namespaces import DCTERMS, MG

Said = Callable[[str], str]
"""Gives the label of an address, and any other text as it is."""

_LINKS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "contributes": "“{a}” contributes to {b}",
        "fulfils": "“{a}” fulfils {b}",
        "reports-on": "“{a}” reports on {b}",
        "takes-up": "“{a}” takes up {b}",
        "continues": "{a} continues {b}",
        "cites": "“{a}” rests on {b}",
    },
    "es": {
        "contributes": "«{a}» contribuye a {b}",
        "fulfils": "«{a}» cumple {b}",
        "reports-on": "«{a}» informa sobre {b}",
        "takes-up": "«{a}» retoma {b}",
        "continues": "{a} continúa {b}",
        "cites": "«{a}» se basa en {b}",
    },
    "fr": {
        "contributes": "« {a} » contribue à {b}",
        "fulfils": "« {a} » accomplit {b}",
        "reports-on": "« {a} » fait rapport sur {b}",
        "takes-up": "« {a} » reprend {b}",
        "continues": "{a} poursuit {b}",
        "cites": "« {a} » s’appuie sur {b}",
    },
    "pt": {
        "contributes": "“{a}” contribui para {b}",
        "fulfils": "“{a}” cumpre {b}",
        "reports-on": "“{a}” informa sobre {b}",
        "takes-up": "“{a}” retoma {b}",
        "continues": "{a} continua {b}",
        "cites": "“{a}” baseia-se em {b}",
    },
}
_CLAIMS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "role": "{who}: {role}, of “{whole}”",
        "certainty": "{who}: {certainty} ({role}), “{whole}”",
        "status": "status of {about}: {value}, as of {day}",
        "gap": "gap {code} of {about} is accepted",
        "until": ", until {day}",
        "held": "“{what}” was held on {day}",
        "produced": ", with the result {what}",
    },
    "es": {
        "role": "{who}: {role}, de «{whole}»",
        "certainty": "{who}: {certainty} ({role}), «{whole}»",
        "status": "estado de {about}: {value}, al {day}",
        "gap": "se acepta el vacío {code} de {about}",
        "until": ", hasta el {day}",
        "held": "«{what}» se celebró el {day}",
        "produced": ", con el resultado {what}",
    },
    "fr": {
        "role": "{who} : {role}, de « {whole} »",
        "certainty": "{who} : {certainty} ({role}), « {whole} »",
        "status": "état de {about} : {value}, au {day}",
        "gap": "la lacune {code} de {about} est acceptée",
        "until": ", jusqu’au {day}",
        "held": "« {what} » s’est tenue le {day}",
        "produced": ", avec le résultat {what}",
    },
    "pt": {
        "role": "{who}: {role}, de “{whole}”",
        "certainty": "{who}: {certainty} ({role}), “{whole}”",
        "status": "situação de {about}: {value}, em {day}",
        "gap": "aceita-se a lacuna {code} de {about}",
        "until": ", até {day}",
        "held": "“{what}” realizou-se em {day}",
        "produced": ", com o resultado {what}",
    },
}
_FRAMES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "confirmed": "{day}, {person} confirmed: {claim}.",
        "rejected": "{day}, {person} rejected: {claim}.",
        "withdrawn": "{day}, {person} withdrew: {claim}.",
        "reason": "Reason: {reason}",
        "will-confirmed": "To be confirmed: {claim}.",
        "will-rejected": "To be rejected: {claim}.",
        "will-withdrawn": "To be withdrawn: {claim}.",
    },
    "es": {
        "confirmed": "{day}, {person} confirmó: {claim}.",
        "rejected": "{day}, {person} rechazó: {claim}.",
        "withdrawn": "{day}, {person} retiró: {claim}.",
        "reason": "Motivo: {reason}",
        "will-confirmed": "Se confirmará: {claim}.",
        "will-rejected": "Se rechazará: {claim}.",
        "will-withdrawn": "Se retirará: {claim}.",
    },
    "fr": {
        "confirmed": "{day}, {person} a confirmé : {claim}.",
        "rejected": "{day}, {person} a rejeté : {claim}.",
        "withdrawn": "{day}, {person} a retiré : {claim}.",
        "reason": "Motif : {reason}",
        "will-confirmed": "À confirmer : {claim}.",
        "will-rejected": "À rejeter : {claim}.",
        "will-withdrawn": "À retirer : {claim}.",
    },
    "pt": {
        "confirmed": "{day}, {person} confirmou: {claim}.",
        "rejected": "{day}, {person} rejeitou: {claim}.",
        "withdrawn": "{day}, {person} retirou: {claim}.",
        "reason": "Motivo: {reason}",
        "will-confirmed": "A confirmar: {claim}.",
        "will-rejected": "A rejeitar: {claim}.",
        "will-withdrawn": "A retirar: {claim}.",
    },
}


def things_named(claims: Iterable[Claim]) -> list[str]:
    """Return the addresses whose labels the sentences about some claims need."""
    wanted = {claim.holder for claim in claims} | {claim.person for claim in claims}
    names = ("from", "to", "role", "actor", "certainty", "about", "mandateStatus", "progress", "executes", "produced")
    wanted |= {str(value) for claim in claims for name in names for value in claim.said.get(MG + name, ())}
    return sorted(one for one in wanted if one.startswith(("http://", "https://", "urn:")))


def as_claim(decision: Decision) -> Claim:
    """Return a decision that is not written yet in the form of a claim, to be told in words."""
    said: dict[str, tuple[object, ...]] = {}
    for name, value in decision.content:
        said[name] = (*said.get(name, ()), value)
    return Claim("", decision.kind, "", said, decision.holder)  # type: ignore[arg-type]


def claim_in_words(claim: Claim, said: Said, language: str = "en") -> str:
    """Return what is claimed, as a clause."""
    texts = _CLAIMS[language]
    if claim.kind == "link":
        link_type = value_of(claim.one("linkType"), "link")
        pattern = _LINKS[language].get(link_type, "“{a}” – " + said(claim.one("linkType")) + " – {b}")
        return pattern.format(a=said(claim.one("from")), b=said(claim.one("to")))
    if claim.kind == "participation":
        who = said(claim.one("actor")) if claim.one("actor") else f"“{claim.one('asWritten')}”"
        pattern = texts["certainty"] if claim.one("certainty") else texts["role"]
        return pattern.format(
            who=who, role=said(claim.one("role")), certainty=said(claim.one("certainty")), whole=said(claim.holder)
        )
    if claim.kind == "status":
        value = said(claim.one("mandateStatus") or claim.one("progress"))
        return texts["status"].format(
            about=said(claim.one("about")), value=value, day=write_date(claim.one("onDate")[:10], language)
        )
    if claim.kind == "gap":
        about = "; ".join(said(str(value)) for value in claim.said.get(MG + "about", ()))
        clause = texts["gap"].format(code=claim.one("gapKind"), about=about)
        return clause + (
            texts["until"].format(day=write_date(claim.one("until")[:10], language)) if claim.one("until") else ""
        )
    what = (
        said(claim.one("executes"))
        if claim.one("executes")
        else min(map(str, claim.said.get(DCTERMS + "title", ("",))))
    )
    clause = texts["held"].format(what=what, day=write_date(claim.one("heldOn")[:10], language))
    return clause + (texts["produced"].format(what=said(claim.one("produced"))) if claim.one("produced") else "")


def announcement(decision: Decision, said: Said, language: str = "en") -> str:
    """Return what a decision will change."""
    how = "confirmed" if decision.accepted else "rejected"
    if not decision.accepted and set(decision.origins) <= {claim.iri for claim in decision.displaced}:
        how = "withdrawn"
    return _FRAMES[language][f"will-{how}"].format(claim=claim_in_words(as_claim(decision), said, language))


def minute(claim: Claim, said: Said, language: str = "en", is_withdrawal: bool = False) -> str:
    """Return the sentence of the minutes about a decision that was taken."""
    frames = _FRAMES[language]
    how = "withdrawn" if is_withdrawal else claim.status
    person = said(claim.person) + (f" ({claim.one('capacity')})" if claim.one("capacity") else "")
    day = write_date(claim.day, language)
    sentence = frames[how].format(day=day, person=person, claim=claim_in_words(claim, said, language))
    return f"{sentence} {frames['reason'].format(reason=claim.reason)}" if claim.reason else sentence


def decided_by(judge: Judge) -> str:
    """Return who decides, on which day, in which capacity."""
    return f"{judge.name}{f' ({judge.role})' if judge.role else ''}, {write_date(judge.day.isoformat())}"
