"""What the API offers, as one OpenAPI document made from the types that the routes read and write."""

from functools import cache
from typing import Any, Final

import msgspec
from msgspec import Struct

from zhamen import __version__
from zhamen.api.decisions import BatchAnswer, DecisionAnswer, Recorded
from zhamen.api.errors import ErrorAnswer
from zhamen.api.funds import PlanAsked
from zhamen.api.management import FallbackTable, Health, PackInForce
from zhamen.api.names import NameAsked, NamesFound, PayeeAsked, PayeeChecked
from zhamen.api.payments import Cancelled, Failures, PaymentStanding, Stated, StatementKept
from zhamen.api.public import Blinded, ChallengeSet, Multiple, Prefix, Tags
from zhamen.api.risk import (
    Asked,
    AskedMany,
    Changes,
    Kept,
    KnownMany,
    Notices,
    Removed,
    Told,
    ToWatch,
    Watched,
)
from zhamen.events.model import EVENT_TYPES, AnyEvent, CashWithdrawal, Event, Transfer
from zhamen.ports.keys import Scope
from zhamen.ports.subscriptions import Subscription
from zhamen.services.ask import Known
from zhamen.services.begin_trace import TraceAsked
from zhamen.services.explain_networks import ExplainAsked
from zhamen.services.explained import Explained
from zhamen.services.traced import FreezeShown, TraceShown

__all__ = ["ROUTES", "Route", "openapi_document"]

_JSON: Final = "application/json"
_REF: Final = "#/components/schemas/{name}"
_PAYMENT: Final = (Transfer, CashWithdrawal)


class Route(Struct, frozen=True, kw_only=True):
    """One way to ask: what it takes, what it gives, who may use it.

    ``scope`` None is any key in force; ``open`` routes need no key. ``takes`` maps media types to
    event types, ``many`` says that the body holds an array of them; ``body`` is any other body.
    """

    method: str
    path: str
    zh: str
    en: str
    gives: dict[int, type[Struct] | str]
    fails: tuple[int, ...]
    scope: Scope | None = None
    open: bool = False
    takes: tuple[type[Event], ...] = ()
    body: type[Struct] | None = None
    many: bool = False
    features: bool = False


_EVENTS: Final = tuple(kind for kind in EVENT_TYPES.values() if kind not in _PAYMENT)
_DOOR: Final = (400, 401, 403, 405, 408, 413, 415, 422, 429, 503)

ROUTES: Final = (
    Route(
        method="POST",
        path="/v1/decisions",
        zh="对一笔付款作出决策",
        en="Decide one payment; the answer comes when the decision is on disk",
        scope="decisions:make",
        takes=_PAYMENT,
        features=True,
        gives={200: DecisionAnswer},
        fails=(*_DOOR, 409),
    ),
    Route(
        method="POST",
        path="/v1/decisions:batch",
        zh="按顺序对一批事件作出决策",
        en="Decide or record many events in order; each has its own answer or error",
        scope="decisions:make",
        takes=tuple(EVENT_TYPES.values()),
        many=True,
        features=True,
        gives={200: BatchAnswer},
        fails=_DOOR,
    ),
    Route(
        method="GET",
        path="/v1/decisions/{event_id}",
        zh="查询一个事件的决策",
        en="Find the decision of an event",
        scope="decisions:read",
        gives={200: DecisionAnswer},
        fails=(400, 401, 403, 404, 405),
    ),
    Route(
        method="POST",
        path="/v1/events",
        zh="记录一个非付款事件",
        en="Record an event that is not a payment; the answer comes when it is on disk",
        scope="events:record",
        takes=_EVENTS,
        gives={202: Recorded},
        fails=(*_DOOR, 409),
    ),
    Route(
        method="POST",
        path="/v1/risk",
        zh="查询一个对象的风险信息",
        en="What is known of one subject; the question is logged before it is answered",
        scope="risk:ask",
        body=Asked,
        gives={200: Known},
        fails=(*_DOOR, 404),
    ),
    Route(
        method="POST",
        path="/v1/risk:batch",
        zh="查询最多一万个对象",
        en="What is known of up to 10,000 subjects; each has its own answer or error",
        scope="risk:ask",
        body=AskedMany,
        gives={200: KnownMany},
        fails=(*_DOOR, 404),
    ),
    Route(
        method="GET",
        path="/v1/subscriptions",
        zh="列出订阅的对象",
        en="The subjects that the caller watches",
        scope="risk:watch",
        gives={200: Watched},
        fails=(400, 401, 403, 405, 429, 503),
    ),
    Route(
        method="POST",
        path="/v1/subscriptions",
        zh="订阅一个对象的变化",
        en="Watch a subject; the same one again gives the first subscription",
        scope="risk:watch",
        body=ToWatch,
        gives={200: Subscription},
        fails=_DOOR,
    ),
    Route(
        method="POST",
        path="/v1/subscriptions:remove",
        zh="取消订阅",
        en="Stop to watch a subject",
        scope="risk:watch",
        body=Removed,
        gives={200: Removed},
        fails=_DOOR,
    ),
    Route(
        method="POST",
        path="/v1/subscriptions:changes",
        zh="取订阅对象的变化，可等待",
        en="What changed on watched subjects after a notice; waits for one up to 30 seconds",
        scope="risk:watch",
        body=Changes,
        gives={200: Notices},
        fails=_DOOR,
    ),
    Route(
        method="POST",
        path="/v1/names",
        zh="在名单上找相近的姓名或企业名称",
        en="Listed people and firms with a name like this one, scored and explained",
        scope="risk:ask",
        body=NameAsked,
        gives={200: NamesFound},
        fails=(*_DOOR, 404),
    ),
    Route(
        method="POST",
        path="/v1/payee-checks",
        zh="付款前核对收款人姓名",
        en="Compare the payee's name with the account's: match, close match, no match, not possible",
        scope="risk:ask",
        body=PayeeAsked,
        gives={200: PayeeChecked},
        fails=(400, 401, 403, 405, 408, 413, 415),
    ),
    Route(
        method="POST",
        path="/v1/feedback",
        zh="登记一次干预的结果",
        en="What became of a warning; later word takes the place of earlier",
        scope="feedback:give",
        body=Told,
        gives={200: Kept},
        fails=(*_DOOR, 404),
    ),
    Route(
        method="POST",
        path="/v1/statements",
        zh="登记付款人看到的提示、回答与确认",
        en="Keep what a payer was shown, answered and confirmed, with its hash and time",
        scope="payments:answer",
        body=Stated,
        gives={200: StatementKept},
        fails=(*_DOOR, 404),
    ),
    Route(
        method="GET",
        path="/v1/payments/{event_id}",
        zh="查询暂缓或延迟付款的状态",
        en="How a held or delayed payment stands",
        scope="payments:read",
        gives={200: PaymentStanding},
        fails=(400, 401, 403, 404, 405, 503),
    ),
    Route(
        method="POST",
        path="/v1/payments:cancel",
        zh="付款人撤销尚未到账的付款",
        en="Take a payment back for its payer while it waits",
        scope="payments:answer",
        body=Cancelled,
        gives={200: PaymentStanding},
        fails=(*_DOOR, 404, 409),
    ),
    Route(
        method="GET",
        path="/v1/outbox",
        zh="未能送达的消息",
        en="Messages to the payment system that were given up, and how many wait",
        scope="payments:read",
        gives={200: Failures},
        fails=(400, 401, 403, 405, 503),
    ),
    Route(
        method="POST",
        path="/v1/traces",
        zh="追踪一笔转账、一个账户或一个案件的资金",
        en="Where the money of a transfer, an account or a case went, or came from",
        scope="funds:trace",
        body=TraceAsked,
        gives={200: TraceShown},
        fails=(*_DOOR, 404),
    ),
    Route(
        method="POST",
        path="/v1/networks",
        zh="一笔转账完成的资金转移手法，或一个账户的评分、关联账户群和被骗资金，附依据",
        en="What patterns a transfer completed; an account's score, cluster and stolen money; and why",
        scope="funds:trace",
        body=ExplainAsked,
        gives={200: Explained},
        fails=(*_DOOR, 404),
    ),
    Route(
        method="POST",
        path="/v1/freeze-plans",
        zh="止付与返还方案，按紧急程度排序",
        en="What to stop and where, the most urgent first, and who would get it back",
        scope="funds:freeze",
        body=PlanAsked,
        gives={200: FreezeShown},
        fails=(*_DOOR, 404),
    ),
    Route(
        method="POST",
        path="/v1/public/challenge",
        zh="公众应用：取工作量证明题",
        en="For applications of the public: a proof of work to do",
        open=True,
        gives={200: ChallengeSet},
        fails=(400, 405, 429),
    ),
    Route(
        method="POST",
        path="/v1/public/multiple",
        zh="公众应用：对盲化的号码作乘法",
        en="The multiple of a blinded number, which tells the server nothing",
        open=True,
        body=Blinded,
        gives={200: Multiple},
        fails=(400, 405, 408, 413, 415, 429),
    ),
    Route(
        method="POST",
        path="/v1/public/tags",
        zh="公众应用：取同一前缀的全部标签",
        en="All tags that begin with some bits; comparing is left to who asks",
        open=True,
        body=Prefix,
        gives={200: Tags},
        fails=(400, 405, 408, 413, 415, 429, 503),
    ),
    Route(
        method="GET",
        path="/v1/policy/fallback",
        zh="闸门不答时各渠道怎么办",
        en="What a channel does with a payment while the gate does not answer",
        gives={200: FallbackTable},
        fails=(400, 401, 405),
    ),
    Route(
        method="GET",
        path="/v1/pack",
        zh="当前策略包",
        en="The policy pack in force",
        gives={200: PackInForce},
        fails=(400, 401, 405),
    ),
    Route(
        method="GET",
        path="/metrics",
        zh="Prometheus 指标",
        en="Metrics in Prometheus' text format",
        scope="metrics:read",
        gives={200: "text/plain"},
        fails=(400, 401, 403, 405),
    ),
    Route(
        method="GET",
        path="/healthz",
        zh="进程是否存活",
        en="Whether the process lives",
        open=True,
        gives={200: Health},
        fails=(405,),
    ),
    Route(
        method="GET",
        path="/readyz",
        zh="是否接受事件",
        en="Whether events are taken",
        open=True,
        gives={200: Health, 503: Health},
        fails=(405,),
    ),
    Route(
        method="GET",
        path="/openapi.json",
        zh="本接口的描述",
        en="This description",
        open=True,
        gives={200: _JSON},
        fails=(405,),
    ),
)


@cache
def openapi_document() -> bytes:
    """Give the OpenAPI 3.1 document as JSON; it is made once."""
    structs = [given for route in ROUTES for given in route.gives.values() if isinstance(given, type)]
    structs += [route.body for route in ROUTES if route.body is not None]
    kinds = [AnyEvent, ErrorAnswer, *dict.fromkeys(structs)]
    schemas, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    named = dict(zip(kinds, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, named)
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "zhamen 闸门", "version": __version__, "license": {"name": "Apache-2.0"}},
            "paths": paths,
            "components": {
                "schemas": components,
                "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def _operation(route: Route, named: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": f"{route.zh} {route.en}",
        "description": "" if route.open else f"API key with scope: {route.scope or 'any'}.",
        "security": [] if route.open else [{"key": []}],
        "responses": {str(status): _answer(given, named) for status, given in route.gives.items()},
    }
    for status in route.fails:
        operation["responses"].setdefault(str(status), _answer(ErrorAnswer, named))
    parameters = []
    if "{event_id}" in route.path:
        parameters.append({"name": "event_id", "in": "path", "required": True, "schema": {"type": "string"}})
    if route.features:
        parameters.append(
            {"name": "features", "in": "query", "schema": {"type": "boolean", "default": False}}
        )
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        content = {_JSON: {"schema": named[route.body]}}
        operation["requestBody"] = {"required": True, "content": content}
    if route.takes:
        operation["requestBody"] = {"required": True, "content": _body(route)}
    return operation


def _answer(given: type[Struct] | str, named: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    if isinstance(given, str):
        return {"description": given, "content": {given: {}}}
    doc = (given.__doc__ or "").partition("\n")[0]
    return {"description": doc, "content": {_JSON: {"schema": named[given]}}}


def _body(route: Route) -> dict[str, Any]:
    one: dict[str, Any] = {
        "oneOf": [{"$ref": _REF.format(name=kind.__name__)} for kind in route.takes],
        "discriminator": {
            "propertyName": "type",
            "mapping": {
                str(kind.__struct_config__.tag): _REF.format(name=kind.__name__) for kind in route.takes
            },
        },
    }
    if not route.many:
        return {_JSON: {"schema": one}}
    return {_JSON: {"schema": {"type": "array", "items": one}}, "application/x-ndjson": {"schema": one}}
