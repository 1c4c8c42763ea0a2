"""Roles that persons decided stay with what they are roles in when its text is replaced."""

from __future__ import annotations

import pyoxigraph as ox

from mandategraph.core.graphs import Graphs
from mandategraph.core.namespaces import MG, RDF
from mandategraph.stores.recording import RecordingStore

_TYPE = ox.NamedNode(f"{RDF}type")
_PARTICIPATION, _DECIDED_ON = ox.NamedNode(f"{MG}participation"), ox.NamedNode(f"{MG}decidedOn")


def keep_roles(stage: RecordingStore, graphs: Graphs) -> None:
    """
    Put back what ties a decided role to its task or entry, where a tried change took that away and not the role.

    Where the task or entry is gone, the role is set aside with the other things under review.
    """
    facts, review = ox.NamedNode(graphs.facts), ox.NamedNode(graphs.review)
    for quad in [quad for quad in stage.removed if quad.predicate == _PARTICIPATION and quad.graph_name == facts]:
        holder, role = quad.subject, quad.object
        if not isinstance(role, ox.NamedNode) or isinstance(holder, ox.Triple):
            continue
        if not any(stage.matching(role, _DECIDED_ON, None, facts)):
            continue
        if any(stage.matching(holder, _TYPE, None, facts)):
            stage.put([quad], ())
            continue
        told = list(stage.matching(role, None, None, facts))
        aside = [ox.Quad(one.subject, one.predicate, one.object, review) for one in (*told, quad)]
        stage.put(aside, told)
