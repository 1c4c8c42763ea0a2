"""The verb with which a paragraph opens, as found."""

from __future__ import annotations

from dataclasses import dataclass

# Cyrillic and Greek letters that look like Latin ones and slip in from other keyboards: “Сalls upon”.
LOOK_ALIKES = str.maketrans("АВЕКМНОРСТХаеорсухіΑΒΕΗΙΚΜΝΟΡΤΧο", "ABEKMHOPCTXaeopcyxiABEHIKMNOPTXo")


@dataclass(frozen=True, slots=True)
class Opening:
    """
    The verb with which words open: its dictionary form, the characters as written, and where these stand.

    `start` to `end` is the verb with the words that belong to it (“Calls upon”), without what stands before (“Also”).
    `speaks` says that the form is one in which a body speaks (“Requests”, “We request”), not an instruction
    (“Request”); `infinitive` that it is marked as one (“To request”).
    """

    lemma: str
    written: str
    start: int
    end: int
    speaks: bool = True
    infinitive: bool = False
