/** Pods of all nodes are on it. */
export const bridge = "flotilla0";

/** Its own on the link, of the kind that nobody assigns. */
export const bridgeAddress = "02:f1:07:11:1a:00";

/** Where nodes, pods and tests find the API server: node 1 on the bridge. It listens nowhere else. */
export const nodeAddress = "10.97.0.1";
