"""The style sheet, the script and the mark: files that are named after their content, so that a browser keeps them."""

from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel

from service.api.operation import Answer, Call, operation
from service.api.problems import NOT_FOUND, Problem
from service.api.reply import Reply

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_FOREVER = "public, max-age=31536000, immutable"
_FOLDER = Path(__file__).with_name("static")
_FILES = {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.suffix in _TYPES}
NAMES = {name: f"{Path(name).stem}.{sha256(data).hexdigest()[:12]}{Path(name).suffix}" for name, data in _FILES.items()}
"""The name of each file as pages ask for it."""
_BY_NAME = {NAMES[name]: data for name, data in _FILES.items()}


class AssetPath(BaseModel):
    name: str


@operation(Answer(bytes, "the file", media_types=("text/css", "text/javascript", "image/svg+xml")))
async def asset(call: Call, path: AssetPath) -> Reply:
    """A file that pages use."""
    data = _BY_NAME.get(path.name)
    if data is None:
        raise Problem(NOT_FOUND, "there is no such file: reload the page that asked for it")
    return Reply(data, media_type=_TYPES[Path(path.name).suffix], cache=_FOREVER)
