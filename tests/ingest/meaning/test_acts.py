"""Acts: done once, going on, or a rule of conduct; and how an act bears on the documents that it names."""

import pytest


@pytest.mark.parametrize(
    ("language", "act", "kind"),
    [
        ("en", "submit a report on lamps", "once"),
        ("en", "also to be disregarded", ""),
        ("en", "further review and monitor the Programme", "sustained"),
        ("en", "function as the principal forum", "standing"),
        ("en", "become familiar with lamps", ""),
        ("en", "jump", ""),
        ("es", "presentar un informe", "once"),
        ("es", "promover el intercambio", "sustained"),
        ("es", "funcionar como foro", "standing"),
        ("fr", "présenter un rapport", "once"),
        ("fr", "promouvoir les échanges", "sustained"),
        ("pt", "apresentar um relatório", "once"),
        ("pt", "promover o intercâmbio", "sustained"),
    ],
)
def test_the_first_verb_says_what_kind_of_act_it_is(readers, language, act, kind):
    """A verb that is on no list says nothing."""
    assert readers(language).kind_of_act(act) == kind


@pytest.mark.parametrize(
    ("words", "verb", "named", "bearing"),
    [
        ("To adopt the Programme of Lamps.", "adopt", "Programme", "adopts"),
        ("To adopt rules for the Programme of Lamps.", "adopt", "Programme", ""),
        ("To establish, as a matter of priority, the Committee on Lamps.", "establish", "Committee", "establishes"),
        ("To instruct the Board to update the Programme of Lamps.", "instruct", "Programme", "updates"),
        ("To instruct the Board to act in accordance with the Programme.", "instruct", "Programme", "inKeepingWith"),
        ("To instruct the Board to implement the Programme.", "instruct", "Programme", "inKeepingWith"),
        ("To instruct the Board to speak of the Programme.", "instruct", "Programme", ""),
    ],
)
def test_what_stands_before_a_document_says_how_the_act_bears_on_it(readers, words, verb, named, bearing):
    """Adopted and established is what follows the verb at once; an act keeps to what its words rest on."""
    start = words.index(verb) + len(verb)
    assert readers().bearing(words, start, words.index(named), verb) == bearing


@pytest.mark.parametrize(
    ("act", "verbs"),
    [
        ("Design and promote mechanisms", ["Design", "promote"]),
        ("Implement and follow up on the Programme", ["Implement", "follow up"]),
        ("Intensify the study of lamps, and promote the discussion", ["Intensify", "promote"]),
        ("Develop tools for awareness, learning, and monitoring of lamps", ["Develop"]),
        ("Consider, in its work, the lamps", ["Consider"]),
    ],
)
def test_a_suggestion_has_one_verb_or_two(readers, act, verbs):
    """A second verb is joined to the first or after a comma; nouns are none."""
    assert readers().verbs_of(act) == verbs


def test_a_list_says_that_it_is_open(readers):
    """“among others:” at its head."""
    assert readers().is_open_list("center its work on, among others: ")
    assert not readers().is_open_list("center its work on:")
