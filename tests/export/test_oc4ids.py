"""OC4IDS 0.9.5, validated by the library of the standard against the standard's own schema, served on the loopback."""

import io
import json
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from libcoveoc4ids.api import oc4ids_json_output
from libcoveoc4ids.config import LibCoveOC4IDSConfig

from service.errors import NotFound
from service.export import About, Article, Exported
from service.export.oc4ids import Package, project
from service.ledger import Status
from service.models import STAGES
from tests.export.views import ABOUT, NOW, exported, projects, whole

DATA = Path(__file__).parents[1] / "data" / "oc4ids"
OFFICIAL = "https://standard.open-contracting.org/infrastructure/schema/0__9__5/"
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A failing package is not made smaller: each try asks for the schema again."""
Errors = Callable[[dict[str, Any]], dict[str, Any]]


class Handler(SimpleHTTPRequestHandler):
    """The files of the standard; where one names another, the one beside it is meant."""

    def do_GET(self) -> None:
        file = DATA / self.path.lstrip("/")
        where = f"http://{self.headers['Host']}/"
        data = file.read_bytes().replace(OFFICIAL.encode(), where.encode())
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is said."""


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Errors]:
    """What the library says of a package."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(DATA)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    where = f"http://127.0.0.1:{server.server_address[1]}/"
    config = LibCoveOC4IDSConfig(
        {
            "schema_host": where,
            "schema_version_choices": {"0.9.5": ("0.9.5", where)},
            "schema_codelists": {"0.9": f"{where}codelists/"},
            "cache_all_requests": True,
        }
    )
    folder = str(tmp_path_factory.mktemp("cove"))
    yield lambda package: oc4ids_json_output(folder, None, package, config)
    server.shutdown()
    thread.join()
    server.server_close()


def packed(some: list[Exported], about: About = ABOUT) -> dict[str, Any]:
    sink = io.BytesIO()
    writer = Package(sink, about)
    for one in some:
        writer.add([one])
    writer.close()
    made: dict[str, Any] = json.loads(sink.getvalue())
    return made


def assert_valid(said: dict[str, Any]) -> None:
    assert said["validation_errors_count"] == 0, said["validation_errors"]
    assert said["additional_closed_codelist_values"] == {}
    assert said["additional_checks"] == []
    assert said["conformance_checks"] == []


def test_the_check_finds_errors(check: Errors) -> None:
    """What breaks the schema is found, so that no error means something."""
    package = packed([exported(1, whole("started"))])
    package["projects"][0]["status"] = "completed"
    package["projects"][0]["budget"]["amount"]["amount"] = "much"
    said = check(package)
    assert said["validation_errors_count"] == 1
    assert said["additional_closed_codelist_values"]


@pytest.mark.parametrize("status", [None, *get_args(Status)])
def test_every_status(check: Errors, status: Status | None) -> None:
    """A project with something in every field is valid whatever its status."""
    told = (
        Article(1, 1, "ab" * 32, "标题", "海盐新闻", NOW.date(), "https://news.example/中文?q=项目"),
        Article(2, 1, "ab" * 32, "标题", "海盐新闻", NOW.date(), "https://news.example/中文?q=项目"),
        Article(3, 2, "ab" * 32, None, None, None, "folder/a.txt"),
    )
    package = packed([exported(1, whole(status), told), exported(2, whole(status, owners=(), fields={}, region=None))])
    said = check(package)
    assert_valid(said)


@settings(max_examples=12, deadline=None, phases=QUICK, suppress_health_check=list(HealthCheck))
@given(some=projects(least=3))
def test_every_shape(check: Errors, some: list[Exported]) -> None:
    """No project, however odd its names and however much its sources disagree, breaks the schema."""
    assert_valid(check(packed(some)))


def test_a_status_that_is_a_problem_too(check: Errors) -> None:
    """A stalled project, whose silence is its status and its problem, is classified so once."""
    package = packed([exported(1, whole("stalled", problems=("stalled", "overdue")), ())])
    assert_valid(check(package))
    named = [one["id"] for one in package["projects"][0]["additionalClassifications"]]
    assert (named.count("stalled"), named.count("overdue")) == (1, 1)


def test_what_goes_where() -> None:
    """Every fact is in the field of the standard that is meant for it."""
    told = (Article(1, 7, "ab" * 32, "开工了", "海盐新闻", NOW.date(), "https://news.example/1"),)
    made = project(exported(1, whole("operational"), told), ABOUT)
    assert made["id"] == "oc4ids-guatu0-000000000001"
    assert (made["status"], made["type"], made["sector"]) == ("maintenance", "expansion", ["economy"])
    assert made["budget"]["amount"] == {"amount": 1250000000, "currency": "CNY"}
    assert made["budget"]["budgetBreakdowns"][0]["budgetBreakdown"][0]["id"] == "1"
    assert made["period"] == {"startDate": "2024-03-01T00:00:00+08:00", "endDate": "2025-12-31T00:00:00+08:00"}
    assert made["completion"]["endDate"] == "2024-05-31T00:00:00+08:00"
    assert made["publicAuthority"] == {"name": "海盐县人民政府", "id": "owner-2"}
    assert [party["roles"] for party in made["parties"]] == [["funder"], ["publicAuthority"]]
    assert made["locations"][0]["gazetteer"] == {"scheme": "GB/T 2260", "identifiers": ["330424"]}
    (document,) = made["documents"]
    assert (document["url"], document["author"], document["description"]) == (
        "https://news.example/1",
        "海盐新闻",
        "总投资12.5亿元",
    )
    assert [stone["code"] for stone in made["milestones"] if "code" in stone] == [
        *("commercialClose", "commencement", "completion", "commissioning", "completion"),
    ]


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        *(("planned", "identification"), ("signed", "preparation"), ("started", "implementation")),
        *(("construction", "implementation"), ("completed", "completion"), ("operational", "maintenance")),
        *(("cancelled", "cancelled"), ("suspended", "implementation"), ("stalled", "implementation")),
    ],
)
def test_statuses(status: Status, meant: str) -> None:
    """Each status has its code; one that halts is where it was."""
    stage = status if status in STAGES else "construction"
    assert project(exported(1, whole(status, stage=stage)), ABOUT)["status"] == meant


@pytest.mark.parametrize(
    ("name", "industry", "section", "meant"),
    [
        ("查干风电场", ("能源",), "D", ["energy", "energy.wind"]),
        ("俄河光伏发电", ("能源",), "D", ["energy", "energy.solar"]),
        ("芒山隧道", ("交通",), "G", ["transport", "transport.road"]),
        ("嘉河航道改造", ("交通",), "G", ["transport", "transport.water"]),
        ("桃溪污水处理厂扩容", ("环保",), "D", ["waterAndWaste"]),
        ("县人民医院新院区", ("民生",), "Q", ["health"]),
        ("嘉积中学改扩建", ("民生",), "P", ["education"]),
        ("光伏组件", ("新能源",), "C", ["economy"]),
        ("汇众数据中心", ("数字经济",), "I", ["communications"]),
        ("西山度假村", ("文旅",), "R", ["cultureSportsAndRecreation"]),
        ("某写字楼", ("城建",), "K", ["economy"]),
        ("棚改安置房", ("民生",), "K", ["socialHousing"]),
        ("什么项目", (), None, None),
    ],
)
def test_sectors(name: str, industry: tuple[str, ...], section: str | None, meant: list[str] | None) -> None:
    """Infrastructure has the code of its kind; a factory is economy, whatever it makes."""
    made = project(exported(1, whole("started", name=name, industry=industry, section=section)), ABOUT)
    assert made.get("sector") == meant


def test_no_package_without_projects() -> None:
    """A package is never empty: without projects there is none."""
    with pytest.raises(NotFound):
        packed([])
