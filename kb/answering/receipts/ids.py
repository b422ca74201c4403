"""The time -> the name of a receipt: in order of time, and never given twice."""

from __future__ import annotations

import re
import secrets
import threading
import time
from datetime import UTC, datetime

ID = re.compile(r"\d{8}-\d{6}-\d{6}-[0-9a-f]{4}")


class Ids:
    """Gives ids: day, time and microsecond (UTC), and four random digits; a later one sorts behind an earlier one.

    Another process may give the same with one chance in 65,536 where it is the same microsecond: whoever takes an id
    looks whether it is free.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0  # microseconds since 1970

    def new(self) -> str:
        """An id behind every other that this object gave, also where the clock was put back."""
        with self._lock:
            self._last = max(time.time_ns() // 1000, self._last + 1)
            seconds, micros = divmod(self._last, 1_000_000)
        moment = datetime.fromtimestamp(seconds, UTC)
        return f"{moment:%Y%m%d-%H%M%S}-{micros:06}-{secrets.token_hex(2)}"


def made(id_: str) -> str:
    """The moment in an id: UTC, ISO 8601, to the millisecond."""
    day, clock, micros = id_.split("-")[:3]
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T{clock[:2]}:{clock[2:4]}:{clock[4:]}.{micros[:3]}+00:00"
