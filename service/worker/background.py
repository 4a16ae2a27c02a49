"""What runs in the background of every worker, by the name under which it is logged."""

from service.worker import Background
from service.worker.folders import watch_folders
from service.worker.ledger import keep_ledger
from service.worker.life import upkeep
from service.worker.poller import look_at_sites
from service.worker.sender import tell
from service.worker.sourcefile import follow_file

BACKGROUND: dict[str, Background] = {
    "folders": watch_folders,
    "ledger": keep_ledger,
    "sites": look_at_sites,
    "sources_file": follow_file,
    "upkeep": upkeep,
    "webhooks": tell,
}
