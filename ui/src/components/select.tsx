import { ChevronDown } from "lucide-react";
import type { SelectHTMLAttributes } from "react";

/** The browser's own list, which every keyboard and screen reader knows, in our dress. */
export function Select({ className = "", ...rest }: SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <span className={`relative inline-flex min-w-0 ${className}`}>
      <select {...rest} className="field min-w-0 flex-1 appearance-none truncate pr-7" />
      <ChevronDown size={13} aria-hidden className="pointer-events-none absolute top-1.75 right-2 text-faint" />
    </span>
  );
}
