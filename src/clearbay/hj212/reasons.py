"""Why a frame is refused, and what a tolerated frame does otherwise than its standard says. Both lists
are closed."""

from enum import StrEnum

from clearbay.vocabulary.errors import ClearbayError


class Reason(StrEnum):
    """Why a frame is refused; every refusal has exactly one."""

    WRONG_CRC = "wrong_crc"
    MODBUS_CRC = "modbus_crc"
    SWAPPED_CRC = "swapped_crc"
    WRONG_LENGTH = "wrong_length"
    TOO_LONG = "too_long"
    CUT = "cut"
    GARBAGE = "garbage"
    NOT_TEXT = "not_text"
    NO_CP = "no_cp"
    BAD_FIELD = "bad_field"
    NO_MN = "no_mn"
    BAD_SYSTEM = "bad_system"
    NO_COMMAND = "no_command"
    UNKNOWN_COMMAND = "unknown_command"
    BAD_PART = "bad_part"
    BAD_TIME = "bad_time"
    BAD_NUMBER = "bad_number"
    BAD_CIPHER = "bad_cipher"
    UNKNOWN_MN = "unknown_mn"
    WRONG_PASSWORD = "wrong_password"


EXPLANATIONS: dict[Reason, tuple[str, str]] = {
    Reason.WRONG_CRC: ("CRC 不符：数据在途中改变，或校验值是占位符", "the CRC does not fit the segment"),
    Reason.MODBUS_CRC: (
        "CRC 是 MODBUS 算法，不是 HJ 212 算法",
        "the CRC is CRC-16/MODBUS, not that of HJ 212",
    ),
    Reason.SWAPPED_CRC: ("CRC 高低字节颠倒", "the two bytes of the CRC are swapped"),
    Reason.WRONG_LENGTH: ("数据段长度字段与实际长度不符", "the length field does not fit the segment"),
    Reason.TOO_LONG: ("数据段超过允许长度", "the segment is longer than allowed"),
    Reason.CUT: ("数据包不完整", "the frame is cut short"),
    Reason.GARBAGE: ("不是 HJ 212 数据包", "bytes that are no frame"),
    Reason.NOT_TEXT: ("既不是 ASCII/UTF-8，也不是 GB18030", "neither ASCII, UTF-8 nor GB18030"),
    Reason.NO_CP: ("没有 CP=&&…&& 数据区", "there is no CP=&&…&&"),
    Reason.BAD_FIELD: ("字段不是“名称=值”", "a field is not name=value"),
    Reason.NO_MN: ("没有设备唯一标识 MN", "there is no MN"),
    Reason.BAD_SYSTEM: ("没有系统编码 ST，或格式不对", "ST is absent or malformed"),
    Reason.NO_COMMAND: ("没有命令编码 CN，或格式不对", "CN is absent or malformed"),
    Reason.UNKNOWN_COMMAND: ("未知的命令编码 CN", "CN is no command of any version"),
    Reason.BAD_PART: ("PNUM/PNO 不成立", "PNUM and PNO do not make sense"),
    Reason.BAD_TIME: ("时间不成立", "a time is not a time"),
    Reason.BAD_NUMBER: ("数值不是数", "a value is not a number"),
    Reason.BAD_CIPHER: (
        "密文解不开：密钥不符或数据损坏",
        "the cipher text does not decrypt with the station's key",
    ),
    Reason.UNKNOWN_MN: ("未登记的 MN：保存，不应答", "the MN is not registered: kept, not answered"),
    Reason.WRONG_PASSWORD: ("访问密码 PW 不对", "PW is not the station's password"),
}


class Deviation(StrEnum):
    """What a tolerated frame does otherwise than its standard says."""

    SEGMENT_OVER_1024 = "segment_over_1024"
    LOWER_CASE_CRC = "lower_case_crc"
    NO_QN = "no_qn"
    QN_NOT_A_TIME = "qn_not_a_time"
    NO_FLAG = "no_flag"
    FLAG_UNREADABLE = "flag_unreadable"
    UNFLAGGED_PARTS = "unflagged_parts"
    NAME_CASE = "name_case"
    BLANKS = "blanks"
    COMMA_FOR_SEMICOLON = "comma_for_semicolon"
    MISSING_SEMICOLON = "missing_semicolon"
    LONG_TIME = "long_time"
    EMPTY_VALUE = "empty_value"
    GB18030 = "gb18030"
    REPEATED_NAME = "repeated_name"


class FrameError(ClearbayError, ValueError):
    """A frame is refused: the reason, the byte offset of what is wrong, and a sentence for a person."""

    def __init__(self, reason: Reason, offset: int, detail: str) -> None:
        super().__init__(f"{reason.value} at byte {offset}: {detail}")
        self.reason = reason
        self.offset = offset
        self.detail = detail
