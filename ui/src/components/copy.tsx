import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "./button.tsx";

/** A command line as one would type it, with a button that copies it. */
export function CommandLine({ line, label = "Copy the command" }: { readonly line: string; readonly label?: string }) {
  return (
    <span className="flex min-w-0 items-center gap-1 rounded-md border border-line bg-sunken pl-2">
      <span aria-hidden className="code text-faint select-none">
        $
      </span>
      <code className="code min-w-0 flex-1 overflow-x-auto py-1 whitespace-nowrap [scrollbar-width:none]" tabIndex={0}>
        {line}
      </code>
      <CopyButton text={line} label={label} />
    </span>
  );
}

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1_500);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <>
      <IconButton label={label} icon={done ? Check : Copy} onClick={() => void copyText(text).then(setDone)} />
      <span role="status" className="sr-only">
        {done ? "Copied" : ""}
      </span>
    </>
  );
}

/** The clipboard is not there on pages without TLS; then the old way, which wants a selected field. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "sr-only";
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}
