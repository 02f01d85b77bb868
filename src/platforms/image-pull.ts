/** What registries say of an image that is not there, not for us, or not for this kind of machine. */
const noSuchImage =
  /: not found|manifest unknown|does not exist|name unknown|denied|unauthorized|authorization failed|no basic auth credentials|no match for platform|no matching manifest|invalid reference|40[134] /i;
/** What looks like the above, and is an outage. */
const outage = /no such host|connection refused|i\/o timeout|timeout|toomanyrequests|429 |50[0234] |EOF|reset by peer/i;

/** Of a registry that does not let us in; of some an image that is not there looks like it. */
export function isNoEntry(message: string): boolean {
  return /denied|unauthorized|authorization failed|no basic auth credentials|40[13] /i.test(message);
}

/** The words of a pull without its ways and detours, which name the image again and again. */
export function pullInShort(message: string): string {
  return message.replaceAll(
    /failed to (?:pull and unpack image|resolve reference|resolve image|pull image) "[^"]*": /g,
    "",
  );
}

/** What a kernel says of a program that is none for its processor. */
export function isForAnotherMachine(message: string): boolean {
  return /exec format error/i.test(message);
}

/** Whether a pull that failed with these words fails for as long as nobody mends something; otherwise it may pass. */
export function isHopelessPull(message: string): boolean {
  return noSuchImage.test(message) && !outage.test(message);
}
