import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { useState } from "react";
import { addressOf } from "../api/client.ts";
import { previewQuery } from "../api/tasks.ts";
import { Failure } from "../components/notice.tsx";
import { SkeletonBlock } from "../components/skeleton.tsx";
import { formatBytes, formatCount } from "../format/number.ts";
import { safeText } from "../format/safe-text.ts";
import type { ArtifactPlace } from "./value.tsx";

/** The beginning of a file or folder. What could act is shown in a frame that may do nothing, or not at all. */
export function Preview({ place }: { readonly place: ArtifactPlace }) {
  const { data, error } = useQuery(previewQuery(place));
  const [file, setFile] = useState<string>();
  if (error) return <Failure error={error} />;
  if (!data) return <SkeletonBlock className="m-2 h-32" />;
  const content = addressOf("downloadArtifact", { ...place, show: true });
  switch (data.type) {
    case "text":
      return (
        <pre tabIndex={0} className="code max-h-96 overflow-auto border-t border-line bg-sunken p-2 leading-[18px]">
          {safeText(data.text, 200_000)}
          {data.cut && `\n… ${formatBytes(data.bytes)} in all`}
        </pre>
      );
    case "table":
      return (
        <div
          className="max-h-96 overflow-auto border-t border-line"
          tabIndex={0}
          role="group"
          aria-label="Beginning of the table"
        >
          <table className="num w-full text-sm">
            <thead>
              <tr>
                {data.columns.map((name, at) => (
                  <th
                    key={at}
                    scope="col"
                    className="label sticky top-0 bg-surface px-2 py-1 text-left whitespace-nowrap"
                  >
                    {safeText(name, 80)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.rows.map((row, at) => (
                <tr key={at} className="border-t border-line">
                  {row.map((cell, column) => (
                    <td key={column} className="max-w-72 truncate px-2 py-0.5">
                      {safeText(cell, 200)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {data.cut && <p className="num px-2 py-1 text-xs text-faint">{formatBytes(data.bytes)} in all</p>}
        </div>
      );
    case "image":
      return (
        <img
          src={content}
          alt={`Output ${safeText(place.output, 80)}`}
          className="max-h-96 max-w-full border-t border-line bg-white"
        />
      );
    case "page":
      return (
        <div className="border-t border-line">
          {/* Without any permission: no scripts, no forms, an origin of its own. */}
          <iframe
            src={content}
            sandbox=""
            title={`Output ${safeText(place.output, 80)}`}
            className="h-96 w-full bg-white"
          />
          <a
            href={content}
            target="_blank"
            rel="noopener noreferrer"
            className="flex items-center gap-1.5 p-2 text-sm text-accent"
          >
            <ExternalLink size={13} aria-hidden /> Open in a tab of its own
          </a>
        </div>
      );
    case "folder":
      return (
        <div className="border-t border-line">
          <ul className="max-h-60 overflow-auto p-1 text-sm">
            {data.files.map(({ path, bytes }) => (
              <li key={path}>
                <button
                  type="button"
                  aria-expanded={file === path}
                  onClick={() => setFile(file === path ? undefined : path)}
                  className="flex w-full justify-between gap-4 rounded px-2 py-0.5 text-left hover:bg-hover"
                >
                  <span className="code truncate">{safeText(path, 300)}</span>
                  <span className="num text-faint">{formatBytes(bytes)}</span>
                </button>
              </li>
            ))}
          </ul>
          {data.total > data.files.length && (
            <p className="num px-3 pb-1 text-xs text-faint">{formatCount(data.total)} files in all</p>
          )}
          {file !== undefined && <Preview key={file} place={{ ...place, path: file }} />}
        </div>
      );
    case "binary":
      return (
        <p className="code border-t border-line bg-sunken p-2 break-all text-faint">
          {formatBytes(data.bytes)}, beginning {safeText(data.firstBytes, 400)}
        </p>
      );
  }
}
