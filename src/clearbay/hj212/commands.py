"""The commands of all versions by number: what each is, which way it goes, and where it is defined.

Sources: HJ/T 212-2005 §6.6; HJ 212-2017 §6.6.5 Table 9; HJ 212-2025 Annex C (through public code that
quotes it:
entries only there are marked). Surface-water numbers and 9021 are field dialects.
"""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a command is to a platform, and so how an exchange with it goes."""

    REQUEST = "request"  # host asks; 9011, data if any, 9012 (HJ 212-2017 §6.5.1)
    UPLOAD = "upload"  # logger sends data; 9014 when asked for (§6.5.2)
    NOTICE = "notice"  # either side tells; 9013 (§6.5.3)
    ANSWER = "answer"  # 9011 to 9014: never answered


@dataclass(frozen=True, slots=True)
class Command:
    """A command: number, names, how an upload under it is treated, and how a request for it ends.

    `returns` says that a request brings data back between 9011 and 9012; `verified` is False for what
    was not read
    in a standard itself.
    """

    cn: str
    zh: str
    en: str
    upload: Kind = Kind.UPLOAD
    request: Kind | None = Kind.REQUEST
    returns: bool = False
    verified: bool = True


def _set(cn: str, zh: str, en: str) -> Command:
    return Command(cn, zh, en)


def _get(cn: str, zh: str, en: str) -> Command:
    return Command(cn, zh, en, returns=True)


def _up(cn: str, zh: str, en: str, *, verified: bool = True) -> Command:
    return Command(cn, zh, en, request=None, verified=verified)


def _stop(cn: str, zh: str, en: str) -> Command:
    return Command(cn, zh, en, request=Kind.NOTICE)


_ALL = (
    _set("1000", "设置超时时间及重发次数", "set time-out and resend count"),
    Command(
        "1001",
        "设置超限报警时间（2005）；上传数采仪硬件编码（2025）",
        "set alarm time (2005); upload hardware numbers (2025)",
    ),
    Command("1002", "设置数采仪入网编码 MN", "set MN (2025)", verified=False),
    _get("1011", "提取现场机时间", "get clock"),
    _set("1012", "设置现场机时间", "set clock"),
    Command("1013", "现场机时间校准请求", "logger asks for the time", upload=Kind.NOTICE, request=None),
    Command("1014", "更换 SM4 密钥", "new SM4 key (2025)", upload=Kind.NOTICE, verified=False),
    _get("1015", "提取数采仪时间（地表水）", "logger clock (surface water)"),
    _get("1021", "提取污染物报警门限值", "get alarm limits (2005)"),
    _set("1022", "设置污染物报警门限值", "set alarm limits (2005)"),
    _get("1031", "提取上位机地址", "get host address (2005)"),
    _set("1032", "设置上位机地址", "set host address (2005)"),
    _get("1041", "提取数据上报时间", "get report time (2005)"),
    _set("1042", "设置数据上报时间", "set report time (2005)"),
    _get("1061", "提取实时数据间隔", "get real-time interval"),
    _set("1062", "设置实时数据间隔", "set real-time interval"),
    _get("1063", "提取分钟数据间隔", "get minute interval"),
    _set("1064", "设置分钟数据间隔", "set minute interval"),
    _set("1072", "设置现场机密码", "set password"),
    Command("2011", "污染物实时数据", "real-time data", returns=True),
    _stop("2012", "停止察看实时数据", "stop real-time data"),
    Command(
        "2013",
        "周期性分析仪原始数据",
        "original data of periodic analysers (2025)",
        returns=True,
        verified=False,
    ),
    Command("2021", "设备运行状态", "facility running state", returns=True),
    _stop("2022", "停止察看设备运行状态", "stop facility running state"),
    _get("2031", "污染物日历史数据", "day data"),
    _get("2041", "设备运行时间日历史数据", "facility running hours of the day"),
    _get("2051", "污染物分钟数据", "minute data"),
    Command("2052", "噪声单次监测数据", "single noise measurement (2025)", returns=True, verified=False),
    _get("2061", "污染物小时数据", "hour data"),
    Command("2062", "自动标样核查数据", "standard-sample check (2025)", returns=True, verified=False),
    _get("2063", "加标回收数据（地表水）", "spike recovery (surface water)"),
    _get("2064", "平行样数据（地表水）", "parallel sample (surface water)"),
    _get("2065", "零点核查数据（地表水）", "zero check (surface water)"),
    _get("2066", "跨度核查数据（地表水）", "span check (surface water)"),
    _get("2071", "污染物报警记录", "alarm records (2005)"),
    Command("2072", "上传报警事件", "alarm event (2005)", upload=Kind.NOTICE, request=None),
    _up("2081", "上传数采仪开机时间", "logger's start time"),
    _up("2111", "炉膛温度 5 分钟均值", "furnace temperature, 5-min mean (2025)", verified=False),
    _set("3011", "零点校准量程校准", "zero and span calibration"),
    _set("3012", "即时采样", "sample now"),
    _set("3013", "启动清洗/反吹（2005：设备操作）", "clean or blow back (2005: operate device)"),
    _set("3014", "比对采样（2005：设置采样周期）", "comparison sampling (2005: set sampling period)"),
    Command("3015", "超标留样", "keep a sample on exceedance", returns=True),
    _set("3016", "设置采样时间周期", "set sampling period"),
    _get("3017", "提取采样时间周期", "get sampling period"),
    _get("3018", "提取出样时间", "get result delay"),
    _get("3019", "提取设备唯一标识", "get instrument id"),
    _get("3020", "提取现场机信息", "get field information"),
    _set("3021", "设置现场机参数", "set field parameter"),
    Command("3022", "远程留样", "keep a sample now (2025)", verified=False),
    Command("3024", "启动标样核查", "start standard-sample check (2025)", verified=False),
    Command("9011", "请求应答", "request answer", upload=Kind.ANSWER, request=None),
    Command("9012", "操作执行结果", "execution result", upload=Kind.ANSWER, request=None),
    Command("9013", "通知应答", "notice answer", upload=Kind.ANSWER, request=None),
    Command("9014", "数据应答", "data answer", upload=Kind.ANSWER, request=None),
    Command("9015", "心跳", "heartbeat (2025)", upload=Kind.NOTICE, request=None, verified=False),
    Command("9021", "登录（厂商方言）", "login (vendor dialect)", upload=Kind.NOTICE, request=None, verified=False),
)
_SURFACE_WATER = (
    *("3042", "3043", "3044", "3045", "3046", "3056", "3060", "3061"),
    *("3080", "3081", "3082", "3083", "3084", "3085", "3086", "3100"),
)

COMMANDS: dict[str, Command] = {command.cn: command for command in _ALL} | {
    cn: Command(cn, "地表水站命令", "surface-water station command", verified=False) for cn in _SURFACE_WATER
}

PERIODS_S: dict[str, int] = {"2031": 86400, "2041": 86400, "2061": 3600, "2111": 300}
"""Length of the period of a data command [s]; minute data (2051) have the length set by 1064."""

QN_RETURNS: dict[int, tuple[str, str]] = {
    1: ("准备执行请求", "will execute"),
    2: ("请求被拒绝", "refused"),
    3: ("PW 错误", "PW wrong"),
    4: ("MN 错误", "MN wrong"),
    5: ("ST 错误", "ST wrong"),
    6: ("Flag 错误", "Flag wrong"),
    7: ("QN 错误", "QN wrong"),
    8: ("CN 错误", "CN wrong"),
    9: ("CRC 校验错误", "CRC wrong"),
    100: ("未知错误", "unknown error"),
}
"""QnRtn of 9011, HJ 212-2017 Table 7."""

EXE_RETURNS: dict[int, tuple[str, str]] = {
    1: ("执行成功", "done"),
    2: ("执行失败，原因未知", "failed, cause unknown"),
    3: ("命令请求条件错误", "condition wrong"),
    4: ("通讯超时", "communication time-out"),
    5: ("系统繁忙", "busy"),
    6: ("系统故障", "system fault"),
    100: ("没有数据", "no data"),
}
"""ExeRtn of 9012, HJ 212-2017 Table 6."""
