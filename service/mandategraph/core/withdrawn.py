"""Things that are no more: since when, what has their words now, and what they were a part of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mandategraph.core.dates import write_date
from mandategraph.core.graphs import Dataset
from mandategraph.core.namespaces import MG
from mandategraph.core.ports import GraphStore
from mandategraph.core.terms import Iri, values_block

_AT_ONCE = 400
_WHOLES = f"VALUES ?kind {{ <{MG}Document> <{MG}WorkPlan> <{MG}Provision> }}"
_GONE = {
    "en": "{thing} was withdrawn on {day}.",
    "es": "{thing} se retiró el {day}.",
    "fr": "{thing} a été retiré le {day}.",
    "pt": "{thing} foi retirado em {day}.",
}
_INSTEAD = {
    "en": "Its words stand here now: {things}.",
    "es": "Sus palabras figuran ahora aquí: {things}.",
    "fr": "Ses mots figurent maintenant ici : {things}.",
    "pt": "Suas palavras constam agora aqui: {things}.",
}
_REPLACED = {
    "en": "This has taken its place: {things}.",
    "es": "Esto ocupó su lugar: {things}.",
    "fr": "Ceci a pris sa place : {things}.",
    "pt": "Isto tomou seu lugar: {things}.",
}
_UNKNOWN = {
    "en": "Nothing here is known to have taken its place.",
    "es": "No consta aquí qué ocupó su lugar.",
    "fr": "On ne sait pas ici ce qui a pris sa place.",
    "pt": "Não consta aqui o que tomou seu lugar.",
}
_WITHIN = {
    "en": "It was a part of {thing}.",
    "es": "Formaba parte de {thing}.",
    "fr": "Il faisait partie de {thing}.",
    "pt": "Fazia parte de {thing}.",
}


@dataclass(frozen=True)
class Withdrawn:
    """
    A thing that is no more: its address, the day, what has its words now, the nearest whole that is still here.

    `replaced_by` are the documents here that say that they replace it, revise it or are a later version of it.
    """

    iri: str
    day: str
    successors: tuple[str, ...] = ()
    within: str = ""
    replaced_by: tuple[str, ...] = ()

    @property
    def heirs(self) -> tuple[str, ...]:
        """What came in its place: what has its words, then what replaces it."""
        return tuple(dict.fromkeys((*self.successors, *self.replaced_by)))

    @property
    def named(self) -> tuple[str, ...]:
        """The things that a sentence about it names."""
        return (*self.heirs, *((self.within,) if self.within else ()))

    def sentence(self, language: str = "en", names: Mapping[str, str] | None = None) -> str:
        """
        Return what became of it, in words.

        >>> Withdrawn("urn:op/5", "2021-02-01", ("urn:op/4",), "urn:res").sentence()
        'urn:op/5 was withdrawn on 1 February 2021. Its words stand here now: urn:op/4. It was a part of urn:res.'
        """
        known = names or {}
        language = language if language in _GONE else "en"
        told = [_GONE[language].format(thing=known.get(self.iri, self.iri), day=write_date(self.day, language))]
        if self.successors:
            told.append(_INSTEAD[language].format(things="; ".join(known.get(one, one) for one in self.successors)))
        if self.replaced_by:
            told.append(_REPLACED[language].format(things="; ".join(known.get(one, one) for one in self.replaced_by)))
        if not self.heirs:
            told.append(_UNKNOWN[language])
        if self.within:
            told.append(_WITHIN[language].format(thing=known.get(self.within, self.within)))
        return " ".join(told)


def withdrawn(store: GraphStore, dataset: Dataset, things: Iterable[str]) -> dict[str, Withdrawn]:
    """Return those of some things that were withdrawn, by address."""
    wanted = sorted(set(things))
    days: dict[str, str] = {}
    successors: dict[str, dict[str, None]] = {}
    replacing: dict[str, dict[str, None]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        block = values_block(["thing"], [[Iri(thing)] for thing in wanted[start : start + _AT_ONCE]])
        query = f"""
SELECT ?thing ?day ?now ?other WHERE {{
  {block}
  ?thing <{MG}withdrawnOn> ?day .
  OPTIONAL {{ ?thing <{MG}succeededBy> ?now }}
  OPTIONAL {{
    ?other <{MG}replaces>|<{MG}revises>|<{MG}previousVersion> ?thing .
    FILTER NOT EXISTS {{ ?other <{MG}withdrawnOn> ?since }}
  }}
}} ORDER BY ?thing ?now ?other"""
        for row in store.select(query, dataset).rows:
            thing = str(row["thing"])
            days[thing] = str(row["day"])
            told = successors.setdefault(thing, {})
            if row.get("now") is not None:
                told[str(row["now"])] = None
            others = replacing.setdefault(thing, {})
            if row.get("other") is not None:
                others[str(row["other"])] = None
    return {
        thing: Withdrawn(thing, day, tuple(successors[thing]), _whole(store, dataset, thing), tuple(replacing[thing]))
        for thing, day in days.items()
    }


def _whole(store: GraphStore, dataset: Dataset, thing: str) -> str:
    """Return the nearest document or provision above this one, as addresses have it, that is here; empty for none."""
    above = []
    while thing.count("/") > 3:
        thing = thing.rpartition("/")[0]
        above.append(thing)
    if not above:
        return ""
    block = values_block(["thing"], [[Iri(one)] for one in above])
    rows = store.select(f"SELECT DISTINCT ?thing WHERE {{ {block} {_WHOLES} ?thing a ?kind }}", dataset).rows
    return max((str(row["thing"]) for row in rows), key=len, default="")
