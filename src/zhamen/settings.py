"""What an operator may set: one frozen object, made from ``ZHAMEN_…`` variables and options.

What changes *decisions* (thresholds, weights, rules, lists) is not a setting; it stands in the
policy pack. This is the only module that reads the environment.
"""

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Final, Literal, get_args, get_type_hints

from zhamen.core.errors import InvalidSetting
from zhamen.screening.names.payee import Disclosure

__all__ = [
    "ELSEWHERE",
    "SETTINGS",
    "About",
    "Secret",
    "Setting",
    "Settings",
    "Source",
    "read_settings",
    "reference_markdown",
    "sources",
]

_PREFIX: Final = "ZHAMEN_"

ELSEWHERE: Final = {
    "ZHAMEN_ALLOWED_LATENESS": "the policy pack, key `allowed_lateness`",
    "ZHAMEN_CURRENCY": "the policy pack, key `currency`",
    "ZHAMEN_FAIL_OPEN": "the policy pack, key `policy.unavailable`",
    "ZHAMEN_THRESHOLD": "the policy pack, keys `scorecards` and `rules`",
    "ZHAMEN_UTC_OFFSET": "the policy pack, key `utc_offset`",
}
"""Names that are not settings, or no longer are, and where what they mean is set."""

Source = Literal["option", "environment", "default"]


class Secret:
    """A text that prints as stars.

    >>> print(Secret("open sesame"), repr(Secret("")))
    ******** Secret('')
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Give the text itself."""
        return self._text

    def __str__(self) -> str:
        return "********" if self._text else ""

    def __repr__(self) -> str:
        return f"Secret({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


_NO_SECRET: Final = Secret("")


@dataclass(frozen=True)
class About:
    """What a setting means, in both languages; for numbers, the unit and the bounds (included)."""

    zh: str
    en: str
    unit: str = ""
    least: int = 0
    most: int = 0


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is in force; the variable of a field is ``ZHAMEN_`` and its name in capitals."""

    data_dir: Annotated[
        Path,
        About(
            "日志、快照和接口密钥所在的文件夹。",
            "The folder of the journal, the snapshots and the API keys.",
        ),
    ] = Path("var")
    pack: Annotated[
        str,
        About("策略包：自带包的名称，或文件路径。", "The policy pack: the name of a shipped one, or a path."),
    ] = "starter"
    records_url: Annotated[
        Secret,
        About(
            "风险信息库：留空用数据文件夹里的 SQLite，或 postgresql://用户:口令@主机/库。",
            "The store of risk information: empty for SQLite in the data folder, "
            "or postgresql://user:password@host/name.",
        ),
    ] = _NO_SECRET
    screening_secrets: Annotated[
        str,
        About(
            "风险信息散列密钥的文件；留空为数据文件夹里的 screening.key。",
            "The file of the secrets that identifiers are hashed with; "
            "empty: screening.key in the data folder.",
        ),
    ] = ""
    card_bins: Annotated[
        str,
        About(
            "卡 BIN 表（CSV，列 bin、bank、type、length）；留空则不显示发卡行。",
            "The table of card beginnings (CSV with bin, bank, type, length); empty: issuers are not shown.",
        ),
    ] = ""
    evidence_dir: Annotated[
        str,
        About(
            "案件证据文件夹；留空为数据文件夹里的 evidence。",
            "The folder of evidence files; empty: evidence in the data folder.",
        ),
    ] = ""
    evidence_most_mb: Annotated[
        int, About("单个证据文件的上限。", "The largest evidence file that is taken.", "MB", 1, 1_000)
    ] = 20
    webhook_url: Annotated[
        str,
        About(
            "暂缓付款的处置结果发往的地址（https）；留空则消息留在待发箱。",
            "Where it is told what became of held payments (https); empty: messages wait in the outbox.",
        ),
    ] = ""
    webhook_secret: Annotated[
        Secret,
        About(
            "消息签名的密钥，至少 32 个字符。",
            "The secret that messages are signed with, 32 characters or more.",
        ),
    ] = _NO_SECRET
    query_log_days: Annotated[
        int,
        About("查询日志保存多少天。", "How long the log of questions is kept.", "days", 30, 36_500),
    ] = 1_095
    appeal_days: Annotated[
        int,
        About(
            "申诉办结后保存多少天（默认为三年诉讼时效）。",
            "How long an appeal is kept after its answer; by default the three years to sue in.",
            "days",
            30,
            36_500,
        ),
    ] = 1_095
    subscription_days: Annotated[
        int,
        About(
            "接口密钥失效后，它的订阅再保存多少天。",
            "How long the subscriptions of an API key are kept after its end.",
            "days",
            1,
            3_650,
        ),
    ] = 30
    unchecked_days: Annotated[
        int,
        About(
            "没有人复核的候选记录（如公众举报）保存多少天，然后删除。",
            "How long a record that nobody has checked is kept, as a report of the public.",
            "days",
            7,
            3_650,
        ),
    ] = 180
    payee_disclosure: Annotated[
        Disclosure,
        About(
            "收款人姓名近似时告诉付款人多少：masked 首字、full 全名、nothing 不告诉。",
            "What a close match of a payee's name tells of the account's: first letters, all, or nothing.",
        ),
    ] = Disclosure.MASKED
    work_key: Annotated[
        str,
        About(
            "加密员工第二验证要素的密钥文件；留空为数据文件夹里的 work.key。",
            "The file of the key that second factors of staff are encrypted with; "
            "empty: work.key in the data folder.",
        ),
    ] = ""
    second_factor_roles: Annotated[
        str,
        About(
            "必须设置第二验证要素的岗位，用空格分开，如 administrator supervisor。",
            "The roles that need a second factor, with spaces between, as administrator supervisor.",
        ),
    ] = ""
    public_url: Annotated[
        str,
        About(
            "浏览器访问本系统的地址，如 https://zhamen.bank.example；统一登录需要。",
            "The address that browsers know this by, as https://zhamen.bank.example; "
            "the bank's own sign-in needs it.",
        ),
    ] = ""
    oidc_issuer: Annotated[
        str,
        About(
            "本行统一登录（OpenID Connect）的签发者地址；留空则只用口令登录。",
            "The issuer of the bank's own sign-in (OpenID Connect); empty: passwords only.",
        ),
    ] = ""
    oidc_client_id: Annotated[
        str, About("本系统在统一登录处的客户端编号。", "The client id that the provider gave to this.")
    ] = ""
    oidc_client_secret: Annotated[
        Secret, About("本系统在统一登录处的客户端密钥。", "The client secret that the provider gave to this.")
    ] = _NO_SECRET
    oidc_scopes: Annotated[
        str, About("向统一登录请求的范围。", "The scopes that are asked of the provider.")
    ] = "openid profile"
    oidc_name_claim: Annotated[
        str, About("哪个声明是登录名。", "The claim that holds the name of the account.")
    ] = "preferred_username"
    oidc_groups_claim: Annotated[
        str, About("哪个声明是用户组。", "The claim that holds the groups of somebody.")
    ] = "groups"
    oidc_unit_claim: Annotated[
        str,
        About("哪个声明是机构代码或路径。", "The claim that holds the code or the path of somebody's unit."),
    ] = "unit"
    oidc_roles: Annotated[
        str,
        About(
            "用户组与岗位的对应，如 fraud-team=analyst，用空格分开；留空则岗位在本系统维护。",
            "Which group has which role, as fraud-team=analyst, with spaces between; "
            "empty: roles and units are kept here.",
        ),
    ] = ""
    oidc_create: Annotated[
        bool,
        About(
            "统一登录的人没有账号时自动建立；需要 oidc_roles。",
            "Make an account for whom the provider vouches for and who has none; needs oidc_roles.",
        ),
    ] = False
    oidc_authorities: Annotated[
        str,
        About(
            "为统一登录的证书作保的根证书文件（PEM）；留空用公认的。",
            "The certificates that vouch for the provider (PEM); empty: those that are publicly trusted.",
        ),
    ] = ""
    projector: Annotated[
        bool,
        About(
            "在服务旁边保持各视图最新；由 `zhamen projections follow` 另行运行时关闭。",
            "Keep the views of the journal up beside the gate; off where `zhamen projections follow` does.",
        ),
    ] = True
    host: Annotated[str, About("监听的地址。", "The address to listen on.")] = "127.0.0.1"
    port: Annotated[
        int,
        About("监听的端口；0 表示任选。", "The port to listen on; 0 takes a free one.", "", 0, 65_535),
    ] = 8080
    trusted_proxies: Annotated[
        str,
        About(
            "本机前面的代理的地址或网段，用空格分开；只有它们的 X-Forwarded-For 才算数。留空：不看这个头。",
            "Addresses or networks of the proxies in front, with spaces between; only their X-Forwarded-For "
            "says who asks. Empty: that header is not read.",
        ),
    ] = ""
    tls_certificate: Annotated[
        str,
        About("TLS 证书链文件（PEM）；留空用明文。", "The TLS certificate chain (PEM); empty: plain HTTP."),
    ] = ""
    tls_key: Annotated[str, About("TLS 私钥文件（PEM）。", "The private key of the certificate (PEM).")] = ""
    tls_key_password: Annotated[Secret, About("TLS 私钥的口令。", "The password of the private key.")] = (
        _NO_SECRET
    )
    require_keys: Annotated[
        bool,
        About(
            "每次调用都要接口密钥；只有监听本机地址时才可关闭。",
            "Ask every call for an API key; may be off on a loopback address only.",
        ),
    ] = True
    metrics_public: Annotated[
        bool, About("不用密钥也能读取 /metrics。", "Show /metrics without an API key.")
    ] = False
    decision_timeout_ms: Annotated[
        int,
        About(
            "一次决策最迟多久落盘；超过则回答 503 和备用结果。",
            "How long a decision may take to be durable; after that the answer is 503 with the fallback.",
            "ms",
            1,
            60_000,
        ),
    ] = 1_000
    max_waiting: Annotated[
        int,
        About(
            "同时等待落盘的事件上限；超过则回答 503。",
            "How many events may wait for the disk at once; one more is answered 503.",
            "events",
            1,
            1_000_000,
        ),
    ] = 2_048
    max_in_flight_per_key: Annotated[
        int,
        About(
            "每个密钥同时在途的事件上限；超过则回答 429。",
            "How many events of one key may be under way at once; one more is answered 429.",
            "events",
            1,
            1_000_000,
        ),
    ] = 1_024
    max_rate_per_key: Annotated[
        int,
        About(
            "每个密钥每秒的事件上限；超过则回答 429。",
            "How many events one key may send in a second; one more is answered 429.",
            "events/s",
            1,
            10_000_000,
        ),
    ] = 20_000
    max_body_bytes: Annotated[
        int, About("单个事件请求体的上限。", "The largest body with one event.", "bytes", 1_024, 1 << 30)
    ] = 65_536
    max_batch_bytes: Annotated[
        int, About("批量请求体的上限。", "The largest body of a batch.", "bytes", 1_024, 1 << 30)
    ] = 8_388_608
    max_batch_events: Annotated[
        int, About("一批的事件数上限。", "The most events in a batch.", "events", 1, 1_000_000)
    ] = 1_000
    max_header_bytes: Annotated[
        int,
        About("请求行与请求头的上限。", "The largest request line and headers.", "bytes", 1_024, 1 << 20),
    ] = 16_384
    max_connections: Annotated[
        int,
        About(
            "同时连接数的上限；再多的连接得到 503。",
            "How many connections may be open; one more gets 503.",
            "connections",
            1,
            1_000_000,
        ),
    ] = 1_024
    read_timeout_ms: Annotated[
        int,
        About("一个请求最迟多久收完。", "How long a request may take to arrive.", "ms", 100, 600_000),
    ] = 10_000
    keep_alive_seconds: Annotated[
        int, About("空闲连接保留多久。", "How long an idle connection is kept.", "s", 1, 3_600)
    ] = 60
    snapshot_interval_seconds: Annotated[
        int,
        About("两次状态快照之间的间隔。", "The time between two snapshots of the state.", "s", 1, 86_400),
    ] = 300
    stop_notice_ms: Annotated[
        int,
        About(
            "收到停止信号后，先以“未就绪”照常服务多久。",
            "How long to go on serving, as not ready, after the signal to stop.",
            "ms",
            0,
            600_000,
        ),
    ] = 500
    stop_timeout_seconds: Annotated[
        int,
        About(
            "停止时最多等待在途请求多久。",
            "How long to wait for requests under way when stopping.",
            "s",
            1,
            3_600,
        ),
    ] = 30
    access_log: Annotated[bool, About("每个请求记一行日志。", "Write one log line per request.")] = False

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in ("localhost", "::1") or self.host.startswith("127.")

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of the trusted proxies.

        Raises
        ------
        InvalidSetting
            What is written is no network, or is every address.
        """
        return tuple(_read_network(text) for text in self.trusted_proxies.split())


@dataclass(frozen=True)
class Setting:
    """One field of `Settings`, as read off the class."""

    name: str
    kind: type
    default: object
    about: About

    @property
    def variable(self) -> str:
        """As ``ZHAMEN_DATA_DIR``."""
        return _PREFIX + self.name.upper()


def _read_off() -> tuple[Setting, ...]:
    hints = get_type_hints(Settings, include_extras=True)
    parts = [(each.name, each.default, get_args(hints[each.name])) for each in fields(Settings)]
    return tuple(Setting(name, kind, default, about) for name, default, (kind, about) in parts)


SETTINGS: Final = _read_off()
"""Every setting, in the order of the class."""


def read_settings(
    environ: Mapping[str, str] | None = None, options: Mapping[str, object] | None = None
) -> Settings:
    """Give the settings in force: options over environment over defaults.

    Parameters
    ----------
    environ
        The process environment when left out; names without ``ZHAMEN_`` are not ours.
    options
        Values by field name, such as from the command line; None means not given.

    Raises
    ------
    InvalidSetting
        A name that is not a setting, or a value of the wrong type or outside its bounds.

    Examples
    --------
    >>> read_settings({"ZHAMEN_PORT": "9000"}).port
    9000
    >>> read_settings({"ZHAMEN_PROT": "9000"})
    Traceback (most recent call last):
    ...
    zhamen.core.errors.InvalidSetting: ZHAMEN_PROT is not a setting; did you mean ZHAMEN_PORT?
    """
    environ = os.environ if environ is None else environ
    by_variable = {row.variable: row for row in SETTINGS}
    values: dict[str, object] = {}
    for variable, text in environ.items():
        if variable.startswith(_PREFIX):
            if variable not in by_variable:
                raise InvalidSetting(_unknown(variable, list(by_variable)))
            values[by_variable[variable].name] = _read(by_variable[variable], variable, text)
    for name, value in (options or {}).items():
        if value is not None:
            values[name] = _read(by_variable[_PREFIX + name.upper()], f"option {name}", str(value))
    settings = Settings(**values)  # type: ignore[arg-type]  # each value was read as its row says
    _check(settings)
    return settings


def sources(
    environ: Mapping[str, str] | None = None, options: Mapping[str, object] | None = None
) -> dict[str, Source]:
    """Say of each setting, by name, where its value comes from.

    >>> sources({"ZHAMEN_PORT": "9000"}, {"pack": "starter"})["port"]
    'environment'
    """
    environ = os.environ if environ is None else environ
    given = {name for name, value in (options or {}).items() if value is not None}
    found: dict[str, Source] = {}
    for row in SETTINGS:
        outside: Source = "environment" if row.variable in environ else "default"
        found[row.name] = "option" if row.name in given else outside
    return found


def reference_markdown() -> str:
    """Give the reference page of the settings."""
    lines = [
        "# Settings",
        "",
        "Each setting is an environment variable, read once at start.",
        "`zhamen settings` shows what is in force and where each value comes from.",
        "An unknown `ZHAMEN_…` variable is an error that suggests the nearest name.",
        "",
        "| Variable | Type | Default | Unit | 含义 Meaning |",
        "|---|---|---|---|---|",
    ]
    for each in SETTINGS:
        about = each.about
        bounds = f", {about.least} to {about.most}" if each.kind is int else ""
        kind = {bool: "flag", int: "whole number", str: "text"}.get(each.kind, each.kind.__name__.lower())
        if issubclass(each.kind, StrEnum):
            kind = f"one of {', '.join(each.kind)}"
        default = f"`{each.default}`" if str(each.default) else "empty"
        lines.append(
            f"| `{each.variable}` | {kind}{bounds} | {default} | {about.unit} | {about.zh} {about.en} |"
        )
    lines += ["", "## Set elsewhere", "", "What changes decisions is not a setting.", ""]
    lines += [f"- `{variable}`: {where}." for variable, where in ELSEWHERE.items()]
    return "\n".join(lines)


def _unknown(variable: str, known: list[str]) -> str:
    if variable in ELSEWHERE:
        return f"{variable} is not a setting; it is set in {ELSEWHERE[variable]}"
    names = [name.removeprefix(_PREFIX) for name in known]
    nearest = difflib.get_close_matches(variable.removeprefix(_PREFIX), names, n=1)
    hint = f"did you mean {_PREFIX}{nearest[0]}?" if nearest else "`zhamen settings` lists them all"
    return f"{variable} is not a setting; {hint}"


def _read(row: Setting, origin: str, text: str) -> object:
    if row.kind is bool:
        return _read_flag(origin, text)
    if row.kind is int:
        return _read_whole(row.about, origin, text)
    if isinstance(row.default, StrEnum):
        return _read_choice(type(row.default), origin, text)
    return row.kind(text)


def _read_flag(origin: str, text: str) -> bool:
    match text.strip().lower():
        case "1" | "true" | "yes" | "on":
            return True
        case "0" | "false" | "no" | "off":
            return False
    raise InvalidSetting(f"{origin} is {text[:40]!r}, not a flag; write true or false")


def _read_whole(about: About, origin: str, text: str) -> int:
    allowed = f"write a whole number from {about.least} to {about.most}"
    try:
        value = int(text)
    except ValueError:
        raise InvalidSetting(f"{origin} is {text[:40]!r}; {allowed}") from None
    if not about.least <= value <= about.most:
        raise InvalidSetting(f"{origin} is {value}; {allowed}")
    return value


def _read_choice(kind: type[StrEnum], origin: str, text: str) -> StrEnum:
    try:
        return kind(text.strip().lower())
    except ValueError:
        raise InvalidSetting(f"{origin} is {text[:40]!r}; write one of {', '.join(kind)}") from None


def _read_network(text: str) -> IPv4Network | IPv6Network:
    try:
        network = ip_network(text)
    except ValueError:
        raise InvalidSetting(
            f"ZHAMEN_TRUSTED_PROXIES has {text[:50]!r}; write as 10.0.0.5 or 10.0.0.0/24"
        ) from None
    if network.prefixlen == 0:
        raise InvalidSetting(
            f"ZHAMEN_TRUSTED_PROXIES has {text}, so that anybody could say to be anybody; name the proxies"
        )
    return network


def _check(settings: Settings) -> None:
    _ = settings.proxies
    if not settings.require_keys and not settings.loopback:
        raise InvalidSetting(
            f"without API keys only this machine may call, but {settings.host} is reachable from others; "
            "set ZHAMEN_HOST to 127.0.0.1, or make a key with `zhamen keys create`"
        )
    if bool(settings.tls_certificate) != bool(settings.tls_key):
        raise InvalidSetting("TLS needs both ZHAMEN_TLS_CERTIFICATE and ZHAMEN_TLS_KEY; set both or neither")
    if settings.oidc_issuer and not (settings.oidc_client_id and settings.public_url):
        raise InvalidSetting(
            "the bank's own sign-in needs ZHAMEN_OIDC_CLIENT_ID and ZHAMEN_PUBLIC_URL; set both as well"
        )
    if settings.oidc_create and not settings.oidc_roles:
        raise InvalidSetting("ZHAMEN_OIDC_CREATE needs ZHAMEN_OIDC_ROLES, or nobody would have a role")
    if settings.max_batch_events > min(settings.max_in_flight_per_key, settings.max_rate_per_key):
        raise InvalidSetting(
            "ZHAMEN_MAX_BATCH_EVENTS is above ZHAMEN_MAX_IN_FLIGHT_PER_KEY or ZHAMEN_MAX_RATE_PER_KEY, "
            "so that a full batch would never be let in; lower it or raise those"
        )
