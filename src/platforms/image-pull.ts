/** What registries say of an image that is not there, not for us, or not for this kind of machine. */
const noSuchImage =
  /: not found|manifest unknown|does not exist|name unknown|denied|unauthorized|authorization failed|no match for platform|no matching manifest|invalid reference|40[134] /i;
/** What looks like the above, and is an outage. */
const outage = /no such host|connection refused|i\/o timeout|timeout|toomanyrequests|429 |50[0234] |EOF|reset by peer/i;

/** Whether a pull that failed with these words fails for as long as nobody mends something; otherwise it may pass. */
export function isHopelessPull(message: string): boolean {
  return noSuchImage.test(message) && !outage.test(message);
}
