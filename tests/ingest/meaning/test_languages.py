"""Statements in Spanish, French and Portuguese, of invented paragraphs."""

from __future__ import annotations

import pytest

CASES = [
    (
        "es",
        "Encomendar a la Comisión de Asuntos Migratorios (CAM) que "
        "actualice el plan y lo presente a la Asamblea General",
        [("instruct", "Encomendar", ["Comisión de Asuntos Migratorios (CAM)"])],
    ),
    (
        "es",
        "Instar a los Estados Miembros, a los observadores y a las "
        "organizaciones regionales, internacionales y de la sociedad civil"
        " a que contribuyan",
        [
            (
                "urge",
                "Instar",
                [
                    "Estados Miembros",
                    "observadores",
                    "organizaciones regionales, internacionales y de la sociedad civil",
                ],
            )
        ],
    ),
    (
        "es",
        "Toma nota del informe, alienta a los países a adherirse y solicita a la Secretaría que informe",
        [("take-note", "Toma nota", []), ("encourage", "alienta", ["países"]), ("request", "solicita", ["Secretaría"])],
    ),
    ("es", "Los Estados Partes completarán una lista", [("shall", "completarán", ["Estados Partes"])]),
    ("es", "Aprobar el reglamento", [("approve", "Aprobar", [])]),
    ("es", "La norma será publicada", [("lay-down", "será", [])]),
    (
        "fr",
        "Prie le Secrétaire général de lui présenter un rapport et invite les États Membres à verser des contributions",
        [("request", "Prie", ["Secrétaire général"]), ("invite", "invite", ["États Membres"])],
    ),
    (
        "fr",
        "De charger la Commission de mettre à jour le plan, et de prier le Secrétariat de l’aider",
        [("instruct", "De charger", ["Commission"]), ("request", "de prier", ["Secrétariat"])],
    ),
    (
        "fr",
        "Se félicite des progrès et demande aux parties de poursuivre leurs efforts",
        [("welcome", "Se félicite", []), ("request", "demande", ["parties"])],
    ),
    ("fr", "S’engage à renforcer la coopération", [("commit", "engage", [])]),
    (
        "fr",
        "Dès qu’elle sera constituée, la Commission consultera les membres",
        [("shall", "consultera", ["Commission"])],
    ),
    ("fr", "La Commission pourra inviter les experts", [("may", "pourra inviter", ["Commission"])]),
    ("pt", "Os Estados Partes não adotarão medidas", [("shall", "não adotarão", ["Estados Partes"])]),
    ("fr", "La Commission présentera un rapport au Conseil", [("shall", "présentera", ["Commission"])]),
    (
        "pt",
        "Encarregar a Comissão de atualizar o plano e instar os Estados membros a que contribuam",
        [("instruct", "Encarregar", ["Comissão"]), ("urge", "instar", ["Estados membros"])],
    ),
    (
        "pt",
        "Solicita ao Secretário-Geral que informe a Assembleia e convida as organizações a prestar apoio",
        [("request", "Solicita", ["Secretário-Geral"]), ("invite", "convida", ["organizações"])],
    ),
    ("pt", "O Grupo Mercado Comum informará ao Conselho", [("shall", "informará", ["Grupo Mercado Comum"])]),
    ("pt", "Compromete-se a cooperar", [("commit", "Compromete-se", [])]),
]


@pytest.mark.parametrize(("language", "words", "expected"), CASES, ids=[f"{one[0]} {one[1][:40]}" for one in CASES])
def test_statements_in_other_languages(language, words, expected, readers):
    """Infinitives, third persons, the future that commands, reflexive verbs."""
    found = readers(language).statements(words)
    assert [
        (one.verb, one.verb_as_written, [mention.as_written for mention in one.addressees]) for one in found
    ] == expected


DETAILS = [
    (
        "es",
        "Solicita a la Secretaría que informe a la Asamblea General en su septuagésimo quinto período de sesiones",
        "75",
    ),
    (
        "fr",
        "Prie le Secrétariat de présenter un rapport à l’Assemblée générale à sa quatre-vingt-cinquième session",
        "85",
    ),
    (
        "fr",
        "Prie le Secrétariat de présenter un rapport à la Conférence à sa quarante-cinquième session ordinaire",
        "45",
    ),
    (
        "pt",
        "Solicita à Secretaria que apresente um relatório à Assembleia em "
        "seu quadragésimo quinto período ordinário de sessões",
        "45",
    ),
]


@pytest.mark.parametrize(("language", "words", "number"), DETAILS, ids=[one[1][-40:] for one in DETAILS])
def test_sessions_and_reports_in_other_languages(language, words, number, readers):
    """Ordinals are counted; a report and its recipient are seen."""
    details = readers(language).statements(words)[0].details
    assert [session.number for session in details.deadlines] == [number]
    assert details.is_reporting
    assert len(details.recipients) == 1


CONDITIONS = {
    "es": (
        "Solicita a la Secretaría que, dentro de los recursos existentes, prepare "
        "cada dos años un estudio antes del 30 de junio de 2020"
    ),
    "fr": (
        "Prie le Secrétariat de préparer tous les deux ans une étude avant le 30 "
        "juin 2020, dans la limite des ressources disponibles"
    ),
    "pt": (
        "Solicita à Secretaria que prepare a cada dois anos um estudo até 30 de "
        "junho de 2020, sujeito à disponibilidade de recursos"
    ),
}


@pytest.mark.parametrize("language", CONDITIONS)
def test_condition_deadline_and_recurrence_in_other_languages(language, readers):
    """The same three things in three languages."""
    details = readers(language).statements(CONDITIONS[language])[0].details
    assert len(details.conditions) == 1
    assert [date.edtf for date in details.deadlines] == ["2020-06-30"]
    assert [one.rrule for one in details.recurrences] == ["FREQ=YEARLY;INTERVAL=2"]
