"""A chat server that follows docs/protocol.md. Needs Python 3.8 and the library websockets 10.4, or newer ones.

The environment sets PORT, DATA (the file of the history) and PING (seconds between two pings)."""
import asyncio
import json
import math
import os
import re
import time
from contextlib import suppress

import websockets

from storage import History

PORT, PING = int(os.environ.get('PORT', 5000)), json.loads(os.environ.get('PING', '5'))
MOST_WAITING = 10_000  # frames that a connection has not read yet
history = History(os.environ.get('DATA', 'data.json'))
members = []  # connections that hold a nickname, in the order of registration


class Connection:
    def __init__(self, socket):
        self.socket, self.nickname, self.waiting, self.is_slow = socket, None, asyncio.Queue(), False

    def tell(self, **frame):
        """Queues a frame and never waits, so that everybody sees things happen in one order (P-SEND-4)."""
        self.waiting.put_nowait(json.dumps(frame, separators=(',', ':')))
        if self.waiting.qsize() > MOST_WAITING:
            self.socket.transport.abort()

    def tell_others(self, **event):  # P-EVT-1
        for member in members:
            if member is not self:
                member.tell(type='receive', **event)

    def handle(self, frame):
        """Answers one request. The checks stand in the order of P-REQ-6."""
        try:
            request = read(frame)
        except (ValueError, RecursionError):
            return self.tell(status=False, reason='WrongFormatJSON')  # P-REQ-3
        command = request.get('data', request.get('type')) if isinstance(request, dict) else None  # P-REQ-2
        if command not in ('name', 'get', 'send'):
            return self.tell(type=None, status=False, reason='UnknownType')  # P-REQ-4
        need = {'name': 'name', 'get': None, 'send': 'content'}[command]
        if need and need not in request:
            return self.tell(type=command, status=False, reason='NotEnoughKey', need=need)  # P-REQ-5
        if command != 'name' and self.nickname is None:
            return self.tell(type=command, status=False, reason='UnknownRegister')
        return getattr(self, command)(request)

    def name(self, request):
        old, new = self.nickname, request['name']
        action, who = ('register', {'name': new}) if old is None else ('change', {'oldname': old, 'newname': new})
        is_taken = any(member.nickname == new for member in members)  # P-NAME-3 (`exact`), P-NAME-4, P-NAME-5
        if is_taken or not is_text(new):  # P-NAME-1
            reason = 'NameAlreadyUsed' if is_taken else 'WrongFormatName'
            return self.tell(type='name', action=action, **who, status=False, reason=reason)
        if old is None:
            members.append(self)
        self.nickname, timestamp = new, now()
        self.tell(type='name', action=action, **who, status=True, timestamp=timestamp)
        self.tell_others(datatype=action, **who, timestamp=timestamp)  # P-TIME-3

    def get(self, _):
        data = {'message': history.messages, 'online': [member.nickname for member in members]}  # P-GET-1
        self.tell(type='get', status=True, name=self.nickname, timestamp=now(), data=data)

    def send(self, request):
        name, content = self.nickname, request['content']
        refused = {'type': 'send', 'username': name, 'content': content, 'status': False}
        if not is_text(content):  # P-SEND-1
            return self.tell(**refused, reason='WrongFormatContent')
        message = {'name': name, 'content': content, 'timestamp': now()}
        try:
            history.append(message)  # P-SEND-2: the disk first, then the reply
        except OSError as error:
            return self.tell(**refused, reason='ErrorWhenSend', error=str(error.strerror))  # P-SEND-3
        self.tell(type='send', name=name, content=content, status=True, timestamp=message['timestamp'])
        self.tell_others(datatype='message', **message)

    async def write(self):
        while True:
            text = await self.waiting.get()
            with suppress(websockets.ConnectionClosed):
                await self.socket.send(text)
            self.waiting.task_done()

    async def beat(self):
        while True:
            await asyncio.sleep(PING)
            self.tell(type='ping', timeout=PING)  # P-EVT-3
            try:
                await asyncio.wait_for(self.round_trip(), PING)
            except asyncio.TimeoutError:
                if not self.is_slow:
                    return self.socket.transport.abort()  # P-EVT-4
            self.is_slow = False

    async def round_trip(self):
        await (await self.socket.ping())


async def serve(socket, *_):
    connection = Connection(socket)
    tasks = [asyncio.ensure_future(task) for task in (connection.write(), connection.beat())]
    try:
        async for frame in socket:
            connection.handle(frame)
            await connection.waiting.join()  # a client that does not read is not read either (P-REQ-7),
            connection.is_slow |= socket.transport.get_write_buffer_size() > 0  # and its pong may be among that
    except websockets.ConnectionClosedError:
        pass  # without a goodbye
    finally:
        if connection in members:  # P-EVT-2
            members.remove(connection)
            connection.tell_others(datatype='leave', name=connection.nickname, timestamp=now())
        for task in tasks:
            task.cancel()


def read(frame):
    text = frame if isinstance(frame, str) else frame.decode('utf-8')  # P-REQ-1
    request = json.loads(text, parse_float=number, parse_constant=number)
    json.dumps([[[[[request]]]]])  # a RecursionError if it is nested too deep for an echo, with levels to spare
    return request


def number(text):
    if text in ('NaN', 'Infinity', '-Infinity'):
        raise ValueError(f'{text} is not JSON')
    return None if math.isinf(float(text)) else float(text)  # JSON cannot say what 1e400 becomes


def is_text(value):
    return isinstance(value, str) and 1 <= len(value) <= 100 and not re.search('[\ud800-\udfff]', value)


def now():
    return time.strftime('%d/%m/%Y %H/%M%S')  # P-TIME-1


async def main():
    async with websockets.serve(serve, '127.0.0.1', PORT, max_size=65_536, ping_interval=None) as server:
        print(f'listening on ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/', flush=True)
        await asyncio.Future()


asyncio.run(main())
