"""A chat server to finish. It takes connections and says nothing. docs/protocol.md has the rules that are named here.

Needs Python 3.8 and the library websockets 10.4, or newer ones. The environment sets PORT, DATA (the file of the
history) and PING (seconds between two pings).
"""
import asyncio
import json
import os
from contextlib import suppress

import websockets

from storage import History

PORT, PING = int(os.environ.get('PORT', 5000)), json.loads(os.environ.get('PING', '5'))
# history.messages is a list, and history.append(message) returns when the message is on disk.
history = History(os.environ.get('DATA', 'data.json'))
members = []  # connections that hold a nickname, in the order of registration


class Connection:
    def __init__(self, socket):
        self.socket, self.nickname, self.waiting = socket, None, asyncio.Queue()

    def tell(self, **frame):
        """Queues a frame: self.tell(type='ping', timeout=5). The keys are sent in the order in which they stand."""
        self.waiting.put_nowait(json.dumps(frame, separators=(',', ':')))

    def tell_others(self, **event):
        """P-EVT-1: every member except this one gets {"type":"receive", …}."""

    def handle(self, frame):
        """Answers one frame: a str if it was text, bytes if it was binary (P-REQ-1)."""
        # P-REQ-3: what is not JSON is WrongFormatJSON. json.loads also takes NaN and Infinity.
        # P-REQ-2: the command is the value of `data`, or of `type` if there is no `data`.
        # P-REQ-4: without a known command: UnknownType.
        # P-REQ-5: without the key that the command needs: NotEnoughKey.
        # P-REQ-6: these checks come in this order, then UnknownRegister, then what `name`, `get` and `send` check.

    def name(self, request):
        # P-NAME-1: 1 to 100 code points and no lone surrogate, or WrongFormatName.
        # P-NAME-2 to P-NAME-5: a nickname in use is NameAlreadyUsed, also one's own.
        # P-NAME-3: in the comparison `exact`, nicknames are the same if they have the same code points.
        # The reply, then the event for the others, with the same timestamp (P-EVT-1, P-TIME-1, P-TIME-3).
        ...

    def get(self, request):
        # P-GET-1: the whole history, and who is online, in the order of registration.
        ...

    def send(self, request):
        # P-SEND-1: 1 to 100 code points and no lone surrogate, or WrongFormatContent.
        # P-SEND-2: first the history, then the reply, then the event for the others.
        # P-SEND-3: history.append raises OSError if the disk is full: ErrorWhenSend.
        ...

    async def write(self):
        while True:
            text = await self.waiting.get()
            with suppress(websockets.ConnectionClosed):
                await self.socket.send(text)
            self.waiting.task_done()

    async def beat(self):
        # P-EVT-3: every PING seconds {"type":"ping", …} to everybody.
        # P-EVT-4: `pong = await self.socket.ping()` pings, and `await pong` waits for the pong. Without one
        # by the next beat: self.socket.transport.abort().
        ...


async def serve(socket, *_):
    connection = Connection(socket)
    tasks = [asyncio.ensure_future(task) for task in (connection.write(), connection.beat())]
    try:
        async for frame in socket:
            connection.handle(frame)
            await connection.waiting.join()  # a client that does not read is not read either (P-REQ-7)
    except websockets.ConnectionClosedError:
        pass  # without a goodbye
    finally:
        # P-EVT-2: a member that is gone leaves, once.
        for task in tasks:
            task.cancel()


async def main():
    async with websockets.serve(serve, '127.0.0.1', PORT, max_size=65_536, ping_interval=None) as server:
        print(f'listening on ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/', flush=True)
        await asyncio.Future()


asyncio.run(main())
