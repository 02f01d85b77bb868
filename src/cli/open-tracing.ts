import type { Tracer } from "@opentelemetry/api";
import { FlotillaError } from "../core/errors.ts";
import type { AttemptId } from "../core/ids.ts";
import { traceparentOf } from "../server/tracing/trace-ids.ts";
import { type EndedSpan, tracedStore } from "../server/tracing/traced-store.ts";
import type { Store } from "../store/store.ts";

/** Traces of what an engine does, sent to where `OTEL_EXPORTER_OTLP_ENDPOINT` says. */
export interface Tracing {
  readonly store: (store: Store) => Store;
  readonly traceparentOf: (attempt: AttemptId) => string;
  /** Sends what is left. */
  readonly close: () => Promise<void>;
}

/** Not packages of ours: whoever wants traces installs them. */
const sdkPackage = "@opentelemetry/sdk-trace-node";
const exporterPackage = "@opentelemetry/exporter-trace-otlp-http";
/** Comes with either of them. */
const resourcesPackage = "@opentelemetry/resources";
const install = `npm install ${sdkPackage}@2.12.0 ${exporterPackage}@0.223.1`;
const closeMs = 2_000;

/** What is used of the two packages. */
interface Provider {
  getTracer(name: string): Tracer;
  shutdown(): Promise<void>;
}
interface Sdk {
  readonly NodeTracerProvider: new (options: object) => Provider;
  readonly BatchSpanProcessor: new (exporter: object) => object;
}
interface Exporter {
  readonly OTLPTraceExporter: new () => object;
}
interface Resources {
  readonly resourceFromAttributes: (attributes: Readonly<Record<string, string>>) => object;
}

/** Undefined unless traces are asked for. Rejects with `USAGE` when what they need is not installed. */
export async function openTracing(): Promise<Tracing | undefined> {
  const { env } = process;
  if (!env["OTEL_EXPORTER_OTLP_ENDPOINT"] && !env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]) return undefined;
  const api = await import("@opentelemetry/api");
  const [sdk, exporter, resources] = await loadPackages();
  const ids = new GivenIds();
  const provider = new sdk.NodeTracerProvider({
    resource: resources.resourceFromAttributes({ "service.name": env["OTEL_SERVICE_NAME"] || "flotilla" }),
    idGenerator: ids,
    spanProcessors: [new sdk.BatchSpanProcessor(new exporter.OTLPTraceExporter())],
  });
  const tracer = provider.getTracer("flotilla");
  const tell = ({ traceId, spanId, parentId, name, startedAt, endedAt, attributes, failure }: EndedSpan): void => {
    ids.next = { traceId, spanId };
    const parent = parentId && { traceId, spanId: parentId, traceFlags: api.TraceFlags.SAMPLED };
    const context = parent ? api.trace.setSpanContext(api.ROOT_CONTEXT, parent) : api.ROOT_CONTEXT;
    const span = tracer.startSpan(name, { startTime: startedAt, attributes }, context);
    if (failure !== undefined) span.setStatus({ code: api.SpanStatusCode.ERROR, message: failure });
    span.end(Math.max(startedAt, endedAt));
  };
  return {
    store: (store) => tracedStore(store, tell),
    traceparentOf,
    // An exporter whose collector is away must keep nobody.
    close: () => Promise.race([provider.shutdown().catch(() => undefined), pause(closeMs)]),
  };
}

/** Hands out the ids that the next span is to have. */
class GivenIds {
  next = { traceId: "", spanId: "" };
  readonly generateTraceId = (): string => this.next.traceId;
  readonly generateSpanId = (): string => this.next.spanId;
}

async function loadPackages(): Promise<[Sdk, Exporter, Resources]> {
  try {
    return await Promise.all([
      import(sdkPackage) as Promise<Sdk>,
      import(exporterPackage) as Promise<Exporter>,
      import(resourcesPackage) as Promise<Resources>,
    ]);
  } catch (cause) {
    throw new FlotillaError(
      "USAGE",
      "OTEL_EXPORTER_OTLP_ENDPOINT asks for traces, and what makes them is not installed",
      {
        cause,
        mend: `${install}, or unset the variable`,
      },
    );
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
