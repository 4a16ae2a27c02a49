"""Who may see and do what on the pages, without a browser to help."""

from collections.abc import AsyncIterator
from http.cookies import SimpleCookie

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.body import Body
from service.store.database import Database
from service.web.forms import Part, parts
from service.web.page import local
from tests.api.serving import key_of
from tests.web.wall import served

HERE = {"Sec-Fetch-Site": "same-origin"}
FORM = {"next": "/operations"}


@pytest.fixture
async def client(sqlite: Database) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of pages that nobody sees without a key."""
    async with served(sqlite, open_reading=False) as url, aiohttp.ClientSession(url) as session:
        yield session


async def status(client: aiohttp.ClientSession, method: str, path: str, **more: object) -> int:
    async with client.request(method, path, allow_redirects=False, **more) as response:  # type: ignore[arg-type]
        return response.status


async def test_the_cookie_is_for_our_own_pages(client: aiohttp.ClientSession, sqlite: Database) -> None:
    """A key in the cookie counts where the browser says that a page of ours asks, and nowhere else."""
    cookie = {"Cookie": f"guatu_key={await key_of(sqlite, 'read')}"}
    assert await status(client, "GET", "/v1/records", headers=cookie | HERE) == 200
    assert await status(client, "GET", "/v1/records", headers=cookie | {"Sec-Fetch-Site": "none"}) == 200
    for site in ("same-site", "cross-site"):
        assert await status(client, "GET", "/v1/records", headers=cookie | {"Sec-Fetch-Site": site}) == 401
    assert await status(client, "GET", "/v1/records", headers={"Cookie": "guatu_key=x"} | HERE) == 401


async def test_a_link_from_another_site(client: aiohttp.ClientSession) -> None:
    """Who comes from another site, without the cookie therefore, is sent on from here before a key is asked for."""
    async with client.get("/projects?q=a", headers={"Sec-Fetch-Site": "cross-site"}) as response:
        assert 'content="0;url=/projects?q=a"' in await response.text()
    async with client.get("/projects?q=a", headers=HERE, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/login?next=%2Fprojects%3Fq%3Da")


async def test_a_form_of_another_page_is_refused(client: aiohttp.ClientSession, sqlite: Database) -> None:
    """What changes something is taken from a page of ours alone, and with the scope that the API asks for."""
    host = str(client._base_url).removesuffix("/")
    admin = {"Cookie": f"guatu_key={await key_of(sqlite, 'admin')}"}
    reader = {"Cookie": f"guatu_key={await key_of(sqlite, 'read')}"}
    path, form = "/operations/quarantine", {"every": "yes"}
    assert await status(client, "POST", path, data=form, headers=admin | HERE) == 303
    assert await status(client, "POST", path, data=form, headers=admin | {"Origin": host}) == 303
    assert await status(client, "POST", path, data=form, headers=reader | HERE) == 403
    for foreign in (
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": host},
    ):
        assert await status(client, "POST", path, data=form, headers=admin | foreign) == 403
        assert await status(client, "POST", "/login", data=FORM, headers=foreign) == 403


async def test_the_cookie_of_a_key(client: aiohttp.ClientSession, sqlite: Database) -> None:
    """A good key is kept where no script and no other site can use it, and then leads on, never to another host."""
    key = await key_of(sqlite, "read")
    form = {"key": f" {key} ", "next": "//evil.example/"}
    async with client.post("/login", data=form, headers=HERE, allow_redirects=False) as response:
        assert response.headers["Location"] == "/"
        morsel = SimpleCookie(response.headers["Set-Cookie"])["guatu_key"]
    assert (morsel.value, morsel["httponly"], morsel["samesite"], morsel["path"]) == (key, True, "Strict", "/")
    assert await status(client, "POST", "/login", data={"key": "guatu_x"}, headers=HERE) == 401


async def test_what_a_page_may_do(client: aiohttp.ClientSession) -> None:
    """No page runs a script of its text or of another host, is framed, or sends a form elsewhere."""
    async with client.get("/login") as response:
        policy = response.headers["Content-Security-Policy"]
        text = await response.text()
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert " style=" not in text
    assert text.count("<script") == text.count("<script src=") == 1


async def test_files_are_kept_for_ever(client: aiohttp.ClientSession) -> None:
    """A file is named after its content and kept; a page that is older than it asks for nothing that is there."""
    async with client.get("/login") as response:
        name = (await response.text()).partition('href="/assets/style.')[2].partition('"')[0]
    async with client.get(f"/assets/style.{name}") as response:
        assert (response.status, "immutable" in response.headers["Cache-Control"]) == (200, True)
    assert await status(client, "GET", "/assets/style.000000000000.css") == 404


@given(st.text())
def test_an_address_stays_here(address: str) -> None:
    """Whatever is asked for, one is led to a path of this server, in a header that holds it."""
    found = local(address)
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert found.isascii()
    assert found.isprintable()


class _Call:
    """What `parts` asks of a call."""

    class request:
        headers = {"Content-Type": "multipart/form-data; boundary=----WebKitFormBoundaryx0y"}  # noqa: RUF012


@given(st.binary(), st.text(alphabet=st.characters(codec="utf-8", exclude_characters='"\r\n')))
def test_a_file_comes_as_it_was_sent(data: bytes, name: str) -> None:
    """The bytes of a file in a form are taken to the last one, whatever they are."""
    edge = b"------WebKitFormBoundaryx0y"
    head = b'Content-Disposition: form-data; name="file"; filename="' + name.encode() + b'"\r\nContent-Type: text/html'
    body = edge + b"\r\n" + head + b"\r\n\r\n" + data + b"\r\n" + edge + b"--\r\n"
    found = parts(_Call, Body(body, "multipart/form-data", None))  # type: ignore[arg-type]
    assert found == {"file": Part(data, name)} or edge in data
