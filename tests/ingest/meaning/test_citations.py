"""Citations by the patterns of each organisation, every spelling kept."""

from __future__ import annotations

import pytest

UN = {
    "its resolutions 49/108 of 19 December 1994, 51/170 of 16 December 1996 and 2997 (XXVII)": [
        ("resolutions 49/108", "un/ga/res/49/108"),
        ("51/170", "un/ga/res/51/170"),
        ("2997 (XXVII)", "un/ga/res/27/2997"),
    ],
    "Security Council resolutions 1325 (2000), 1820 (2008)": [
        ("resolutions 1325 (2000)", "un/sc/res/2000/1325"),
        ("1820 (2008)", "un/sc/res/2008/1820"),
    ],
    "Human Rights Council resolutions 5/1, on its institutions, and 5/2": [
        ("resolutions 5/1", "un/hrc/res/5/1"),
        ("5/2", "un/hrc/res/5/2"),
    ],
    "Economic and Social Council resolution 1996/31": [("resolution 1996/31", "un/ecosoc/res/1996/31")],
    "resolution 71/1 of the General Assembly": [("resolution 71/1", "un/ga/res/71/1")],
    "resolutions 36/31 A and B": [("resolutions 36/31 A", "un/ga/res/36/31/a"), ("B", "un/ga/res/36/31/b")],
    "A/RES/71/1, A/RES/2601(XXIV), S/RES/1718(2006) and A/HRC/57/36/Add.1": [
        ("A/RES/71/1", "un/ga/res/71/1"),
        ("A/RES/2601(XXIV)", "un/ga/res/24/2601"),
        ("S/RES/1718(2006)", "un/sc/res/2006/1718"),
        ("A/HRC/57/36/Add.1", "un/hrc/doc/57/36/add-1"),
    ],
    "World Health Assembly resolution 65.3": [("resolution 65.3", "")],
    "the Convention on Rivers": [("Convention on Rivers", "un/treaty/rivers")],
    "the resolution on the high seas": [],
    "24/7 service, 1/3 of the members": [],
}


@pytest.mark.parametrize("words", UN)
def test_citations_of_the_united_nations(words, readers):
    """Lists, parts, old and new numbers; what no pattern reads is kept without an address."""
    assert [(one.as_written, one.path) for one in readers().citations(words)] == UN[words]


def test_its_resolution_is_the_speakers(readers):
    """The same number is another document in another organ."""
    read = readers().citations
    assert read("its resolution 16/21", "un/hrc")[0].path == "un/hrc/res/16/21"
    assert read("its resolution 16/21", "un/ga")[0].path == "un/ga/res/16/21"


def test_paragraphs_named_with_a_document(readers):
    """Before and after it; ranges are counted out."""
    before = readers().citations("paragraphs 12 to 14 and 17 of its resolution 72/279", "un/ga")[0]
    assert before.provisions == (("op", "12"), ("op", "13"), ("op", "14"), ("op", "17"))
    assert before.pinpoint is not None
    assert before.pinpoint.as_written == "paragraphs 12 to 14 and 17"
    after = readers(organisation="oas").citations("AG/RES. 2816 (XLIV-OR/14) “Growth,” operative paragraphs 18 to 20")[
        0
    ]
    assert (after.symbol, after.as_written) == ("AG/RES. 2816 (XLIV-O/14)", "AG/RES. 2816 (XLIV-OR/14)")
    assert [number for _, number in after.provisions] == ["18", "19", "20"]


def test_the_date_of_a_document(readers):
    """“Resolution 71/1 of 19 September 2016” says the day."""
    date = readers().citations("its resolution 71/1 of 19 September 2016")[0].date
    assert date is not None
    assert date.edtf == "2016-09-19"


OTHERS = [
    (
        "es",
        "mercosur",
        "las Decisiones N° 07/94, 22/94 y 31/04 del Consejo del Mercado "
        "Común y la Resolución Nº 05/11 del Grupo Mercado Común",
        ["mercosur/cmc/dec/1994/7", "mercosur/cmc/dec/1994/22", "mercosur/cmc/dec/2004/31", "mercosur/gmc/res/2011/5"],
    ),
    (
        "pt",
        "mercosur",
        "MERCOSUL/CMC/DEC. Nº 22/00; GMC/RES N° 31/14",
        ["mercosur/cmc/dec/2000/22", "mercosur/gmc/res/2014/31"],
    ),
    ("es", "mercosur", "Directiva CCM N° 10/12", ["mercosur/ccm/dir/2012/10"]),
    (
        "en",
        "cbd",
        "decisions XII/28, XI/24 A and 14/34; CBD/COP/DEC/14/1; decision BS-V/2",
        ["cbd/cop/dec/12/28", "cbd/cop/dec/11/24/a", "cbd/cop/dec/14/34", "cbd/cop/dec/14/1", "cbd/cp/dec/5/2"],
    ),
    (
        "en",
        "cites",
        "Resolution Conf. 12.3 (Rev. CoP19) and Decisions 16.80 to 16.83",
        ["cites/cop/res/12/3/rev-19", "cites/cop/dec/16/80", "cites/cop/dec/16/83"],
    ),
    ("fr", "un", "ses résolutions 49/108 du 19 décembre 1994 et 51/170", ["un/ga/res/49/108", "un/ga/res/51/170"]),
    ("es", "oas", "el documento CIDI/CAM/doc.14/14 rev. 1", ["oas/cidi/cam/doc/2014/14/rev-1"]),
]


@pytest.mark.parametrize(("language", "organisation", "words", "paths"), OTHERS, ids=[one[2][:30] for one in OTHERS])
def test_citations_of_other_organisations(language, organisation, words, paths, readers):
    """Another organisation is another folder."""
    assert [one.path for one in readers(language, organisation).citations(words)] == paths
