"""How often one caller may ask: a token bucket for each, in bounded memory."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_network

from talent_kit.problems import TooManyRequests

_MOST = 100_000


class RateLimit:
    """`burst` requests at once, `rate` a second in the long run; a rate of 0 sets no limit.

    Kept per caller is the instant at which the bucket is full again (GCRA): once it has passed, the
    caller is as good as unknown, so forgetting the longest unseen costs nobody a request.
    """

    def __init__(
        self, rate: float, burst: int, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._spacing = 1 / rate if rate else 0.0
        self._ahead = self._spacing * (burst - 1)
        self._now = now
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def charge(self, caller: str) -> None:
        """Count one request; raises TooManyRequests with the seconds to wait."""
        if not self._spacing:
            return
        now = self._now()
        full_at = max(self._full_at.get(caller, now), now)
        # A nanosecond of tolerance: sums of spacings are not exact.
        if (wait := full_at - now - self._ahead) > 1e-9:
            raise TooManyRequests(headers={"Retry-After": str(math.ceil(wait))})
        self._full_at[caller] = full_at + self._spacing
        self._full_at.move_to_end(caller)
        if len(self._full_at) > _MOST:
            self._full_at.popitem(last=False)


def address_key(address: str) -> str:
    """Return an anonymous caller's bucket: the address; of IPv6 the /64, which one holder has."""
    if ":" not in address:
        return f"address {address}"
    plain = address.partition("%")[0]
    mapped = IPv6Address(plain).ipv4_mapped
    return f"address {mapped or ip_network((plain, 64), strict=False)}"
