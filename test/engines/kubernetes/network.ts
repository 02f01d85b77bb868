/** Pods of all nodes are on it. */
export const bridge = "flotilla0";

/** Where nodes, pods and tests find the API server: node 1 on the bridge. It listens nowhere else. */
export const nodeAddress = "10.97.0.1";
