"""What a secretary, a delegate and a partner read on the pages is what the plan says."""

import pytest


@pytest.fixture(scope="module")
def words(read_page):
    """The words of a page, blanks as one."""
    return lambda answer: " ".join(read_page(answer.text).text.split())


@pytest.fixture(scope="module")
def home(browser_like, words):
    return words(browser_like("/"))


def test_the_first_page_tells_what_needs_attention(home, client):
    report = client.get("/checks/plan.json").json()
    assert report
    assert "What needs attention" in home
    assert "no exact day yet" in home or "to be determined" in home


def test_the_first_page_counts_as_the_question_does(installation, browser_like):
    """The table of coverage and the question about paragraphs without activity tell the same."""
    from mandategraph.core.namespaces import MG
    from mandategraph.web.pages.home import coverage
    from mandategraph.web.service import Service

    service = Service(installation)
    asked = service.question("paragraphs-without-activity", {}, "en")
    rows = {row.kind.value.removeprefix(MG): row for row in coverage(service)}
    for kind in ("Mandate", "Duty"):
        for owner in ("own", "others", "nobody"):
            listed = {row["paragraph"] for row in asked.block(owner).rows if str(row["kind"]) == MG + kind}
            assert getattr(rows[kind], owner) == len(listed), (kind, owner)
    assert rows["Mandate"].total >= rows["Mandate"].without > 0


def test_the_first_page_shows_a_month_as_a_month(home):
    assert "October 2016 date to be determined" in home
    assert "December 2016 no day yet" in home


def test_a_resolution_is_a_legal_text_with_marks(browser_like, words):
    page = words(browser_like("/doc/oas/ag/res/2016/2881"))
    assert "AG/RES. 2881 (XLVI-O/16)" in page
    assert "33. To instruct the CAM" in page
    assert "no activity stated" in page
    assert "no action due: declaratory" in page, "paragraph 36 acknowledges and condemns: it is no gap"
    assert "operative paragraphs 33 to 37" in page
    assert "quoted" in page


def test_a_paragraph_keeps_levels_apart(browser_like, words):
    answer = browser_like("/doc/oas/ag/res/2016/2881/op/33")
    page = words(answer)
    here, whole = page.index("for this paragraph or a part of it"), page.index("Tied to the whole document only")
    assert "none" in page[here:whole], "no activity is stated for the paragraph itself"
    assert "3 November 2016" in page[whole : page.index("Proposed, awaiting")]
    assert '<section class="proposals"' in answer.text


def test_a_paragraph_tells_verb_force_addressee_and_place(browser_like, words):
    page = words(browser_like("/doc/oas/ag/res/2016/2881/op/33"))
    for part in (
        "“To instruct”",
        "instruct",
        "force:",
        "Committee on Migration Issues (CAM)",
        "line 96",
        "Open findings",
    ):
        assert part in page, part


def test_a_paragraph_without_addressee_says_so(browser_like, words):
    page = words(browser_like("/doc/oas/ag/res/2016/2881/op/34"))
    assert "Addressed to not stated" in page


def test_two_verbs_are_two_statements(browser_like):
    page = browser_like("/doc/oas/ag/res/2016/2881/op/35").text
    assert 'id="s1"' in page
    assert 'id="s2"' in page


def test_a_statement_leads_to_its_place_on_the_paragraph(client):
    answer = client.get("/doc/oas/ag/res/2016/2881/op/35/s2", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/doc/oas/ag/res/2016/2881/op/35#s2")


def test_an_actor_has_three_blocks(browser_like, words):
    page = words(browser_like("/doc/org/panama"))
    named, member, unclear = (page.index(title) for title in ("by name", "stated to belong", "Unclear"))
    assert named < member < unclear
    assert "specialists from Panama" not in page[named:unclear]


def test_an_activity_tells_how_sure_each_guest_is(browser_like, words):
    page = words(browser_like("/doc/at/oas/cidi/cam/activity/migration-and-health"))
    for part in ("NOVEMBER 3, 2016", "to be considered", "Scalabrini", "not identified", "planned"):
        assert part in page, part
    assert "responsible: not stated" in page


def test_the_source_is_one_step_away(browser_like):
    answer = browser_like("/doc/span/3754734bdc9f/7479-7864")
    assert answer.url.path == "/doc/text/3754734bdc9f"
    assert '<mark id="words">To instruct the CAM' in answer.text
    assert 'id="L96"' in answer.text


@pytest.mark.parametrize("span", ["9-3", "x", "1-999999", "-5"])
def test_a_span_that_is_none_of_the_text_is_400(client, span):
    answer = client.get("/doc/text/3754734bdc9f", params={"span": span}, headers={"Accept": "text/html"})
    assert answer.status_code == 400


def test_a_form_comes_back_with_what_was_wrong(browser_like):
    answer = browser_like("/questions/activities-for-paragraph?paragraph=AG/RES. 9999, 1")
    assert answer.status_code == 404
    assert 'value="AG/RES. 9999, 1"' in answer.text
    assert 'role="alert"' in answer.text


def test_an_unknown_question_names_the_nearest(client):
    problem = client.get("/questions/asked-of-bdy").json()
    assert problem["nearest"][0] == "asked-of-body"
    assert problem["type"] == "/errors#unknown-name"


def test_an_answer_as_json_and_csv(client):
    values = {"paragraph": "AG/RES. 2881, 33"}
    told = client.get("/questions/activities-for-paragraph.json", params=values).json()
    assert told["asOf"] == "2016-10-20"
    assert {block["key"]: len(block["rows"]) for block in told["blocks"]}["here"] == 0
    table = client.get("/questions/activities-for-paragraph.csv", params=values)
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(table.text.splitlines()) == 1 + sum(len(block["rows"]) for block in told["blocks"])


def test_a_value_that_is_missing_is_told_to_programs(client):
    answer = client.get("/questions/activities-for-paragraph.json")
    assert answer.status_code == 400
    assert "paragraph" in answer.json()["detail"]


def test_a_question_shows_the_query_that_was_put(browser_like, client, read_page):
    page = browser_like("/questions/asked-of-body?body=PAHO")
    assert "https://w3id.org/mandategraph/id/org/paho" in read_page(page.text).text


@pytest.mark.parametrize(
    ("name", "location"),
    [
        ("AG/RES. 2881, 33.A", "/doc/oas/ag/res/2016/2881/op/33/a"),
        ("OPS", "/doc/org/paho"),
        ("migration-and-health", None),
        ("https://w3id.org/mandategraph/id/oas/org/cam", "/doc/oas/org/cam"),
    ],
)
def test_a_name_leads_to_its_page(client, name, location):
    answer = client.get("/find", params={"q": name})
    if location is None:
        assert answer.status_code in (303, 400), "one thing, or a choice between several"
    else:
        assert (answer.status_code, answer.headers["location"]) == (303, location)


def test_a_name_of_nothing_is_told_with_the_nearest(browser_like, words):
    answer = browser_like("/find?q=AG/RES. 2882")
    assert answer.status_code == 404
    assert "2881" in words(answer)


def test_the_addresses_are_described_as_they_answer(client):
    described = client.get("/api/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert len(described["paths"]) > 20
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert "422" not in operation["responses"], (path, method)
            assert operation["summary"]
            assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_a_list_of_values_is_one_field(client):
    by_list = client.get(
        "/questions/letter-in-paragraphs.json", params={"letter": "A", "paragraph": "2816/19; 2881/33"}
    )
    apart = client.get(
        "/questions/letter-in-paragraphs.json", params={"letter": "A", "paragraph": ["2816/19", "2881/33"]}
    )
    assert by_list.status_code == 200, by_list.text
    assert by_list.content == apart.content


def test_every_form_of_a_report(client):
    for suffix in ("json", "ttl", "csv", "sarif", "junit"):
        answer = client.get(f"/checks/plan.{suffix}")
        assert answer.status_code == 200, suffix
        assert len(answer.content) > 200
    assert client.get("/checks/plna").status_code == 404
    assert client.get("/checks/plan?on=yesterday").status_code == 400


def test_bodies_without_an_abbreviation_are_called_by_their_names(client):
    """An address such as "regional-conference-on-migration" is no name."""
    page = client.get("/calendar", headers={"Accept": "text/html"}).text
    assert ">Regional Conference on Migration<" in page.replace("\n", "")
    assert ">PAHO<" in page.replace("\n", "")
    assert ">regional-conference-on-migration<" not in page.replace("\n", "")


def test_the_calendar_of_the_plan_and_of_one_actor(client):
    from icalendar import Calendar

    whole = Calendar.from_ical(client.get("/calendar.ics").content).walk("VEVENT")
    assert len(whole) == 11
    tentative = [event for event in whole if str(event.get("status")) == "TENTATIVE"]
    assert len(tentative) == 9, "two entries have a day; nine have only a month"
    assert len({str(event["uid"]) for event in whole}) == 11
    paho = Calendar.from_ical(client.get("/calendar.ics?actor=OPS&lang=es").content).walk("VEVENT")
    assert [str(event["summary"]) for event in paho] == [
        "Thematic meeting: Migration and Health, with PAHO specialists"
    ]
    assert client.get("/calendar.ics?actor=Nobody at all").status_code == 404
    assert client.get("/calendar.ics").content == client.get("/calendar.ics").content
