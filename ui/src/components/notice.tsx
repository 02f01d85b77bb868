import { CircleAlert, RotateCw, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { asApiError } from "../api/error.ts";
import { safeText } from "../format/safe-text.ts";
import { Button } from "./button.tsx";
import { CommandLine } from "./copy.tsx";

interface EmptyProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  /** The command that fills it. */
  readonly command?: string;
}

/** There is nothing here, and how there would be. */
export function Empty({ icon: Icon, title, children, command }: EmptyProps) {
  return (
    <div className="mx-auto flex h-full min-h-60 w-full max-w-[460px] flex-col items-center justify-center gap-2 p-6 text-center">
      <Icon size={22} aria-hidden className="mb-1 text-faint" strokeWidth={1.5} />
      <p className="text-base font-medium">{title}</p>
      {children !== undefined && <div className="text-sm text-soft">{children}</div>}
      {command !== undefined && (
        <div className="mt-2 w-full max-w-[360px] text-left">
          <CommandLine line={command} />
        </div>
      )}
    </div>
  );
}

interface FailureProps {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

/** A request that failed: what, and what to do about it. */
export function Failure({ error, onRetry }: FailureProps) {
  const { code, message, mend, place } = asApiError(error);
  return (
    <div role="alert" className="mx-auto my-6 w-full max-w-[560px] rounded-lg border border-line bg-danger-soft p-4">
      <div className="flex items-start gap-3">
        <CircleAlert size={16} aria-hidden className="mt-0.5 shrink-0 text-danger" />
        <div className="min-w-0 flex-1">
          <p className="font-medium break-words">{safeText(message, 2_000)}</p>
          {mend !== undefined && <p className="mt-1 text-sm break-words text-soft">{safeText(mend, 2_000)}</p>}
          <p className="code mt-2 text-faint">{[code, ...placeWords(place)].join("  ·  ")}</p>
        </div>
        {onRetry && (
          <Button icon={RotateCw} onClick={onRetry}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}

function placeWords(place: ReturnType<typeof asApiError>["place"]): string[] {
  if (!place) return [];
  const file = place.file === undefined ? undefined : [place.file, place.line, place.column].filter(Boolean).join(":");
  return [file, place.step, place.key, place.name]
    .filter((word) => word !== undefined)
    .map((word) => safeText(word, 200));
}
