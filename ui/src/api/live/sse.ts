/** One server-sent event. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
  readonly id: string | undefined;
}

/**
 * Reads server-sent events out of pieces of text, wherever they were cut. An own reader rather than `EventSource`, because
 * that one tells neither why it was refused (a login is needed) nor lets the wait before the next try be chosen.
 */
export function createEventReader(onEvent: (event: ServerEvent) => void): (piece: string) => void {
  let rest = "";
  let name = "message";
  let data: string[] = [];
  let id: string | undefined;

  function line(text: string): void {
    if (text === "") {
      if (data.length > 0) onEvent({ name, data: data.join("\n"), id });
      name = "message";
      data = [];
      return;
    }
    const colon = text.indexOf(":");
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + (text[colon + 1] === " " ? 2 : 1));
    if (field === "event") name = value;
    else if (field === "data") data.push(value);
    else if (field === "id") id = value;
  }

  return (piece) => {
    const lines = (rest + piece).split(/\r\n|\n/);
    rest = lines.pop() ?? "";
    for (const text of lines) line(text);
  };
}
