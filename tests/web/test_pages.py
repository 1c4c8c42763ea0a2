"""Every page answers, is well-formed, and leads only to pages that answer."""

import re
from collections import deque
from urllib.parse import urlsplit

import pytest

PAGES = [
    "/",
    "/documents",
    "/actors",
    "/themes",
    "/calendar",
    "/questions",
    "/questions/activities-for-paragraph",
    "/questions/activities-for-paragraph?paragraph=AG/RES. 2881, 33",
    "/checks",
    "/checks/draft",
    "/checks/plan",
    "/checks/report",
    "/checks/report?on=2017-05-01",
    "/sparql",
    "/data",
    "/errors",
    "/api",
    "/ns",
    "/kos",
    "/kos/force-binding",
    "/shapes",
    "/doc/oas/cidi/cam/plan/2016-2017",
    "/doc/oas/ag/res/2016/2881",
    "/doc/oas/ag/res/2016/2881/op/33",
    "/doc/oas/ag/res/2016/2881/op/33/a",
    "/doc/oas/org/cam",
    "/doc/org/paho",
    "/doc/org/panama",
    "/doc/oas/collective/member-states",
    "/doc/at/oas/cidi/cam/activity/migration-and-health",
    "/doc/at/oas/cidi/cam/activity/opening-meeting",
    "/doc/oas/theme/migration-and-health",
    "/doc/text/3754734bdc9f?span=7479-7864",
    "/doc/at/oas/link/opening-meeting-cites-2883",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_answers_and_is_well_formed(browser_like, read_page, path):
    answer = browser_like(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = read_page(answer.text)
    assert page.faults == []
    assert page.language == "en"


@pytest.mark.parametrize("language", ["es", "fr", "pt"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_in_another_language(browser_like, read_page, path, language):
    separator = "&" if "?" in path else "?"
    answer = browser_like(f"{path}{separator}lang={language}")
    assert answer.status_code == 200
    assert answer.headers["content-language"] == language
    page = read_page(answer.text)
    assert page.faults == []
    assert page.language == language
    # The language asked for in the address goes with the reader to the next page.
    local = [link for link in page.links if link.startswith("/doc/")]
    assert [link for link in local if "lang=" not in link] == []


def test_the_language_of_the_browser_is_taken(browser_like):
    assert browser_like("/", **{"Accept-Language": "es-PA, es;q=0.9"}).headers["content-language"] == "es"


def test_a_text_in_another_language_says_so(browser_like):
    page = browser_like("/doc/oas/ag/res/2016/2881/op/33?lang=es").text
    assert '<bdi lang="en">To instruct the CAM' in page


@pytest.fixture(scope="module")
def site(browser_like, read_page):
    """Every page that can be reached from the first; of the many marked places of one source text, twenty."""
    pages, waiting, places = {}, deque(["/"]), 0
    while waiting:
        address = waiting.popleft()
        if address in pages:
            continue
        if "?span=" in address:
            places += 1
            if places > 20:
                continue
        answer = browser_like(address)
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        pages[address] = (answer, read_page(answer.text) if is_page else None)
        if is_page:
            for link in pages[address][1].links:
                path = link.partition("#")[0]
                if path.startswith("/") and path not in pages and _is_worth_a_visit(path):
                    waiting.append(path)
    return pages


def _is_worth_a_visit(path):
    # The same pages in other languages and other forms have tests of their own.
    return "lang=" not in path and not re.search(r"\.(ttl|jsonld|nt|rdf|json|csv|sarif|junit|txt)(\?|$)", path)


def test_the_site_is_reached_whole(site):
    assert len(site) > 300, "the crawl stopped early"


def test_no_link_leads_nowhere(site):
    assert {path: answer.status_code for path, (answer, _) in site.items() if answer.status_code != 200} == {}


def test_every_page_of_the_site_is_well_formed(site):
    faults = {path: page.faults for path, (_, page) in site.items() if page and page.faults}
    assert faults == {}


def test_every_fragment_is_there(site):
    missing = []
    for path, (answer, page) in site.items():
        for link in page.links if page else ():
            target, _, fragment = link.partition("#")
            known = site.get(target) if target else (answer, page)
            if fragment and known and known[1] and fragment not in known[1].ids:
                missing.append((path, link))
    assert missing == []


def test_redirects_are_relative_or_ours(client):
    for path in ("/id/oas/org/cam", "/at/oas/link/opening-meeting-cites-2883"):
        assert urlsplit(client.get(path).headers["location"]).netloc == ""


@pytest.mark.parametrize("path", ["/", "/doc/oas/org/cam", "/static/style.css", "/nowhere", "/sparql?query=x"])
def test_every_answer_is_guarded(browser_like, path):
    headers = browser_like(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["access-control-allow-origin"] == "*"


def test_a_page_is_not_sent_twice(client):
    first = client.get("/", headers={"Accept": "text/html"})
    again = client.get("/", headers={"Accept": "text/html", "If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    spanish = client.get(
        "/", headers={"Accept": "text/html", "Accept-Language": "es", "If-None-Match": first.headers["etag"]}
    )
    assert spanish.status_code == 200
    assert "Accept-Language" in first.headers["vary"]


def test_head_and_options_of_a_page(client):
    as_it_is = {"Accept": "text/html", "Accept-Encoding": "identity"}
    page, head = client.get("/", headers=as_it_is), client.head("/", headers=as_it_is)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(page.content))
    assert client.options("/").headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.post("/").status_code == 405


def test_the_static_files(client):
    style = client.get("/static/style.css")
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in style.headers["cache-control"]
    assert client.get("/static/nothing.css").status_code == 404
    assert client.get("/static/..%2fapp.py").status_code == 404


def test_health(client):
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json()["status"] == "ready"
