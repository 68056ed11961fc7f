"""The Feed API: a file of revisions goes in, is worked off by and by, and a file of answers comes out."""

import gzip
import io
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from xml.etree.ElementTree import Element

from tranter.connectors.ebay.simulator.errors import RefusedError
from tranter.connectors.ebay.simulator.shop import Shop, body_of, whole_number
from tranter.connectors.ebay.simulator.sites import SITES
from tranter.connectors.ebay.simulator.times import stamp
from tranter.connectors.ebay.simulator.trading import NAMESPACE, Call, TradingError, document, finished, parsed
from tranter.connectors.ebay.simulator.trading_listings import revise_inventory_status
from tranter.testing.simulator import SimReply, SimRequest, json_reply

Json = dict[str, Any]
PATH = "/sell/feed/v1/task"
REVISE = "LMS_REVISE_INVENTORY_STATUS"
UPLOAD_WITHIN = timedelta(hours=1)
WORK_SECONDS = 30
MAX_BYTES = 15 * 1024 * 1024
TASKS_PER_DAY = 400


@dataclass
class Task:
    task_id: str
    feed_type: str
    schema_version: str
    created_at: datetime
    status: str = "CREATED"
    completed_at: datetime | None = None
    uploaded: bytes = b""
    result: bytes = b""
    succeeded: int = 0
    failed: int = 0


@dataclass
class Feed:
    shop: Shop
    tasks: dict[str, Task] = field(default_factory=dict)
    made: Counter[tuple[date, str]] = field(default_factory=Counter)


def create_task(feed: Feed, request: SimRequest) -> SimReply:
    shop, body = feed.shop, body_of(request, 160017)
    if body.get("feedType") != REVISE:
        raise RefusedError(160017)
    if not body.get("schemaVersion"):
        raise RefusedError(160018)
    if request.headers.get("x-ebay-c-marketplace-id") not in SITES:
        raise RefusedError(160027)
    today = (shop.now.date(), REVISE)
    if feed.made[today] >= TASKS_PER_DAY:
        raise RefusedError(160025)
    feed.made[today] += 1
    task = Task(f"task-10-{len(feed.tasks) + 1:010d}", REVISE, str(body["schemaVersion"]), shop.now)
    feed.tasks[task.task_id] = task
    return SimReply(202, b"", (("Location", f"{shop.origin(request)}{PATH}/{task.task_id}"),))


def get_tasks(feed: Feed, request: SimRequest) -> SimReply:
    feed_type = request.param("feed_type")
    if feed_type != REVISE:
        raise RefusedError(160006, value=feed_type or "")
    limit = whole_number(request, "limit", 10, 160006)
    tasks = [_task(feed, request, task) for task in feed.tasks.values()]
    href = f"{feed.shop.origin(request)}{PATH}?feed_type={REVISE}"
    return json_reply(200, {"href": href, "limit": limit, "offset": 0, "total": len(tasks), "tasks": tasks[:limit]})


def get_task(feed: Feed, request: SimRequest, task_id: str) -> SimReply:
    return json_reply(200, _task(feed, request, _known(feed, task_id)))


def upload_file(feed: Feed, request: SimRequest, task_id: str) -> SimReply:
    task, now = _known(feed, task_id), feed.shop.now
    if now - task.created_at > UPLOAD_WITHIN:
        raise RefusedError(160026)
    if task.status != "CREATED":
        raise RefusedError(160023, value=task_id)
    content = _file_of(request)
    if len(content) > MAX_BYTES:
        raise RefusedError(160028)
    task.uploaded = _unpacked(content)
    task.status = "QUEUED"
    world = feed.shop.world
    world.at(now + timedelta(seconds=WORK_SECONDS / 3), lambda: _begin(task))
    world.at(now + timedelta(seconds=WORK_SECONDS), lambda: _work(feed, task))
    return json_reply(200, {})


def download_result_file(feed: Feed, request: SimRequest, task_id: str) -> SimReply:
    return _download(_known(feed, task_id), "result")


def download_input_file(feed: Feed, request: SimRequest, task_id: str) -> SimReply:
    return _download(_known(feed, task_id), "uploaded")


def _download(task: Task, which: str) -> SimReply:
    content = task.result if which == "result" else task.uploaded
    if not content:
        raise RefusedError(160014, value=task.task_id)
    name = f'attachment; filename="{task.task_id}.xml.gz"'
    packed = gzip.compress(content, mtime=0)
    return SimReply(200, packed, (("Content-Type", "application/octet-stream"), ("Content-Disposition", name)))


def _known(feed: Feed, task_id: str) -> Task:
    if task_id not in feed.tasks:
        raise RefusedError(160003, value=task_id)
    return feed.tasks[task_id]


def _begin(task: Task) -> None:
    task.status = "IN_PROCESS"


def _work(feed: Feed, task: Task) -> None:
    """Each request of the file is an ordinary Trading call; what went wrong stands in the result only."""
    answers = Element("BulkDataExchangeResponses", {"xmlns": NAMESPACE})
    try:
        asked = parsed(task.uploaded)
    except TradingError:
        task.status, task.completed_at = "FAILED", feed.shop.now
        return
    for each in asked.findall("ReviseInventoryStatusRequest"):
        call = Call(feed.shop, "ReviseInventoryStatus", each)
        try:
            revise_inventory_status(call)
            problems = call.problems
        except TradingError as error:
            problems = [error]
        failed = any(not problem.warning for problem in problems)
        task.failed, task.succeeded = task.failed + failed, task.succeeded + (not failed)
        answers.append(finished(call, problems))
    task.result = document(answers)
    task.status = "COMPLETED_WITH_ERROR" if task.failed else "COMPLETED"
    task.completed_at = feed.shop.now


def _file_of(request: SimRequest) -> bytes:
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    message = message_from_bytes(head + request.body, policy=HTTP)
    for part in message.iter_parts() if message.is_multipart() else ():
        if part.get_param("name", header="content-disposition") == "file":
            content = part.get_payload(decode=True)
            return content if isinstance(content, bytes) else b""
    raise RefusedError(160100)


def _unpacked(content: bytes) -> bytes:
    try:
        if content.startswith(b"\x1f\x8b"):
            return gzip.decompress(content)
        if content.startswith(b"PK"):
            archive = zipfile.ZipFile(io.BytesIO(content))
            return archive.read(archive.namelist()[0])
    except (OSError, EOFError, zipfile.BadZipFile, IndexError):
        raise RefusedError(160020, value="It can't be unpacked.") from None
    return content


def _task(feed: Feed, request: SimRequest, task: Task) -> Json:
    body: Json = {
        "taskId": task.task_id,
        "status": task.status,
        "feedType": task.feed_type,
        "creationDate": stamp(task.created_at),
        "schemaVersion": task.schema_version,
        "detailHref": f"{feed.shop.origin(request)}{PATH}/{task.task_id}",
    }
    if task.completed_at:
        body["completionDate"] = stamp(task.completed_at)
        body["uploadSummary"] = {"successCount": task.succeeded, "failureCount": task.failed}
    return body
