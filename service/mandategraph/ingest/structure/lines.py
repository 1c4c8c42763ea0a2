"""What can be told of a block by itself: its number, the verb that opens it, whether it looks like a heading."""

from __future__ import annotations

import re

from mandategraph.ingest.lexicon import Lexicon
from mandategraph.ingest.once import once
from mandategraph.ingest.openings import Opening
from mandategraph.ingest.reading import Block, Kind, Reading, plainly
from mandategraph.ingest.structure.marks import Mark, Style, read_mark

ENDS_A_SENTENCE = re.compile(r"[.;:,!?…][”\"’')\]]*\d*\s*\Z")
_FULL_STOP = re.compile(r"[.!?…][”\"’')\]]*\d*\s*\Z")
_OPENS_A_LIST = re.compile(r"[:—–-]\s*\d*\s*\Z")
_RULE = re.compile(r"[\s_*=.–—-]{3,}\Z")
_PRINTER = re.compile(r"(?:<!--.*-->|\[?page\s*\d+\]?|/?\.{3}|\d{1,4})\s*\Z", re.IGNORECASE)
_CAPITALISED = re.compile(r"[“\"«(\[‘]*[A-ZÀ-ÝĀ-ŽА-Я]")
_NOTE = re.compile(
    r"(?:\d{1,3}|[*†‡]{1,3}|\[\d+\]|[a-z]/)\s+(?:See|Ibid|Op\. cit|A/|S/|E/|United Nations, |Official Records"
    r"|Resolution|General Assembly res|Reissued|\(?Signed|For |Document|Voir |V[ée]ase |Ver |Vide |Cf\.|Idem|Loc\. cit)"
    r"|[¹²³⁴⁵⁶⁷⁸⁹⁰]{1,3}\s?\S"
)
_NOTE_UNDER_RULE = re.compile(r"(?:\d{1,3}|[*†‡]{1,3}|[a-z]/|\[\d+\])\s+[“\"«]?[A-ZÀ-Ý]")
_LONG = 150
TOP = (Style.ARABIC, Style.ARTICLE)


class Line:
    """
    A block with what its words tell.

    What is asked seldom is worked out when it is asked.
    """

    __slots__ = ("__dict__", "block", "lexicon", "mark", "words")

    def __init__(self, block: Block, reading: Reading, lexicon: Lexicon) -> None:
        self.block = block
        self.lexicon = lexicon
        self.words: str = reading.plain[block.start : block.end]
        self.mark: Mark | None = read_mark(plainly(block.number.printed) + " X") if block.number is not None else None

    @property
    def is_top(self) -> bool:
        """Whether the number is of the style that counts the paragraphs of a text: “1.”, “Art. 1”."""
        return self.mark is not None and self.mark.style in TOP

    @once
    def opening(self) -> Opening | None:
        """The operative verb that opens the words."""
        return self.lexicon.operative(self.words)

    @once
    def is_operative(self) -> bool:
        """Whether an operative verb opens the words, as a sentence of its own."""
        return _CAPITALISED.match(self.words) is not None and self.opening is not None

    @once
    def is_spoken(self) -> bool:
        """Whether a body speaks in the words: “Requests …”, “We …”, “The Council requests …”."""
        if _CAPITALISED.match(self.words) is None:
            return False
        if self.opening is not None and self.opening.speaks:
            return True
        return self._spoken is not None and self._spoken.speaks

    @once
    def _spoken(self) -> Opening | None:
        return self.lexicon.spoken(self.words)

    @once
    def opens_sentence_of_act(self) -> bool:
        """Whether a body asks or recalls in the words, or they open as a recital does: no item of a plain list."""
        return self.is_capitalised and (self.is_spoken or self.is_preamble)

    @once
    def resembles_operative(self) -> bool:
        """Whether an unknown verb seems to open a paragraph of the operative part, closed as these are."""
        if self.opening is not None or self.is_preamble or not self.is_capitalised:
            return False
        return self.words.rstrip('0123456789 ”»"')[-1:] in (";", ".", ":") and self.lexicon.resembles_verb(self.words)

    @once
    def is_told(self) -> bool:
        """Whether a body speaks in the words, or a report tells what it did: “The Committee took note”."""
        return self.is_spoken or (self.is_capitalised and self._spoken is not None)

    @once
    def is_decision(self) -> bool:
        """Whether the record of a meeting tells of a decision: “At its 9th meeting, the Council decided”."""
        if self.mark is not None or not self.is_prose:
            return False
        told = self.lexicon.spoken(self.words, told_of_a_meeting=True)
        return told is not None and not told.speaks

    @once
    def is_preamble(self) -> bool:
        """Whether the words open as a paragraph of a preamble."""
        return self.lexicon.preamble(self.words) is not None

    @once
    def is_organ(self) -> bool:
        """Whether the organ names itself."""
        return self.mark is None and self.lexicon.is_organ(self.words)

    @once
    def is_annex(self) -> bool:
        """Whether the words head an annex."""
        return self.mark is None and self.lexicon.is_annex(self.words)

    @once
    def is_end(self) -> bool:
        """Whether the words close a text."""
        return self.mark is None and self.lexicon.is_end(self.words) and not self.is_operative and not self.is_preamble

    @once
    def enacts(self) -> bool:
        """Whether the words are the formula before the operative part: “RESUELVE:”."""
        return self.mark is None and self.lexicon.enacts(self.words)

    @once
    def is_recital(self) -> bool:
        """Whether the words are plainly of a preamble: its opening, and no full stop, or a heading such as “VISTO:”."""
        opening = self.lexicon.preamble(self.words)
        if opening is None:
            return False
        if opening.written.isupper() and self.words[opening.end :].lstrip()[:1] in (":", ""):
            return True
        return len(self.words) > 40 and self.words.rstrip('0123456789 ”»"')[-1:] in (",", ";", ":")

    @once
    def is_article_line(self) -> bool:
        """Whether the line holds the number of an article and nothing else."""
        if self.mark is not None or len(self.words) > 24:
            return False
        mark = read_mark(self.words + " ")
        return mark is not None and mark.style is Style.ARTICLE and mark.printed == self.words

    @once
    def ends_a_sentence(self) -> bool:
        """Whether a point, a comma or another stop ends the words."""
        return ENDS_A_SENTENCE.search(self.words[-24:]) is not None

    @once
    def is_prose(self) -> bool:
        """Whether the words are a whole paragraph: of some length, and ended."""
        return len(self.words) > 60 and self.ends_a_sentence

    @once
    def is_paragraph(self) -> bool:
        """Whether the words are prose, or at least too long for a heading."""
        return self.is_prose or len(self.words) >= _LONG

    @once
    def ends_with_full_stop(self) -> bool:
        """Whether the last sentence is closed."""
        return _FULL_STOP.search(self.words[-24:]) is not None

    @once
    def opens_a_list(self) -> bool:
        """Whether the words end with a colon or a dash."""
        return _OPENS_A_LIST.search(self.words[-8:]) is not None

    @once
    def is_printer(self) -> bool:
        """Whether the block is a mark of the printer: a rule, a page number, a comment."""
        return self.mark is None and (_RULE.match(self.words) is not None or _PRINTER.match(self.words) is not None)

    @once
    def is_rule(self) -> bool:
        """Whether the block is a line drawn across the page, as over notes."""
        return self.mark is None and _RULE.match(self.words) is not None

    @once
    def is_note_under_rule(self) -> bool:
        """Whether the words look like a note, as is plain only under a rule: “5 Treaty of Guarantee …”."""
        return self.mark is None and _NOTE_UNDER_RULE.match(self.words) is not None

    @once
    def is_note(self) -> bool:
        """Whether the block is a note under the text."""
        return self.block.kind is Kind.FOOTNOTE or (self.mark is None and _NOTE.match(self.words) is not None)

    @once
    def is_capitalised(self) -> bool:
        """Whether a capital opens the words."""
        return _CAPITALISED.match(self.words) is not None

    @once
    def form(self) -> str:
        """How the words begin, for lists whose items begin alike: "speaks", "plain", "marked" (“To …”), "other"."""
        if self.opening is None or not self.is_capitalised:
            return "other"
        if self.opening.infinitive:
            return "marked"
        return "speaks" if self.opening.speaks else "plain"

    @once
    def looks_like_heading(self) -> bool:
        """Whether the words are set like a heading: short, capitalised, without a stop at the end."""
        if self.block.kind is Kind.HEADING:
            return True
        return len(self.words) < _LONG and not self.ends_a_sentence and self.is_capitalised
