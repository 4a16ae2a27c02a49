"""All pages on one screen."""

from service.api.routes import Route
from service.api.site import Site
from service.web import (
    article,
    assets,
    chart,
    lines,
    login,
    operations,
    project,
    projects,
    record,
    regions,
    search,
    tryit,
)
from service.web.page import problem_page

GROUP = "Pages"
ROUTES: tuple[Route, ...] = (
    Route("GET", "/", chart.shown, "read", GROUP, page=True),
    Route("GET", "/lines", lines.fragment, "read", GROUP, page=True),
    Route("GET", "/projects", projects.table, "read", GROUP, page=True),
    Route("GET", "/projects/{id}", project.one, "read", GROUP, page=True),
    Route("GET", "/search", search.results, "read", GROUP, page=True),
    Route("GET", "/regions", regions.league, "read", GROUP, page=True),
    Route("GET", "/digests/{term}", regions.digest, "read", GROUP, page=True),
    Route("GET", "/lists/{name}", regions.listed, "read", GROUP, page=True),
    Route("GET", "/documents/{id}", article.one, "read", GROUP, page=True),
    Route("GET", "/records/{id}", record.one, "read", GROUP, page=True),
    Route("GET", "/operations", operations.shown, "read", GROUP, page=True),
    Route("POST", "/operations/quarantine", operations.release, "write", GROUP, page=True),
    Route("POST", "/operations/sources/{id}/state/{action}", operations.change_source, "admin", GROUP, page=True),
    Route("POST", "/operations/sources/{id}/check", operations.check_source, "admin", GROUP, page=True),
    Route("POST", "/operations/webhooks/{id}/resend", operations.resend_webhook, "admin", GROUP, page=True),
    Route("POST", "/operations/deliveries/{id}/resend", operations.resend_delivery, "admin", GROUP, page=True),
    Route("GET", "/try", tryit.form, "read", GROUP, page=True),
    Route("POST", "/try", tryit.read, "read", GROUP, page=True),
    Route("GET", "/login", login.form, None, GROUP, page=True),
    Route("POST", "/login", login.enter, None, GROUP, page=True),
    Route("POST", "/logout", login.leave, None, GROUP, page=True),
    Route("GET", "/assets/{name}", assets.asset, None, GROUP),
)
SITE = Site(ROUTES, problem_page)
