// Which language app and server speak. No imports: the app's shell needs it before anything else.

/** Raised with every change of the wire that an older app could not read. */
export const PROTOCOL_VERSION = 2;

/** On every answer of the API: the server's `PROTOCOL_VERSION`. An app that was open during an update, or over a server that was put back, learns it here. */
export const PROTOCOL_HEADER = 'x-watchbill-protocol';
