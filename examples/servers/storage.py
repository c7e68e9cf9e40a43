"""The history as a file: read when the server starts, and written for each message."""
import codecs
import json
import os
import re
import sys

try:
    import fcntl
except ImportError:  # Windows, where nothing keeps a second server away from the file
    fcntl = None

KEYS = ['name', 'content', 'timestamp']
# What may follow the last complete record of a file that a crash has cut short: a record without its end.
TORN = re.compile(r'\s*,?\s*(\{(?:\s|[:,]|"(?:[^"\\]|\\.)*")*("(?:[^"\\]|\\.)*\\?)?)?', re.DOTALL)


class History:
    """Ends the program if another server uses the file, or if it is no history."""

    def __init__(self, path):
        self.path = os.path.realpath(path)
        os.makedirs(os.path.dirname(self.path), exist_ok=True)  # P-DB-5
        self.lock = open(self.path + '.lock', 'a+')
        self.take_lock()
        self.messages = self.read()

    def take_lock(self):
        """The system gives the lock up when the process ends, however it ends (P-DB-3)."""
        if fcntl is None:
            return
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.lock.seek(0)
            sys.exit(f'{self.path} is in use by process {self.lock.read()}')
        self.lock.truncate(0)
        self.lock.write(str(os.getpid()))
        self.lock.flush()

    def read(self):
        if not os.path.exists(self.path):
            return []
        with open(self.path, 'rb') as file:
            content = file.read()
        try:
            # A file that is cut within a character is not broken (P-DB-4).
            messages = parse(codecs.getincrementaldecoder('utf-8')().decode(content))
            for position, message in enumerate(messages):
                if not is_message(message):
                    raise ValueError(f'record {position} is not a message')
            return messages
        except ValueError as error:
            sys.exit(f'{self.path} is not a history: {error}')  # P-DB-2

    def append(self, message):
        """Returns when the message is on disk; raises OSError if that cannot be (P-SEND-2, P-DB-5)."""
        with open(self.path + '.new', 'w', encoding='utf-8') as file:
            json.dump([*self.messages, message], file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(self.path + '.new', self.path)
        self.messages.append(message)
        if os.name == 'posix':  # the folder has to remember the new file, too
            folder = os.open(os.path.dirname(self.path), os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)


def is_message(value):
    return isinstance(value, dict) and list(value) == KEYS and all(isinstance(value[key], str) for key in KEYS)


def parse(text):
    if text.strip() == '':
        return []
    try:
        messages = json.loads(text)
    except ValueError as error:
        return parse_torn(text, error)
    if not isinstance(messages, list):
        raise ValueError('line 1 column 1: not an array')
    return messages


def parse_torn(text, error):
    """Every complete record of a file whose only fault is its missing end (P-DB-4)."""
    if text.lstrip().startswith('['):
        ends = [match.end() for match in re.finditer(r'\}', text)]
        for end in [*reversed(ends), text.index('[') + 1]:
            try:
                messages = json.loads(text[:end] + ']')
            except ValueError:
                continue
            if not TORN.fullmatch(text, end):
                break
            print(f'the file was cut short: {len(messages)} messages are left', file=sys.stderr)
            return messages
    raise error
