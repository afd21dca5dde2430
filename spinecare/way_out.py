"""`python -m spinecare.way_out PORT=HOST:PORT …`: the only way out of this installation's networks.

What comes in at a port is passed on to the one place that stands behind it, byte for byte (TLS stays between
those who speak), and nobody is asked anywhere else. So a container that was broken into reaches the mail
relay and nothing beside it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

PORTION = 65_536
CONNECT_WITHIN = 10  # seconds


class Way(NamedTuple):
    """Whoever calls at `port` speaks with `host` at `to`."""

    port: int
    host: str
    to: int


def parsed(words: Sequence[str]) -> list[Way]:
    """Raises ValueError for what is no PORT=HOST:PORT."""
    ways = []
    for word in words:
        port, host, to = word.replace("=", ":").split(":")
        ways.append(Way(int(port), host, int(to)))
    return ways


async def open_way(way: Way, at: str) -> asyncio.Server:
    async def pass_on(inside: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            connecting = asyncio.open_connection(way.host, way.to)
            outside, out = await asyncio.wait_for(connecting, CONNECT_WITHIN)
        except OSError:  # a timeout is one
            back.close()
            return
        await asyncio.gather(_copy(inside, out), _copy(outside, back))

    return await asyncio.start_server(pass_on, at, way.port)


async def _copy(said: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    """Until one of them has no more to say, or is gone."""
    with suppress(OSError):
        while portion := await said.read(PORTION):
            to.write(portion)
            await to.drain()
    to.close()


async def main(words: Sequence[str]) -> None:
    servers = [await open_way(way, "0.0.0.0") for way in parsed(words)]  # noqa: S104 - its network has two in it
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
