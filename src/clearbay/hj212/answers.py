"""Answers in the shape each version expects.

2017 and 2025 repeat the QN in the head; 2005 puts it in CP and names the command answered (HJ/T
212-2005 Annex C).
ST of an answer is 91 in all of them.
"""

from clearbay.hj212.building import build_segment
from clearbay.hj212.commands import COMMANDS, Kind
from clearbay.hj212.packet import Packet
from clearbay.hj212.versions import VERSION_BITS, Version

INTERACTION = "91"
REQUEST_ANSWER, EXECUTION_RESULT, NOTICE_ANSWER, DATA_ANSWER = "9011", "9012", "9013", "9014"


def wants_answer(packet: Packet) -> bool:
    """Whether a packet from a logger is to be answered: it asks for it and is no answer itself."""
    return packet.answer_wanted and COMMANDS[packet.cn].upload is not Kind.ANSWER


def answer_cn(cn: str) -> str:
    """Return the command that answers an upload: 9013 for a notice, 9014 for data (HJ 212-2017 §6.5.2,
    §6.5.3)."""
    return NOTICE_ANSWER if COMMANDS[cn].upload is Kind.NOTICE else DATA_ANSWER


def answer(packet: Packet, version: Version, cn: str | None = None, value: int | None = None) -> bytes:
    """Return the data segment that answers a packet.

    `cn` is 9011 to 9014 (by default what `answer_cn` says), `value` the QnRtn of a 9011 or the ExeRtn
    of a 9012.
    """
    cn = cn or answer_cn(packet.cn)
    result = {REQUEST_ANSWER: "QnRtn", EXECUTION_RESULT: "ExeRtn"}.get(cn)
    fields = [(result, str(value))] if result and value is not None else []
    if version is not Version.V2005:
        flag = VERSION_BITS[version] << 2
        return build_segment(INTERACTION, cn, packet.mn, qn=packet.exchange_qn, pw=packet.pw, flag=flag, fields=fields)
    head_qn = [("QN", packet.exchange_qn)] if packet.exchange_qn else []
    if cn == DATA_ANSWER:
        named = [*head_qn, ("CN", packet.cn)]
        if packet.pno is not None and packet.pnum is not None:
            named += [("PNO", str(packet.pno)), ("PNUM", str(packet.pnum))]
        return build_segment(INTERACTION, cn, None, fields=named, closed=packet.pno is not None)
    old_flag = None if cn == EXECUTION_RESULT else 0
    return build_segment(INTERACTION, cn, packet.mn, pw=packet.pw, flag=old_flag, fields=[*head_qn, *fields])
