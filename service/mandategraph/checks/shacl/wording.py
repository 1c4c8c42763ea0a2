"""What a result says where its shape says nothing: a plain sentence for each demand of SHACL Core, in each language."""

from __future__ import annotations

from functools import lru_cache

from mandategraph.checks.shacl.graph import short
from mandategraph.checks.shacl.model import Closed, Constraint, Logic, Qualified, Query, Test
from mandategraph.core.terms import Iri, Literal, Term

_LANGUAGES = ("en", "es", "fr", "pt")
_MOST_LISTED = 8
_SENTENCES = """
class | No instance of {0}. | No es instancia de {0}. | N'est pas une instance de {0}. | Não é instância de {0}.
datatype | Not a {0}. | No es un {0}. | N'est pas un {0}. | Não é um {0}.
nodeKind | Not of the kind {0}. | No es del tipo {0}. | N'est pas du type {0}. | Não é do tipo {0}.
minCount | Fewer than {0}. | Menos de {0}. | Moins de {0}. | Menos de {0}.
maxCount | More than {0}. | Más de {0}. | Plus de {0}. | Mais de {0}.
minExclusive | Not above {0}. | No es mayor que {0}. | N'est pas supérieur à {0}. | Não é maior que {0}.
minInclusive | Below {0}. | Es menor que {0}. | Est inférieur à {0}. | É menor que {0}.
maxExclusive | Not below {0}. | No es menor que {0}. | N'est pas inférieur à {0}. | Não é menor que {0}.
maxInclusive | Above {0}. | Es mayor que {0}. | Est supérieur à {0}. | É maior que {0}.
minLength | Shorter than {0}. | Más corto que {0}. | Plus court que {0}. | Mais curto que {0}.
maxLength | Longer than {0}. | Más largo que {0}. | Plus long que {0}. | Mais longo que {0}.
pattern | Does not match {0}. | No corresponde a {0}. | Ne correspond pas à {0}. | Não corresponde a {0}.
languageIn | In none of: {0}. | En ninguno de: {0}. | Dans aucune de : {0}. | Em nenhuma de: {0}.
uniqueLang | Twice in one language. | Dos veces en un idioma. | Deux fois dans une langue. | Duas vezes em um idioma.
equals | Not the same as {0}. | No es lo mismo que {0}. | N'est pas la même chose que {0}. | Não é o mesmo que {0}.
disjoint | Also under {0}. | También en {0}. | Aussi sous {0}. | Também em {0}.
lessThan | Not below {0}. | No es menor que {0}. | N'est pas inférieur à {0}. | Não é menor que {0}.
lessThanOrEquals | Above {0}. | Es mayor que {0}. | Est supérieur à {0}. | É maior que {0}.
hasValue | {0} is missing. | Falta {0}. | {0} manque. | Falta {0}.
in | None of: {0}. | Ninguno de: {0}. | Aucun de : {0}. | Nenhum de: {0}.
node | Not as {0} asks. | No como pide {0}. | Pas comme {0} le demande. | Não como pede {0}.
not | As {0} describes. | Como describe {0}. | Comme {0} le décrit. | Como descreve {0}.
and | Not as all of {0} ask. | No como piden todas: {0}. | Pas comme toutes : {0}. | Não como pedem todas: {0}.
or | Not as any of {0} asks. | No como pide alguna de: {0}. | Comme aucune de : {0}. | Não como pede alguma de: {0}.
xone | Not as one of {0} asks. | No como una sola de: {0}. | Pas selon une seule de : {0}. | Não como uma só de: {0}.
qualifiedMinCount | Under {0} by {1}. | Menos de {0} según {1}. | Moins de {0} selon {1}. | Menos de {0} segundo {1}.
qualifiedMaxCount | More than {0} by {1}. | Más de {0} según {1}. | Plus de {0} selon {1}. | Mais de {0} segundo {1}.
closed | Not a property for here. | Propiedad fuera de lugar. | Propriété hors de place. | Propriedade fora de lugar.
"""
_BY_NAME = {
    cells[0]: cells[1:]
    for line in _SENTENCES.strip().splitlines()
    if (cells := tuple(cell.strip() for cell in line.split(" | ")))
}
_ANONYMOUS = {"en": "a shape", "es": "una forma", "fr": "une forme", "pt": "uma forma"}


@lru_cache(maxsize=1_024)
def sentences(constraint: Constraint) -> tuple[Literal, ...]:
    """
    Return what a demand says by itself, in each language; nothing for a query, which somebody wrote.

    >>> [said.sparql() for said in sentences(Test(Iri("urn:c"), "minCount", (Literal("1"),)))][:2]
    ['"Fewer than 1."@en', '"Menos de 1."@es']
    """
    if isinstance(constraint, Query):
        return ()
    told = zip(_LANGUAGES, _BY_NAME.get(constraint.name, ()), strict=False)
    return tuple(
        Literal(sentence.replace("{0}", _first(constraint, language)).replace("{1}", _second(constraint, language)),
                language=language)
        for language, sentence in told
    )  # fmt: skip


def _first(constraint: Test | Logic | Qualified | Closed, language: str) -> str:
    if isinstance(constraint, Qualified):
        return str(constraint.number)
    if isinstance(constraint, Closed):
        return ""
    terms: tuple[Term, ...] = constraint.shapes if isinstance(constraint, Logic) else constraint.terms
    shown = [_shown(term, language) for term in terms[: 1 if constraint.name == "pattern" else _MOST_LISTED]]
    return ", ".join(dict.fromkeys(shown)) + (", …" if len(terms) > _MOST_LISTED else "")


def _second(constraint: Test | Logic | Qualified | Closed, language: str) -> str:
    return _shown(constraint.shape, language) if isinstance(constraint, Qualified) else ""


def _shown(term: Term, language: str) -> str:
    if isinstance(term, Literal):
        return term.value
    return short(term.value) if isinstance(term, Iri) else _ANONYMOUS[language]
