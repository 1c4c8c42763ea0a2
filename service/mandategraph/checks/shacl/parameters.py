"""The parameters of SHACL Core: the component each belongs to, and what may stand as its value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mandategraph.core.namespaces import RDF, SH, XSD
from mandategraph.core.terms import XSD_STRING, Iri, Literal, Term

NODE_KINDS = ("IRI", "Literal", "BlankNode", "IRIOrLiteral", "BlankNodeOrIRI", "BlankNodeOrLiteral")
_WHOLE = re.compile(r"\+?[0-9]+\Z")


@dataclass(frozen=True, slots=True)
class Parameter:
    """
    One parameter: `takes` names the kind of value, `once` says that a shape has one at most, `path` that it needs one.
    """

    component: Iri
    takes: str
    once: bool = False
    path: bool = False


def _parameter(component: str, takes: str, rules: str = "") -> Parameter:
    name = f"{SH}{component}ConstraintComponent"
    return Parameter(Iri(name), takes, once="once" in rules, path="path" in rules)


PARAMETERS: dict[str, Parameter] = {
    "class": _parameter("Class", "iri"),
    "datatype": _parameter("Datatype", "iri", "once"),
    "nodeKind": _parameter("NodeKind", "kind", "once"),
    "minCount": _parameter("MinCount", "whole", "once path"),
    "maxCount": _parameter("MaxCount", "whole", "once path"),
    "minExclusive": _parameter("MinExclusive", "literal", "once"),
    "minInclusive": _parameter("MinInclusive", "literal", "once"),
    "maxExclusive": _parameter("MaxExclusive", "literal", "once"),
    "maxInclusive": _parameter("MaxInclusive", "literal", "once"),
    "minLength": _parameter("MinLength", "whole", "once"),
    "maxLength": _parameter("MaxLength", "whole", "once"),
    "pattern": _parameter("Pattern", "string", "once"),
    "languageIn": _parameter("LanguageIn", "strings", "once"),
    "uniqueLang": _parameter("UniqueLang", "truth", "once path"),
    "equals": _parameter("Equals", "iri"),
    "disjoint": _parameter("Disjoint", "iri"),
    "lessThan": _parameter("LessThan", "iri", "path"),
    "lessThanOrEquals": _parameter("LessThanOrEquals", "iri", "path"),
    "hasValue": _parameter("HasValue", "term"),
    "in": _parameter("In", "terms", "once"),
    "node": _parameter("Node", "shape"),
    "property": _parameter("Property", "shape"),
    "not": _parameter("Not", "shape"),
    "and": _parameter("And", "shapes"),
    "or": _parameter("Or", "shapes"),
    "xone": _parameter("Xone", "shapes"),
    "qualifiedValueShape": _parameter("QualifiedMinCount", "shape"),
    "closed": _parameter("Closed", "truth", "once"),
    "sparql": Parameter(Iri(SH + "SPARQLConstraintComponent"), "node"),
}
"""By local name; what only helps another parameter (`sh:flags`, `sh:ignoredProperties`) is in BESIDE."""

BESIDE: dict[str, Parameter] = {
    "flags": _parameter("Pattern", "string", "once"),
    "ignoredProperties": _parameter("Closed", "iris", "once"),
    "qualifiedMinCount": _parameter("QualifiedMinCount", "whole", "once"),
    "qualifiedMaxCount": _parameter("QualifiedMaxCount", "whole", "once"),
    "qualifiedValueShapesDisjoint": _parameter("QualifiedMinCount", "truth", "once"),
}

_SAID = """
name description order group defaultValue message severity deactivated path targetNode targetClass
targetSubjectsOf targetObjectsOf target rule expression js declare prefixes select ask labelTemplate
shapesGraph entailment suggestedShapesGraph parameter validator nodeValidator propertyValidator
optional values editor viewer codeIdentifier intent agentInstruction
"""
SAID = frozenset(_SAID.split())
"""What else a shape may say in the vocabulary of SHACL without demanding anything that is told in PARAMETERS."""


def why_not(takes: str, value: Term) -> str:
    """
    Return what a value must be and is not, an empty string where it is right; lists are judged by their members.

    >>> why_not("whole", Literal("-1", datatype="http://www.w3.org/2001/XMLSchema#integer"))
    'a whole number'
    """
    wanted = {
        "iri": ("an address", isinstance(value, Iri)),
        "iris": ("a list of addresses", isinstance(value, Iri)),
        "kind": (f"one of sh:{', sh:'.join(NODE_KINDS)}", isinstance(value, Iri) and _is_node_kind(value)),
        "whole": ("a whole number", _is_of(value, XSD + "integer") and bool(_WHOLE.match(str(value)))),
        "literal": ("a literal", isinstance(value, Literal)),
        "string": ("a plain text", _is_of(value, XSD_STRING)),
        "strings": ("a list of plain texts", _is_of(value, XSD_STRING)),
        "truth": ("true or false", _is_of(value, XSD + "boolean") and str(value) in ("true", "false", "1", "0")),
        "shape": ("a shape", not isinstance(value, Literal)),
        "shapes": ("a list of shapes", not isinstance(value, Literal)),
        "node": ("a node", not isinstance(value, Literal)),
    }
    said, is_right = wanted.get(takes, ("", True))
    return "" if is_right else said


def is_true(value: Term) -> bool:
    """Whether a literal is the truth `true`, in the one spelling that the standard counts."""
    return isinstance(value, Literal) and value.value == "true" and value.datatype == XSD + "boolean"


def _is_node_kind(value: Iri) -> bool:
    return value.value.removeprefix(SH) in NODE_KINDS and value.value.startswith(SH)


def _is_of(value: Term, datatype: str) -> bool:
    return isinstance(value, Literal) and value.datatype == datatype


LIST_OF = {"iris", "strings", "terms", "shapes"}
NIL = Iri(RDF + "nil")
