"""A mail server for the demo: it delivers nothing and keeps every mail as a file.

python -m opsboard.launch.mail_sink LISTENING_DESCRIPTOR FOLDER
"""

import asyncio
import re
import signal
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope


class Keep:
    """What aiosmtpd calls with each mail."""

    def __init__(self, folder: Path):
        self.folder = folder

    async def handle_DATA(self, server, session, envelope: Envelope) -> str:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        to = re.sub(r"[^\w.@+-]", "_", envelope.rcpt_tos[0])
        draft = self.folder / f".{stamp}-{to}"
        draft.write_bytes(envelope.original_content)
        draft.rename(self.folder / f"{stamp}-{to}.eml")
        return "250 kept"


async def keep_mail(server: socket.socket, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    listener = await loop.create_server(lambda: SMTP(Keep(folder)), sock=server)
    await stopped.wait()
    listener.close()


if __name__ == "__main__":
    descriptor, place = int(sys.argv[1]), Path(sys.argv[2])
    place.mkdir(parents=True, exist_ok=True)
    asyncio.run(keep_mail(socket.socket(fileno=descriptor), place))
