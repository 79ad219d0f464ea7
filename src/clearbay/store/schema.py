"""The tables of a store."""

HOT = (
    """CREATE TABLE {db}.packets (
        number BIGINT, received_at TIMESTAMP, peer VARCHAR, mn VARCHAR, cn USMALLINT, bytes BLOB,
        verdict UTINYINT, reason VARCHAR, digest UBIGINT, sent_at BIGINT)""",
    """CREATE TABLE {db}.observations (
        series INTEGER, time TIMESTAMP, period_s INTEGER, statistic UTINYINT, value DOUBLE, text VARCHAR,
        flag VARCHAR, quality UTINYINT, packet BIGINT, received_at TIMESTAMP, revision USMALLINT)""",
)
"""One month of arrivals. `digest` and `sent_at` find resends; `packet` is the packet's number."""

BOOK = (
    "CREATE TABLE IF NOT EXISTS {db}.series (series INTEGER, point_id VARCHAR, code VARCHAR, basis VARCHAR)",
    """CREATE TABLE IF NOT EXISTS {db}.channels (
        revision INTEGER, entered_at TIMESTAMP, mn VARCHAR, st VARCHAR, code VARCHAR, point_id VARCHAR,
        basis VARCHAR, unit VARCHAR, label VARCHAR, valid_from BIGINT, valid_to BIGINT)""",
    "CREATE TABLE IF NOT EXISTS {db}.channel_revisions (revision INTEGER, entered_at TIMESTAMP)",
    """CREATE TABLE IF NOT EXISTS {db}.tags (
        tag_id VARCHAR, revision INTEGER, point_id VARCHAR, kind VARCHAR, label VARCHAR, "start" TIMESTAMP,
        "end" TIMESTAMP, entered_at TIMESTAMP, "by" VARCHAR, source VARCHAR)""",
    """CREATE TABLE IF NOT EXISTS {db}.findings (
        finding_id VARCHAR, revision INTEGER, point_id VARCHAR, code VARCHAR, basis VARCHAR, time TIMESTAMP,
        period_s INTEGER, standard VARCHAR, clause VARCHAR, verdict VARCHAR, assessed_at TIMESTAMP,
        content VARCHAR)""",
    "CREATE TABLE IF NOT EXISTS {db}.minutes (entered_at TIMESTAMP, mn VARCHAR, seconds INTEGER)",
    "CREATE TABLE IF NOT EXISTS {db}.redecoded (mn VARCHAR, done_at TIMESTAMP)",
    "CREATE TABLE IF NOT EXISTS {db}.changed (number BIGINT, point_id VARCHAR, hour TIMESTAMP)",
)
"""What does not come in packets; `content` of a finding is its whole record as JSON."""

PACKET_COLUMNS = "number, received_at, peer, mn, cn, bytes, verdict, reason, digest, sent_at"
OBSERVATION_COLUMNS = "series, time, period_s, statistic, value, text, flag, quality, packet, received_at, revision"
