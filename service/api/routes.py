"""All routes on one screen.

How to add one:

1. In the file of your noun write the handler and declare it (see `service.api.operation`; `service.api.health` is a working
   example):

       @operation(Answer(Record, "the record", example=EXAMPLE), problems=(NOT_FOUND,))
       async def one(call: Call, path: RecordPath) -> Reply:
           \"\"\"One record, with its evidence in context.\"\"\"
           ...
           raise Problem(NOT_FOUND, f"there is no record {path.id}")   # service.api.problems; errors of the tree work too
           return as_json(record, etag=f"r{path.id}")                  # service.api.reply; without etag: of the bytes

2. Add a row here: the method (a GET answers HEAD too), the path, the operation, the scope a key needs for it
   (None: open to everybody, always), the group in the documentation.

Validation, OpenAPI, the pages of /docs, 304, gzip, keys, rates, logs and metrics come from that. `call.parts` is what the
API was built with (the database and so on; `service.api.parts`). A handler that sends for long uses
`service.api.streams`. Numbers in a query or path are bounded to 64 bits, unknown and repeated parameters are refused, text
never holds NUL: a handler need not look.
"""

from dataclasses import dataclass
from typing import Literal

from service.api import (
    corrections,
    deliveries,
    digests,
    docs,
    documents,
    exports,
    health,
    indicators,
    lists,
    opml,
    projects,
    push,
    quarantine,
    records,
    regions,
    search,
    sources,
    stats,
    watches,
    webhooks,
    websub,
)
from service.api.operation import Operation
from service.store.keys import Scope


@dataclass(frozen=True, eq=False)
class Route:
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    operation: Operation
    scope: Scope | None
    group: str
    page: bool = False
    """For people: problems are pages, empty parameters count as none, a form is taken from a page of ours alone."""


ROUTES: tuple[Route, ...] = (
    Route("GET", "/v1/records", records.page, "read", "Records"),
    Route("GET", "/v1/records/{id}", records.one, "read", "Records"),
    Route("GET", "/v1/stream", records.stream, "read", "Records"),
    Route("GET", "/v1/projects", projects.page, "read", "Projects"),
    Route("GET", "/v1/projects/changes", projects.changes, "read", "Projects"),
    Route("GET", "/v1/projects/stream", projects.stream, "read", "Projects"),
    Route("POST", "/v1/projects/merge", corrections.merge, "write", "Projects"),
    Route("GET", "/v1/projects/{id}", projects.one, "read", "Projects"),
    Route("POST", "/v1/projects/{id}/corrections", corrections.add, "write", "Projects"),
    Route("GET", "/v1/corrections", corrections.page, "read", "Projects"),
    Route("DELETE", "/v1/corrections/{id}", corrections.remove, "write", "Projects"),
    Route("GET", "/v1/search", search.page, "read", "Projects"),
    Route("GET", "/v1/watches", watches.listed, "read", "Watches"),
    Route("POST", "/v1/watches", watches.create, "write", "Watches"),
    Route("GET", "/v1/watches/{id}", watches.one, "read", "Watches"),
    Route("PATCH", "/v1/watches/{id}", watches.change, "write", "Watches"),
    Route("DELETE", "/v1/watches/{id}", watches.remove, "write", "Watches"),
    Route("GET", "/v1/watches/{id}/feed", watches.feed, "read", "Watches"),
    Route("GET", "/v1/watches/{id}/digests/{term}/{date}", watches.digest_of, "read", "Watches"),
    Route("GET", "/v1/export/csv", exports.csv, "read", "Exports"),
    Route("GET", "/v1/export/xlsx", exports.xlsx, "read", "Exports"),
    Route("GET", "/v1/export/ndjson", exports.ndjson, "read", "Exports"),
    Route("GET", "/v1/export/parquet", exports.parquet, "read", "Exports"),
    Route("GET", "/v1/export/oc4ids", exports.oc4ids, "read", "Exports"),
    Route("GET", "/v1/export/atom", exports.atom, "read", "Exports"),
    Route("GET", "/v1/export/jsonfeed", exports.jsonfeed, "read", "Exports"),
    Route("GET", "/v1/regions", regions.tree, "read", "Regions"),
    Route("GET", "/v1/regions/{code}", regions.one, "read", "Regions"),
    Route("GET", "/v1/indicators", indicators.page, "read", "Regions"),
    Route("GET", "/v1/lists/projects", lists.all_projects, "read", "Lists"),
    Route("GET", "/v1/lists/problems", lists.problems, "read", "Lists"),
    Route("GET", "/v1/lists/progress", lists.progress, "read", "Lists"),
    Route("GET", "/v1/lists/delivery", lists.delivery, "read", "Lists"),
    Route("GET", "/v1/digests/{term}/{date}", digests.one, "read", "Lists"),
    Route("GET", "/v1/documents", documents.page, "read", "Documents"),
    Route("POST", "/v1/documents", push.push, "write", "Documents"),
    Route("GET", "/v1/documents/{id}", documents.one, "read", "Documents"),
    Route("GET", "/v1/documents/{id}/original", documents.original, "read", "Documents"),
    Route("GET", "/v1/quarantine", quarantine.page, "read", "Quarantine"),
    Route("POST", "/v1/quarantine/release", quarantine.release, "write", "Quarantine"),
    Route("GET", "/v1/stats", stats.totals, "read", "Running"),
    Route("GET", "/v1/sources", sources.listed, "read", "Sources"),
    Route("POST", "/v1/sources", sources.create, "admin", "Sources"),
    Route("GET", "/v1/sources/{id}", sources.one, "read", "Sources"),
    Route("PATCH", "/v1/sources/{id}", sources.change, "admin", "Sources"),
    Route("DELETE", "/v1/sources/{id}", sources.remove, "admin", "Sources"),
    Route("POST", "/v1/sources/{id}/check", sources.check_one, "admin", "Sources"),
    Route("POST", "/v1/check", sources.check_new, "admin", "Sources"),
    Route("GET", "/v1/opml", opml.read, "read", "Sources"),
    Route("POST", "/v1/opml", opml.take, "admin", "Sources"),
    Route("GET", "/v1/websub/{id}", websub.confirm, None, "Sources"),
    Route("POST", "/v1/websub/{id}", websub.deliver_news, None, "Sources"),
    Route("GET", "/v1/webhooks", webhooks.listed, "admin", "Webhooks"),
    Route("POST", "/v1/webhooks", webhooks.create, "admin", "Webhooks"),
    Route("GET", "/v1/webhooks/{id}", webhooks.one, "admin", "Webhooks"),
    Route("PATCH", "/v1/webhooks/{id}", webhooks.change, "admin", "Webhooks"),
    Route("DELETE", "/v1/webhooks/{id}", webhooks.remove, "admin", "Webhooks"),
    Route("POST", "/v1/webhooks/{id}/test", webhooks.test, "admin", "Webhooks"),
    Route("POST", "/v1/webhooks/{id}/rotate", webhooks.rotate, "admin", "Webhooks"),
    Route("POST", "/v1/webhooks/{id}/resend", webhooks.resend, "admin", "Webhooks"),
    Route("GET", "/v1/deliveries", deliveries.page, "admin", "Webhooks"),
    Route("POST", "/v1/deliveries/{id}/resend", deliveries.resend, "admin", "Webhooks"),
    Route("GET", "/healthz", health.alive, None, "Running"),
    Route("GET", "/readyz", health.ready, None, "Running"),
    Route("GET", "/metrics", health.metrics, "read", "Running"),
    Route("GET", "/openapi.json", docs.document, None, "Documentation"),
    Route("GET", "/docs", docs.page, None, "Documentation"),
    Route("GET", "/docs/style.css", docs.style, None, "Documentation"),
    Route("GET", "/problems/{name}", docs.problem, None, "Documentation"),
)
