"""The pages in the real Chromium: what a user does, sees and must be safe from."""

import re
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import expect

from service.store import library, quarantine
from service.store.library import Asked
from service.store.quarantine import Which
from tests.web.conftest import Look, Wall
from tests.web.wall import BASE, EVIL, article, refused, take

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def project_path(look: Look, wall: Wall) -> str:
    """The path of the project that five articles tell of."""
    page = await look(wall, f"/projects?q={quote('钱江光伏')}")
    return await page.get_by_role("link", name=BASE).get_attribute("href") or ""


async def document(wall: Wall, title: str) -> str:
    """The path of the article with a title that begins like this."""
    async with wall.database.reading() as connection:
        rows = await library.page(connection, Asked(), None, 100)
    return next(f"/documents/{row['id']}" for row in rows if (row["title"] or "").startswith(title))


async def test_from_the_chart_to_the_sentence(look: Look, wall: Wall) -> None:
    """From the chart over province, prefecture and project one comes to the marked words that say a figure."""
    page = await look(wall)
    await page.get_by_role("link", name="浙江", exact=False).first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("浙江省")
    await page.get_by_role("link", name="嘉兴市").click()
    await page.locator("#list-largest + ol").get_by_role("link", name=BASE).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(BASE)
    await page.locator(".figures").get_by_role("link", name="12.5亿元").click()
    await expect(page).to_have_url(re.compile(r"/documents/\d+#r\d+-investment_total$"))
    mark = page.locator("mark", has=page.locator(".anchor:target"))
    await expect(mark).to_have_text("总投资12.5亿元")
    await expect(mark).to_be_in_viewport()


async def test_contradictions_stand_side_by_side(look: Look, wall: Wall) -> None:
    """Where sources differ about a value, each stands with its words and its outlet."""
    page = await look(wall, await project_path(look, wall))
    against = page.locator(".against figure")
    await expect(against).to_have_count(2)
    await expect(against.filter(has_text="15亿元")).to_contain_text("浙江在线")
    await expect(page.get_by_role("img", name="进展图")).to_be_visible()


async def test_search_from_any_page(look: Look, wall: Wall) -> None:
    """The box of every page finds projects and articles, whose matches are marked, also without JavaScript."""
    page = await look(wall, "/regions", java_script_enabled=False)
    await page.get_by_role("searchbox", name="搜索").fill("光伏　開工")
    await page.keyboard.press("Enter")
    first = page.locator("#of-articles + ol > li").first
    await expect(first.locator("h3 mark")).to_have_text(["光伏开工"])
    await expect(first.locator(".excerpt mark")).to_have_text(["光伏", "开工"])
    await page.goto(f"{wall.url}/search?q={quote('钱江光伏')}")
    await page.locator("#of-projects + ul").get_by_role("link", name=BASE).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(BASE)


async def test_search_says_what_it_cannot_find(look: Look, wall: Wall) -> None:
    """A single character, an unknown region and words that nothing has are told apart, in words that help."""
    page = await look(wall, "/search")
    with refused(page.watch):  # type: ignore[attr-defined]
        await page.goto(f"{wall.url}/search?q={quote('光')}")
        await expect(page.get_by_role("alert")).to_contain_text("单个字搜不了")
        await page.goto(f"{wall.url}/search?q={quote('光伏')}&region=nowhere")
        await expect(page.get_by_role("alert")).to_contain_text("地区")
    await page.goto(f"{wall.url}/search?q={quote('航天')}&region={quote('浙江省')}")
    await page.get_by_role("link", name="在全国范围搜索").click()
    await expect(page.locator(".empty")).to_have_text("没有找到“航天”。")


async def test_regions_side_by_side(look: Look, wall: Wall) -> None:
    """Regions are compared by what one chooses, and lead to digests and lists, whose lines lead to the words."""
    page = await look(wall, "/regions")
    rows = page.locator(".league tbody tr")
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_contain_text("浙江省")
    await page.get_by_role("link", name="开工率").click()
    await expect(rows.first).to_contain_text("吉林省")
    await page.get_by_role("link", name="浙江省").click()
    await expect(page.get_by_role("rowheader", name="嘉兴市")).to_be_visible()
    await page.get_by_role("link", name="问题清单").click()
    row = page.get_by_role("row").filter(has_text=BASE)
    await expect(row).to_contain_text("说法不一")
    await row.get_by_role("cell").last.get_by_role("link").first.click()
    await expect(page).to_have_url(re.compile(r"/documents/\d+#r\d+$"))


async def test_the_digest_of_a_time(look: Look, wall: Wall) -> None:
    """The digest of a quarter names what moved in it with who says so; the next one says that nothing did."""
    page = await look(wall, "/digests/quarter?date=2022-05-01")
    await expect(page.get_by_role("heading", level=1)).to_have_text("全国 季观摩 2022-Q2")
    await expect(page.locator(".told li")).to_contain_text("嘉兴日报")
    await page.get_by_role("link", name="下一期").click()
    await expect(page.get_by_text("这段时间没有报道")).to_be_visible()
    await page.goto(f"{wall.url}/lists/progress?period=2022")
    await expect(page.locator("tbody tr")).to_have_count(2)
    await page.goto(f"{wall.url}/lists/delivery?period=2024")
    await expect(page.locator("tbody tr")).to_contain_text("迟到")


async def test_what_comes_in_is_shown_at_once(look: Look, empty_wall: Wall) -> None:
    """A page that is open shows what comes in without a reload, with its sentence and where it is said."""
    page = await look(empty_wall)
    await expect(page.locator("#live-state")).to_have_text("实时")
    await expect(page.get_by_text("guatu sources add")).to_be_visible()
    said = article(
        "2024-05-01",
        f"晚报{EVIL}",
        "新闻",
        "海南省琼海市嘉积中学改扩建项目今日签约，总投资8600万元。",
        "https://a.example/1",
    )
    await take(empty_wall.database, [said])
    line = page.locator(".line.project")
    await expect(line).to_contain_text("8,600万元")
    await expect(line.locator("mark")).to_have_text("总投资8600万元")
    await expect(page.locator("#nothing")).to_have_count(0)


async def test_the_measure_goes_with_any_filter(look: Look, wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The chart is shaded by what projects cost also where they are filtered, and says why not where too many fit."""
    page = await look(wall, "/?min_investment=1000000000&measure=investment")
    await expect(page.get_by_role("link", name="总投资", exact=True)).to_have_attribute("aria-current", "true")
    zhejiang = page.locator(".tiles a", has_text="浙江")
    await expect(zhejiang.locator("b")).to_contain_text("亿")
    await zhejiang.click()
    await expect(page.locator(".bars b").first).to_contain_text("亿元")
    assert "measure=investment" in page.url
    monkeypatch.setattr("service.store.facets.COUNTED", 1)
    page = await look(wall, "/?min_investment=1&measure=investment")
    await expect(page.locator(".note")).to_contain_text("只能按项目数着色")
    await expect(page.locator(".tiles a", has_text="浙江").locator("b")).to_have_text("1")


async def test_filters_are_in_the_address(look: Look, wall: Wall) -> None:
    """What is filtered by is in the address: it can be sent, and the way back leads through it."""
    page = await look(wall, "/projects")
    await expect(page.locator("tbody tr")).to_have_count(3)
    await page.get_by_label("地区", exact=True).fill("海宁市")
    await page.get_by_label("总投资不低于").select_option("1000000000")
    await page.get_by_role("button", name="筛选").click()
    await expect(page.locator("tbody tr")).to_have_count(1)
    assert unquote(page.url).endswith("/projects?region=海宁市&min_investment=1000000000")
    sent = await look(wall, page.url.removeprefix(wall.url))
    await expect(sent.locator("tbody tr")).to_have_count(1)
    await page.get_by_role("link", name="总投资不低于 10亿元").click()
    await expect(page.locator("tbody tr")).to_have_count(2)
    await page.go_back()
    await expect(page.locator("tbody tr")).to_have_count(1)
    await page.goto(f"{wall.url}/?status=operational")
    await page.get_by_label("总投资不低于").select_option("1000000000")
    await page.get_by_role("button", name="筛选").click()
    await expect(page.locator(".figures b").first).to_have_text("1")
    assert "status=operational" in page.url


async def test_what_is_shown_is_exported(look: Look, wall: Wall) -> None:
    """Each export has the projects that are shown, and no other; so has the feed, which readers find by the page's head too."""
    page = await look(wall, f"/projects?region={quote('海宁市')}&min_investment=1000000000&sort=name")
    for name in ("CSV", "XLSX", "OC4IDS", "订阅所示（Atom）", "JSON"):
        href = await page.get_by_role("link", name=name, exact=True).get_attribute("href")
        answer = await page.request.get(f"{wall.url}{href}")
        assert answer.status == 200
        if name != "XLSX":
            assert (BASE in await answer.text(), "饮片" in await answer.text()) == (True, False)
    feed = page.get_by_role("link", name="订阅所示（Atom）")
    found = page.locator('head link[type="application/atom+xml"]')
    assert await found.get_attribute("href") == await feed.get_attribute("href")


async def test_names_are_read_on_a_phone(look: Look, wall: Wall) -> None:
    """On a phone the table of projects fits, and a name has room for eight characters in a line."""
    page = await look(wall, "/projects", viewport={"width": 390, "height": 844})
    box = await page.locator("table.projects tbody th").first.bounding_box()
    assert box
    assert box["width"] >= 8 * 16
    assert await page.locator(".scroll").evaluate("one => one.scrollWidth <= one.clientWidth")


async def test_nothing_matches(look: Look, wall: Wall) -> None:
    """Where nothing matches, each filter is offered to be loosened; a region that does not exist, or words by which
    nothing is found, are said at their field."""
    page = await look(wall, f"/projects?q={quote('无此项目')}&status=started")
    await page.get_by_role("link", name="不限 名称或业主 无此项目").click()
    assert page.url.endswith("/projects?status=started")
    with refused(page.watch):  # type: ignore[attr-defined]
        await page.goto(f"{wall.url}/projects?region={quote('亚特兰蒂斯')}")
        await expect(page.get_by_role("alert")).to_contain_text("亚特兰蒂斯")
        await page.goto(f"{wall.url}/projects?q={quote('，')}")
        await expect(page.get_by_role("alert")).to_have_text("没有字、字母或数字，搜不了： ，")
        await expect(page.get_by_label("名称或业主")).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/operations?lang=zh", "没有中文正文"),
        ("/operations?lang=zh", "没有取到，过后再取连不上网站news.example cannot be reached: Connection refused"),
        ("BAD", "没有收录：没有中文正文。"),
        (f"/?region={quote('火星')}", "地区 region 这个值用不了。"),
        ("/projects?status=finished", "状态 status.0 这个值用不了。"),
        ("/lists/problems?period=2026-02-30", "period 这个值用不了。"),
        ("/projects/000000000000", "这里什么也没有"),
    ],
)
async def test_what_went_wrong_is_said_in_chinese(look: Look, wall: Wall, path: str, said: str) -> None:
    """On a Chinese page reasons and problems are told in Chinese; the server's own words behind them are marked as English."""
    if path == "BAD":
        async with wall.database.reading() as connection:
            path = f"/documents/{(await quarantine.page(connection, Which(), 1))[0].document_id}"
    page = await look(wall, "/try")
    with refused(page.watch):  # type: ignore[attr-defined]
        await page.goto(wall.url + path)
    await expect(page.locator("main")).to_contain_text(said)
    await expect(page.locator("main [lang=en]").first).to_be_visible()


async def test_the_language_is_switched(look: Look, wall: Wall) -> None:
    """A click shows the page in the other language, which is remembered; the browser's own is taken before that."""
    page = await look(wall, "/projects")
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Projects")
    await page.goto(f"{wall.url}/try")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    english = await look(wall, "/", locale="en-GB")
    await expect(english.get_by_role("heading", level=1)).to_have_text("Key projects of the nation")


async def test_by_keyboard_alone(look: Look, wall: Wall) -> None:
    """The first key leads past the navigation, and each mark of an article tells of itself when it has the focus."""
    page = await look(wall, await document(wall, "光伏开工"))
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    await page.keyboard.press("Enter")
    mark = page.locator("mark", has_text="用地180亩").last
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await mark.evaluate("one => one === document.activeElement"):
            break
    await expect(mark).to_be_focused()
    tip = await mark.evaluate("one => getComputedStyle(one, '::after').content")
    assert "用地" in tip
    assert "land" in tip
    await expect(mark).to_have_accessible_description(re.compile("180亩"))
    await expect(page.locator(".card.on")).to_have_count(1)


async def test_without_javascript(look: Look, wall: Wall) -> None:
    """Everything can be read and asked without JavaScript."""
    page = await look(wall, "/", java_script_enabled=False)
    await expect(page.locator(".line").first).to_be_visible()
    await page.goto(wall.url + await document(wall, "光伏开工"))
    await expect(page.locator("mark").first).to_be_visible()
    await page.goto(f"{wall.url}/try")
    await page.get_by_label("文章").fill(
        "海盐县澉浦船配产业园昨日开工，项目总投资12.5亿元，用地180亩，由澉浦船配有限公司投资建设。"
    )
    await page.get_by_role("button", name="修复并读取").click()
    await expect(page.locator("mark", has_text="总投资12.5亿元")).to_be_visible()


async def test_an_article_is_tried(look: Look, wall: Wall, tmp_path: Path) -> None:
    """An article in any encoding is repaired and read at once, and nothing is stored; what is none says so."""
    async with wall.database.reading() as connection:
        before = await library.page(connection, Asked(), None, 100)
    file = tmp_path / "article.html"
    file.write_bytes(
        "<html><body><h1>琼海签约</h1><p>海南省琼海市嘉积中学改扩建项目今日签约，总投资8600万元。</p></body></html>".encode(
            "gb18030"
        )
    )
    page = await look(wall, "/try")
    await page.locator("input[type=file]").set_input_files(file)
    await page.get_by_role("button", name="修复并读取").click()
    await expect(page.locator(".card.project")).to_contain_text("8,600万元")
    with refused(page.watch):  # type: ignore[attr-defined]
        await page.get_by_label("文章").fill("no prose")
        await page.get_by_role("button", name="修复并读取").click()
        await expect(page.get_by_role("alert")).to_be_visible()
    async with wall.database.reading() as connection:
        assert len(await library.page(connection, Asked(), None, 100)) == len(before)


async def test_the_original_and_its_repairs(look: Look, wall: Wall) -> None:
    """An article is shown as it came in too, with the number of its bytes."""
    page = await look(wall, await document(wall, "光伏签约"))
    await page.get_by_role("link", name="原文与修复").click()
    await expect(page.locator(".raw")).to_contain_text('"outlet"')
    await page.locator(".card a").first.click()
    await expect(page).to_have_url(re.compile(r"/documents/\d+#r\d+"))


@pytest.mark.parametrize(
    ("paper", "path"),
    [
        ("A4", "/documents/1"),
        ("A3", "/"),
        ("A3", "/projects"),
        ("A3", "/regions"),
        ("A4", "/digests/year?date=2022-05-01"),
    ],
)
async def test_it_is_printed(look: Look, wall: Wall, paper: str, path: str) -> None:
    """A page prints to paper, on which buttons and navigation are not."""
    page = await look(wall, path)
    await page.emulate_media(media="print")
    await expect(page.locator(".masthead nav")).to_be_hidden()
    data = await page.pdf(format=paper, print_background=True)
    assert data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 1


async def test_the_first_view_is_small(look: Look, wall: Wall) -> None:
    """The chart with all that it needs is under 150 KB, before it is packed."""
    page = await look(wall, "/try")
    sizes: list[int] = []

    async def add(path: str) -> None:
        sizes.append(len(await (await page.request.get(wall.url + path)).body()))

    await add("/")
    html = await (await page.request.get(wall.url + "/")).text()
    for path in dict.fromkeys(re.findall(r'(?:href|src)="(/assets/[^"]+)"', html)):
        await add(path)
    assert len(sizes) == 4
    assert sum(sizes) < 150_000


PATHS = (
    "/",
    f"/?region={quote('浙江省')}",
    "/projects",
    "PROJECT",
    "/search",
    f"/search?q={quote('光伏')}",
    "/regions",
    "/digests/quarter?date=2022-05-01",
    "/lists/problems",
    "/documents/6",
    "/documents/6?view=original",
    "/operations",
    "/try",
    "/login",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(look: Look, wall: Wall, scheme: str) -> None:
    """axe-core finds no violation on any page."""
    paths = [path if path != "PROJECT" else await project_path(look, wall) for path in PATHS]
    paths += [evil := await document(wall, "仓储"), f"{evil}?view=original"]
    page = await look(wall, "/", signed_in=True, color_scheme=scheme)
    found = []
    for path in paths:
        await page.goto(wall.url + path)
        violations = (await Axe().run(page)).response["violations"]
        found += [(path, one["id"], [node["html"] for node in one["nodes"]]) for one in violations]
    assert found == []


async def test_hostile_content_is_text(look: Look, wall: Wall) -> None:
    """Script in titles, outlets, names, addresses and sources is shown as text, on every page, and is no link."""
    page = await look(wall, "/", signed_in=True)
    evil, other = await document(wall, "仓储"), await document(wall, "饮片")
    words = f"/search?q={quote('仓储')}"
    for path in ("/", "/projects", words, evil, f"{evil}?view=original", other, "/operations"):
        await page.goto(wall.url + path)
        assert await page.evaluate("typeof hacked") == "undefined"
        assert await page.locator("main img, main script, a[href^='javascript']").count() == 0
    await page.goto(f"{wall.url}{evil}?view=original")
    await expect(page.locator(".raw")).to_contain_text("onerror=hacked=1")
    await page.goto(f"{wall.url}/operations")
    await expect(page.get_by_role("rowheader").filter(has_text="<img src=x")).not_to_have_count(0)


async def test_what_is_not_there(look: Look, wall: Wall) -> None:
    """A page that does not exist says what happened, what to do, and under which number the log has it."""
    page = await look(wall, "/try")
    with refused(page.watch):  # type: ignore[attr-defined]
        for path in ("/documents/999", "/projects/0123456789ab", "/records/999", "/nowhere"):
            await page.goto(wall.url + path)
            await expect(page.get_by_role("heading", level=1)).to_have_text("这里什么也没有")
            await expect(page.get_by_text("请求编号")).to_be_visible()


async def test_an_operator_at_nine(look: Look, own_wall: Wall) -> None:
    """Who has no key is asked for one; with it, an operator pauses a source, looks at it, and releases the quarantine."""
    page = await look(own_wall, "/operations")
    assert unquote(page.url) == f"{own_wall.url}/login?next=/operations"
    with refused(page.watch):  # type: ignore[attr-defined]
        await page.get_by_label("密钥").fill("guatu_wrong")
        await page.get_by_role("button", name="登录").click()
        await expect(page.get_by_role("alert")).to_be_visible()
    await page.get_by_label("密钥").fill(own_wall.key)
    await page.get_by_role("button", name="登录").click()
    assert page.url == f"{own_wall.url}/operations"
    assert await page.evaluate("document.cookie") == ""
    await page.get_by_role("button", name="暂停 海宁新闻").click()
    await expect(page.get_by_role("status")).to_have_text("来源已暂停。")
    await page.get_by_role("row").filter(has_text="/nowhere").get_by_role("button", name="检查").click()
    await expect(page.locator(".alarm")).to_contain_text("no folder")
    await page.get_by_role("link", name="返回来源").click()
    await page.get_by_role("checkbox").first.check()
    await page.get_by_role("button", name="放行所选").click()
    await expect(page.get_by_role("status")).to_contain_text("已放行 1 项")
    await expect(page.get_by_text("隔离区是空的")).to_be_visible()
    await page.get_by_role("button", name="退出").click()
    assert "/login" in page.url


async def test_the_stream_has_the_key(look: Look, own_wall: Wall) -> None:
    """Where reading needs a key, a person who signed in sees what comes in live too."""
    page = await look(own_wall, "/", signed_in=True)
    await expect(page.locator("#live-state")).to_have_text("实时")
