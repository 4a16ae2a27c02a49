"""What runs in the background of every worker, by the name under which it is logged."""

from service.worker import Background
from service.worker.life import upkeep
from service.worker.sender import tell

BACKGROUND: dict[str, Background] = {
    "upkeep": upkeep,
    "webhooks": tell,
}
