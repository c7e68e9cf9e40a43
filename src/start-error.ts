/** Why the server cannot start. */
export type StartErrorCode =
  /** An option is unknown or out of range. */
  | 'CONFIG_INVALID'
  /** The data file is not a chat history. It was not changed. */
  | 'DATA_INVALID'
  /** Another process uses the data file. */
  | 'DATA_HELD'
  /** The data file cannot be read or written. */
  | 'DATA_UNUSABLE'
  /** Redis cannot be used: it is not there, is not allowed or not fit to keep the room, or its package is missing. */
  | 'LEDGER_UNUSABLE'
  /** The TLS certificate or its key cannot be read, or they do not belong together. */
  | 'TLS_UNUSABLE'
  /** The chat page has not been built. */
  | 'PAGE_MISSING'
  /** The port is in use. */
  | 'PORT_TAKEN'
  /** The server cannot listen on the address for another reason. */
  | 'ADDRESS_UNUSABLE';

export class StartError extends Error {
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string) {
    super(message);
    this.name = 'StartError';
    this.code = code;
  }
}
