const encoder = new TextEncoder();

/** The length of a frame's text, as the inspector tells it. */
export const bytesOf = (text: string) => encoder.encode(text).length;
