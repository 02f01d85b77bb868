/** What every object of a cluster has. What comes from a server may lack any of it. */
export interface KubeObject {
  readonly metadata: ObjectMetadata;
}

export interface ObjectMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
}

/** Who wrote which field is half of an object's size, and we keep many. */
export function withoutFieldOwners<T extends KubeObject>(object: T): T {
  const { managedFields: _owners, ...metadata } = object.metadata as ObjectMetadata & { managedFields?: unknown };
  return { ...object, metadata };
}
