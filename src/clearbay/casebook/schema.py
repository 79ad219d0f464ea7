"""Tables of the casebook. Nothing in them is changed or removed; what holds now is a view or a fold over them."""

VERSION = 1
"""Layout of the file (PRAGMA user_version)."""

APPEND_ONLY = (
    "audit", "attachments", "follow_ups", "follow_up_steps", "nuisances", "nuisance_contacts", "nuisance_decisions",
    "accounts", "sessions", "session_ends", "login_attempts", "setup_tokens", "setup_token_uses",
    "alarms", "alarm_steps", "shelvings", "notices", "notice_attempts", "keys",
)  # fmt: skip
"""Tables whose rows the database itself refuses to change or remove."""

SCHEMA = (
    "CREATE TABLE keys (name TEXT PRIMARY KEY, key BLOB NOT NULL)",
    # Each row's digest covers the row before it: a row changed past the database shows in `AuditLog.broken_at`.
    """CREATE TABLE audit (
        number INTEGER PRIMARY KEY, at TEXT NOT NULL, person TEXT NOT NULL, origin TEXT NOT NULL, what TEXT NOT NULL,
        subject TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, digest TEXT NOT NULL)""",
    """CREATE TABLE attachments (
        number INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, name TEXT NOT NULL, media_type TEXT NOT NULL,
        bytes INTEGER NOT NULL, at TEXT NOT NULL, person TEXT NOT NULL)""",
    """CREATE TABLE nuisances (
        nuisance_id TEXT PRIMARY KEY, at TEXT NOT NULL, noticed_at TEXT NOT NULL, kind TEXT NOT NULL,
        place TEXT NOT NULL, site_id TEXT NOT NULL, lon REAL, lat REAL, text TEXT NOT NULL, text_digest TEXT NOT NULL,
        source TEXT NOT NULL, files TEXT NOT NULL)""",
    "CREATE INDEX nuisances_by_source ON nuisances (source, at)",
    "CREATE INDEX nuisances_by_at ON nuisances (at)",
    # Apart, so that no query for a page can carry it along.
    "CREATE TABLE nuisance_contacts (nuisance_id TEXT PRIMARY KEY REFERENCES nuisances, contact TEXT NOT NULL)",
    """CREATE TABLE nuisance_decisions (
        nuisance_id TEXT PRIMARY KEY REFERENCES nuisances, at TEXT NOT NULL, person TEXT NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN ('followed_up', 'set_aside')), reason TEXT NOT NULL)""",
    """CREATE TABLE follow_ups (
        follow_up_id TEXT PRIMARY KEY, kind TEXT NOT NULL, finding_id TEXT NOT NULL, nuisance_id TEXT NOT NULL,
        point_id TEXT NOT NULL, site_id TEXT NOT NULL, title TEXT NOT NULL, zone TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX follow_ups_finding ON follow_ups (finding_id) WHERE finding_id <> ''",
    "CREATE UNIQUE INDEX follow_ups_nuisance ON follow_ups (nuisance_id) WHERE nuisance_id <> ''",
    """CREATE TABLE follow_up_steps (
        number INTEGER PRIMARY KEY, follow_up_id TEXT NOT NULL REFERENCES follow_ups, step TEXT NOT NULL,
        at TEXT NOT NULL, person TEXT NOT NULL, text TEXT NOT NULL, cause TEXT NOT NULL, measure TEXT NOT NULL,
        due TEXT NOT NULL, files TEXT NOT NULL)""",
    "CREATE INDEX follow_up_steps_of ON follow_up_steps (follow_up_id, number)",
    """CREATE TABLE accounts (
        number INTEGER PRIMARY KEY, account TEXT NOT NULL, at TEXT NOT NULL, person TEXT NOT NULL, role TEXT NOT NULL,
        password TEXT NOT NULL, disabled INTEGER NOT NULL)""",
    "CREATE INDEX accounts_of ON accounts (account, number)",
    """CREATE VIEW current_accounts AS SELECT account, role, password, disabled, at, number FROM accounts AS a
        WHERE number = (SELECT max(number) FROM accounts AS b WHERE b.account = a.account)""",
    """CREATE TABLE sessions (
        token_digest TEXT PRIMARY KEY, account TEXT NOT NULL, started TEXT NOT NULL, expires TEXT NOT NULL,
        origin TEXT NOT NULL)""",
    """CREATE TABLE session_ends (
        token_digest TEXT PRIMARY KEY REFERENCES sessions, at TEXT NOT NULL, why TEXT NOT NULL)""",
    """CREATE TABLE login_attempts (
        number INTEGER PRIMARY KEY, at TEXT NOT NULL, account TEXT NOT NULL, origin TEXT NOT NULL,
        outcome TEXT NOT NULL)""",
    "CREATE INDEX login_attempts_at ON login_attempts (at)",
    "CREATE TABLE setup_tokens (token_digest TEXT PRIMARY KEY, at TEXT NOT NULL, expires TEXT NOT NULL)",
    "CREATE TABLE setup_token_uses (token_digest TEXT PRIMARY KEY REFERENCES setup_tokens, at TEXT NOT NULL)",
    """CREATE TABLE alarms (
        alarm_id TEXT PRIMARY KEY, rule_id TEXT NOT NULL, subject TEXT NOT NULL, point_id TEXT NOT NULL,
        severity TEXT NOT NULL, name_zh TEXT NOT NULL, name_en TEXT NOT NULL, code TEXT NOT NULL, value REAL,
        unit TEXT NOT NULL, value_time TEXT NOT NULL, finding_id TEXT NOT NULL, raised TEXT NOT NULL)""",
    "CREATE INDEX alarms_by_raised ON alarms (raised)",
    "CREATE INDEX alarms_by_subject ON alarms (rule_id, subject, raised)",
    """CREATE TABLE alarm_steps (
        number INTEGER PRIMARY KEY, alarm_id TEXT NOT NULL REFERENCES alarms,
        step TEXT NOT NULL CHECK (step IN ('acknowledged', 'cleared', 'remark')), at TEXT NOT NULL,
        person TEXT NOT NULL, text TEXT NOT NULL)""",
    "CREATE INDEX alarm_steps_of ON alarm_steps (alarm_id, number)",
    """CREATE VIEW current_alarms AS SELECT a.*,
        (SELECT min(at) FROM alarm_steps AS s WHERE s.alarm_id = a.alarm_id AND step = 'acknowledged') AS acknowledged,
        (SELECT person FROM alarm_steps AS s WHERE s.alarm_id = a.alarm_id AND step = 'acknowledged'
            ORDER BY number LIMIT 1) AS acknowledged_by,
        (SELECT min(at) FROM alarm_steps AS s WHERE s.alarm_id = a.alarm_id AND step = 'cleared') AS cleared
        FROM alarms AS a""",
    """CREATE TABLE shelvings (
        number INTEGER PRIMARY KEY, rule_id TEXT NOT NULL, point_id TEXT NOT NULL, at TEXT NOT NULL,
        until TEXT NOT NULL, person TEXT NOT NULL, reason TEXT NOT NULL)""",
    """CREATE TABLE notices (
        notice_id TEXT PRIMARY KEY, at TEXT NOT NULL, receiver TEXT NOT NULL, severity TEXT NOT NULL,
        title TEXT NOT NULL, body TEXT NOT NULL)""",
    """CREATE TABLE notice_attempts (
        number INTEGER PRIMARY KEY, notice_id TEXT NOT NULL REFERENCES notices, at TEXT NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN ('begun', 'sent', 'failed', 'given_up')), detail TEXT NOT NULL)""",
    "CREATE INDEX notice_attempts_of ON notice_attempts (notice_id, number)",
)
