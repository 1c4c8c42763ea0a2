"""One statement a verb: where it begins and ends, its force, and who is asked. The paragraphs are invented."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from mandategraph.ingest.meaning import Meaning

SPLIT = {
    "Welcomes the report, and requests the Secretary-General to publish it": ["Welcomes", "requests"],
    "Urges Parties to join and, in this regard, calls upon donors to help": ["Urges", "calls upon"],
    "Recalls the meeting, notes its outcome, thanks the hosts and decides to meet again": [
        "Recalls",
        "notes",
        "thanks",
        "decides",
    ],
    "Takes careful note of the plan; and strongly encourages States to carry it out": [
        "Takes careful note",
        "strongly encourages",
    ],
    "Stresses the need for calm, and, in line with its earlier requests, demands an end to the siege": [
        "Stresses",
        "demands",
    ],
    "Endorses the conclusions on drought in this regard, invites States to respond": ["Endorses", "invites"],
    "Recognizes the costs, and supports and reaffirms the plan": ["Recognizes", "supports", "reaffirms"],
    "Reiterates its request to the Committee to meet, and renews its appeal to donors to give": [
        "Reiterates its request",
        "renews its appeal",
    ],
    "Expresses its deep appreciation to the host, looks forward to the next meeting": [
        "Expresses its deep appreciation",
        "looks forward",
    ],
    "Requests the Secretary-General:": ["Requests"],
    "Decides:": ["Decides"],
    "The Council commends the Mission. The Council urges the parties to talk.": ["commends", "urges"],
    "To increase trade, we encourage Governments to open their ports": ["encourage"],
    "To acknowledge the work of the Group and vigorously condemn all violence": [
        "To acknowledge",
        "vigorously condemn",
    ],
    "To encourage States to join the network, and to request the Secretariat to inform the Council": [
        "To encourage",
        "to request",
    ],
}

WHOLE = {
    "Requests the Office to prepare a study, requesting views from States, and to publish it": "Requests",
    "Takes note of the resolution, which urges States to act and requests a report": "Takes note",
    "Recalls the decision to request a report and the calls for restraint": "Recalls",
    "Takes note of the requests and appeals for help made by States": "Takes note",
    "Urges States to respect rights, to promote peace and to encourage dialogue": "Urges",
    "Notes that the plan “calls upon States and requests Parties” to act": "Notes",
    "Invites States to consider the findings (and requests further data)": "Invites",
    "To instruct the Committee to review the plan, to promote it and to encourage its use": "To instruct",
    "We urge States to adopt rules and support the poor": "urge",
}


@pytest.mark.parametrize("words", SPLIT)
def test_a_statement_for_each_verb(words, readers):
    """Verbs after commas, stops, “and”, with adverbs and links before them."""
    assert [statement.verb_as_written for statement in readers().statements(words)] == SPLIT[words]


@pytest.mark.parametrize("words", WHOLE)
def test_verbs_of_others_open_no_statement(words, readers):
    """Participles, relative clauses, nouns, infinitives of what is asked, quotations."""
    assert [statement.verb_as_written for statement in readers().statements(words)] == [WHOLE[words]]


FORCES = {
    "Instructs the Committee to act": ("instruct", "binding", True),
    "Requests the Committee to act": ("request", "request", True),
    "Calls once again upon States to act": ("call-upon", "urge", True),
    "Encourages States to act": ("encourage", "encourage", True),
    "Invites States to act": ("invite", "invite", True),
    "Authorizes the Secretary-General to act": ("authorize", "permission", False),
    "Takes note of the report": ("take-note", "declaratory", False),
    "Decides to adopt the plan": ("decide", "performative", False),
    "The Committee shall report": ("shall", "binding", True),
    "The Committee will take into account the plan": ("will", "binding", True),
    "Reaffirms its request to States to act": ("reiterate-request", "request", True),
}


@pytest.mark.parametrize("words", FORCES)
def test_verb_force_and_mandate(words, readers):
    """From “invites” on it is a mandate; decisions done by being taken and declarations are none."""
    statement = readers().statements(words)[0]
    assert (statement.verb, statement.force, statement.is_mandate) == FORCES[words]


def test_an_unknown_verb_is_said_to_be_unknown(readers):
    """It keeps its dictionary form and has no force."""
    statement = readers().statements("Celebrates the anniversary")[0]
    assert (statement.verb, statement.force) == ("celebrate", "")
    assert "The scheme of verbs does not know this verb." in statement.doubts


def test_what_foretells_is_no_statement(readers):
    """“Will” asks somebody only where an actor is its subject."""
    assert readers().statements("Conflicts will not end without dialogue.") == []


def test_an_item_speaks_only_in_the_third_person(readers):
    """“(a) To report …” belongs to its paragraph, “(a) Requests …” does not."""
    assert readers().statements("To report to the Council", is_item=True) == []
    assert [one.verb for one in readers().statements("Requests the Board to report", is_item=True)] == ["request"]


ADDRESSEES = {
    "Requests the Secretary-General, in consultation with Member States, to report": ["Secretary-General"],
    "Requests, within existing resources, the Secretary-General to report": ["Secretary-General"],
    "Urges Member States, donors and all other relevant stakeholders to help": [
        "Member States",
        "donors",
        "all other relevant stakeholders",
    ],
    "Invites regional, international and civil society organizations to join": [
        "regional, international and civil society organizations"
    ],
    "Calls upon all relevant entities of the United Nations system to cooperate": [
        "all relevant entities of the United Nations system"
    ],
    "Requests the Economic and Social Council and its functional commissions to meet": [
        "Economic and Social Council",
        "its functional commissions",
    ],
    "Calls upon the Food and Agriculture Organization to assist": ["Food and Agriculture Organization"],
    "Urges Norland and Sudland to talk": ["Norland", "Sudland"],
    "Encourages States, in cooperation with donors, banks and cities, to invest": ["States"],
    "Encourages relevant United Nations agencies, funds and programmes to help": [
        "relevant United Nations agencies, funds and programmes"
    ],
    "Calls upon States parties to the Convention to comply": ["States parties to the Convention"],
    "Urges all parties to the conflict to cease fire": ["all parties to the conflict"],
    "Encourages States that have not yet done so to ratify it": ["States that have not yet done so"],
    "Requests that the Executive Director submit a paper": ["Executive Director"],
    "Demands that the parties cease fire and that the Government open the road": ["parties", "Government"],
    "Recommends that States collect data": ["States"],
    "Decides that the Board shall meet twice": ["Board"],
    "Calls on the Commission to act": ["Commission"],
    "Appeals to Governments and individuals to give": ["Governments", "individuals"],
    "Reiterates its request to the Office to publish the map": ["Office"],
    "The Board, at its next session, shall review the plan": ["Board"],
    "Encourages them to respond": ["them"],
    "Calls for all States to respond": ["all States"],
    # Nobody is asked: deeds, passives, declarations.
    "Encourages the continuation of the talks and the growth of trade": [],
    "Requests that the report be published": [],
    "Calls for restraint": [],
    "Urges the early conclusion of the talks": [],
    "Thanks the Government of Norland": [],
    "Decides to establish a fund": [],
    "The plan shall be published": [],
}


@pytest.mark.parametrize("words", ADDRESSEES)
def test_addressees(words, readers):
    """Lists are taken apart; a collective keeps its words; what is no actor is no addressee."""
    statement = readers().statements(words)[0]
    assert [mention.as_written for mention in statement.addressees] == ADDRESSEES[words]


def test_known_bodies_have_their_address(readers):
    """By name, by abbreviation in brackets, and a collective with “all”."""
    statement = readers(organisation="oas").statements(
        "To instruct the Committee on Migration Issues (CAM), the General Secretariat and all member states to act"
    )[0]
    assert [mention.key for mention in statement.addressees] == [
        "oas/org/cam",
        "oas/org/general-secretariat",
        "oas/collective/member-states",
    ]
    assert [mention.is_collective for mention in statement.addressees] == [False, False, True]


def test_the_act_begins_after_the_addressee(readers):
    """With what stands between left out."""
    words = "Requests the Board, as appropriate, also to consider the plan, and thanks the staff"
    statement = readers().statements(words)[0]
    assert words[statement.act_start : statement.act_end] == "consider the plan"
    assert words[statement.start : statement.end] == "Requests the Board, as appropriate, also to consider the plan"


def test_hyphens_from_word_processors_change_nothing(readers):
    """A hyphen that does not break and a mark without width."""
    statement = readers().statements("Invites non‑governmental organizations and non-\u200dState donors to help")[0]
    assert len(statement.addressees) == 2


def test_an_organisation_ranks_its_own_verbs(readers):
    """Its table `[verbs]` changes a force and adds a verb; the shared scheme says the rest."""
    shared = readers()
    organisation = {
        "key": "x",
        "verbs": {"invite": {"force": "request"}, "salute": {"force": "urge", "asks": True, "en": ["salute"]}},
    }
    data = Path(__file__).resolve().parents[3] / "data"
    files = ("languages/en.toml", "meaning/en.toml", "meaning/verbs.toml")
    own = Meaning(*(tomllib.loads((data / file).read_text("utf-8")) for file in files), organisation)
    assert shared.statements("Invites States to act")[0].force == "invite"
    assert own.statements("Invites States to act")[0].force == "request"
    assert own.statements("Salutes the Board")[0].is_mandate
    assert own.statements("Urges States to act")[0].force == "urge"
