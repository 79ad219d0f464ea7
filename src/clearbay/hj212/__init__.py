"""HJ 212, all versions: framing, parsing, answering and building of China's pollution-source logger
protocol."""

from clearbay.hj212.answers import answer, answer_cn, wants_answer
from clearbay.hj212.building import build_frame, build_segment, frame_segment, split_data
from clearbay.hj212.crc import crc16
from clearbay.hj212.framing import Frame, Framer, Refusal
from clearbay.hj212.joining import Joiner
from clearbay.hj212.packet import Item, Packet
from clearbay.hj212.parsing import parse_frame, parse_segment
from clearbay.hj212.reasons import Deviation, FrameError, Reason
from clearbay.hj212.versions import Version, detect_version

__all__ = [
    "Deviation",
    "Frame",
    "FrameError",
    "Framer",
    "Item",
    "Joiner",
    "Packet",
    "Reason",
    "Refusal",
    "Version",
    "answer",
    "answer_cn",
    "build_frame",
    "build_segment",
    "crc16",
    "detect_version",
    "frame_segment",
    "parse_frame",
    "parse_segment",
    "split_data",
    "wants_answer",
]
