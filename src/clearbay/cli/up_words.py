"""The words of `clearbay up` and `clearbay demo` in both languages."""

WORDS: dict[str, tuple[str, str]] = {
    "pages": ("网页", "pages"),
    "loggers": ("数采仪", "loggers"),
    "loggers_at": ("HJ 212，TCP {host}:{port}，登记 {n} 台", "HJ 212 over TCP at {host}:{port}, {n} registered"),
    "district": ("示范区", "district"),
    "district_at": ("{folder}（改动无需重启）", "{folder} (changes are taken up without a restart)"),
    "data": ("数据", "data"),
    "stop": ("停止", "to stop"),
    "stop_how": ("Ctrl-C", "Ctrl-C"),
    "stopped": (
        "已停止：收到 {received} = 入库 {stored} + 拒收 {refused} + 重复 {duplicate}",
        "stopped: {received} received = {stored} stored + {refused} refused + {duplicate} duplicate",
    ),
    "first_account": ("第一个账号", "first account"),
    "first_account_at": (
        "{address}setup，一次性令牌 {token}（一小时内有效）",
        "{address}setup with the one-time token {token} (for an hour)",
    ),
    "time": ("时间", "time"),
    "time_is": (
        "{now}，{speed:g} 倍速；全部数据为模拟",
        "{now}, {speed:g} times as fast as real; all data are simulated",
    ),
    "filling": (
        "网页已可打开；正在启动模拟数采仪并补传历史数据（首次约需半分钟编译模型）……",
        "pages are open; starting the simulated loggers and sending their history (the first time models are compiled, "
        "about half a minute) ...",
    ),
    "filled": (
        "历史数据已入库（{n} 个数据包，{seconds:.0f} 秒），模拟时间开始走动。",
        "history is stored ({n} packets, {seconds:.0f} s); simulated time goes on.",
    ),
    "faults": ("故障", "faults"),
    "faults_at": (
        "clearbay fleet inject --socket {path} …",
        "clearbay fleet inject --socket {path} ...",
    ),
    "resumed": ("接着上次", "resumed"),
    "resumed_at": ("从最后一个入库数据包继续", "goes on from the last packet that is stored"),
    "once_good": ("✓ 自检全部通过（{seconds:.0f} 秒）", "✓ all checks passed ({seconds:.0f} s)"),
    "once_bad": ("✗ {n} 项自检未通过（{seconds:.0f} 秒）", "✗ {n} checks failed ({seconds:.0f} s)"),
    "page": ("页面", "page"),
    "not_judged": ("评价在 {seconds:.0f} 秒内未完成", "not everything was judged within {seconds:.0f} s"),
}
"""For each word: Chinese, English."""
