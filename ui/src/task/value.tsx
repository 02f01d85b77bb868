import { Download, Eye, File, Folder } from "lucide-react";
import { useState } from "react";
import type { TaskDetail } from "../../../src/api/schemas/task.ts";
import { addressOf } from "../api/client.ts";
import { Button } from "../components/button.tsx";
import { formatBytes, formatNumber } from "../format/number.ts";
import { safeText } from "../format/safe-text.ts";
import { Preview } from "./preview.tsx";

type OutputValue = NonNullable<TaskDetail["outputs"][number]["value"]>;

export interface ArtifactPlace {
  readonly run: string;
  readonly task: string;
  readonly output: string;
  readonly path?: string;
}

interface ValueProps {
  /** Where an artifact can be had; without it, it is only named. */
  readonly place: ArtifactPlace | undefined;
  readonly value: OutputValue;
  readonly small?: boolean;
}

/** A value as text, or a file with its preview. */
export function Value({ place, value, small = false }: ValueProps) {
  if ("artifact" in value) return <Artifact place={place} artifact={value.artifact} small={small} />;
  if (typeof value.value === "number") return <p className="num text-sm">{formatNumber(value.value)}</p>;
  const text = typeof value.value === "string" ? value.value : JSON.stringify(value.value, undefined, small ? 0 : 2);
  return (
    <>
      <pre
        tabIndex={small ? -1 : 0}
        className={small ? "code truncate" : "code max-h-60 overflow-auto rounded-md bg-sunken p-2 whitespace-pre-wrap"}
      >
        {safeText(text, small ? 200 : 20_000)}
        {value.cut && "\n… cut: flotilla show --json has the whole"}
      </pre>
      {value.cut && place && !small && (
        <a className="text-sm text-accent underline" href={addressOf("downloadArtifact", { ...place })} download>
          Download the whole
        </a>
      )}
    </>
  );
}

interface ArtifactProps {
  readonly place: ArtifactPlace | undefined;
  readonly artifact: Extract<OutputValue, { artifact: unknown }>["artifact"];
  readonly small: boolean;
}

function Artifact({ place, artifact, small }: ArtifactProps) {
  const [open, setOpen] = useState(false);
  const Icon = artifact.type === "folder" ? Folder : File;
  return (
    <div className={small ? "" : "rounded-md border border-line"}>
      <div className={`flex items-center gap-2 text-sm ${small ? "" : "py-1 pr-1 pl-2"}`}>
        <Icon size={14} aria-hidden className="shrink-0 text-faint" />
        <span className="truncate">{safeText(artifact.name, 200)}</span>
        <span className="num shrink-0 text-faint">{formatBytes(artifact.bytes)}</span>
        <span className="code hidden truncate text-faint sm:inline" data-tip={`SHA-256 ${safeText(artifact.digest)}`}>
          {safeText(artifact.digest.replace(/^sha256:/, "").slice(0, 10))}
        </span>
        {place && (
          <span className="ml-auto flex gap-1">
            <Button kind="quiet" icon={Eye} aria-expanded={open} onClick={() => setOpen(!open)}>
              {open ? "Hide" : "Preview"}
            </Button>
            <a
              className="button"
              data-kind="quiet"
              data-size="icon"
              download={artifact.name}
              href={addressOf("downloadArtifact", place)}
              aria-label={`Download ${safeText(artifact.name, 100)}`}
              data-tip="Download"
            >
              <Download size={14} aria-hidden />
            </a>
          </span>
        )}
      </div>
      {open && place && <Preview place={place} />}
    </div>
  );
}
