"""A setting comes from the flag, the environment, the file or ourselves, in this order, and says from where."""

from pathlib import Path

import pytest

from mandategraph.core.errors import UnknownName, WrongUse, WrongValue
from mandategraph.settings import MEANINGS, Settings, resolve


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text('lang = "fr"\nport = 8100\nrights_holder = "A Council"\n')
    return path


def test_the_order_of_who_is_heard(file: Path) -> None:
    environ = {"MANDATEGRAPH_CONFIG": str(file), "MANDATEGRAPH_LANG": "pt", "MANDATEGRAPH_HOST": "::1"}
    found = resolve({"host": "0.0.0.0", "port": None}, environ)  # noqa: S104  a value, nobody listens
    assert (found.host, found.lang, found.port, found.licence) == ("0.0.0.0", "pt", 8100, Settings().licence)  # noqa: S104
    assert found.origin("host") == "flag"
    assert found.origin("lang") == "environment MANDATEGRAPH_LANG"
    assert found.origin("port") == f"file {file}"
    assert found.origin("licence") == "default"


def test_the_file_lies_under_the_xdg_configuration_home(tmp_path: Path) -> None:
    (tmp_path / "mandategraph").mkdir()
    (tmp_path / "mandategraph" / "config.toml").write_text('lang = "es"')
    assert resolve({}, {"XDG_CONFIG_HOME": str(tmp_path)}).lang == "es"


def test_every_setting_is_explained() -> None:
    names = [name for name in Settings.__dataclass_fields__ if name != "origins"]
    assert list(MEANINGS) == names


def test_the_default_store_is_nobodys_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert Settings().is_default_store
    assert Settings().store_folder == tmp_path / "mandategraph" / "store"
    named = resolve({"store": "~/x"}, {})
    assert not named.is_default_store
    assert named.store_folder == Path.home() / "x"


def test_a_remote_store_has_an_address() -> None:
    assert resolve({"store": "sparql+http://localhost:7878/query"}, {}).store_address == "http://localhost:7878/query"


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"MANDATEGRAPH_LANG": "de"}, "MANDATEGRAPH_LANG: “de” is not one of en, es, fr, pt"),
        ({"MANDATEGRAPH_PORT": "http"}, "MANDATEGRAPH_PORT: “http” is not a number"),
        ({"MANDATEGRAPH_PORT": "70000"}, "1 to 65535"),
        ({"MANDATEGRAPH_PORT": "-1"}, "1 to 65535"),
        ({"MANDATEGRAPH_BASE": "https://example.org"}, "ends with /"),
        ({"MANDATEGRAPH_STORE": "http://localhost/sparql"}, "sparql\\+http://"),
        ({"MANDATEGRAPH_PUBLIC_URL": "example.org"}, "is not an address"),
    ],
)
def test_a_wrong_value_says_where_it_stands_and_what_was_expected(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(WrongValue, match=sentence):
        resolve({}, environ)


@pytest.mark.parametrize(
    ("text", "kind", "sentence"),
    [
        ('lnag = "fr"', UnknownName, "Nearest: lang"),
        ("lang = ", WrongUse, "is not TOML"),
        ("lang = 3", WrongValue, "is not text"),
        ("port = true", WrongValue, "port"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, text: str, kind: type[WrongUse], sentence: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(kind, match=sentence):
        resolve({}, {"MANDATEGRAPH_CONFIG": str(path)})


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="no settings file"):
        resolve({}, {"MANDATEGRAPH_CONFIG": str(tmp_path / "none.toml")})
    assert resolve({}, {"XDG_CONFIG_HOME": str(tmp_path)}).lang == "en"
