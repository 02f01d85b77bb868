import { useState } from "react";
import { Button } from "../components/button.tsx";
import { CopyButton } from "../components/copy.tsx";
import { Dialog } from "../components/dialog.tsx";
import { formatBytes } from "../format/number.ts";
import { textOf } from "./ansi.ts";

const pieceLength = 50_000;

/** A very long line, a piece at a time: laid out whole it would freeze the page. */
export function WholeLine({ text, onClose }: { readonly text: string; readonly onClose: () => void }) {
  const [at, setAt] = useState(0);
  const pieces = Math.ceil(text.length / pieceLength);
  return (
    <Dialog wide title={`One line, ${formatBytes(text.length)}`} onClose={onClose}>
      <div className="mb-2 flex items-center gap-2 text-sm text-soft">
        <span className="num">
          Part {at + 1} of {pieces}
        </span>
        <Button disabled={at === 0} onClick={() => setAt(at - 1)}>
          Before
        </Button>
        <Button disabled={at === pieces - 1} onClick={() => setAt(at + 1)}>
          Next
        </Button>
        <span className="ml-auto">
          <CopyButton text={text} label="Copy the whole line" />
        </span>
      </div>
      <pre className="code rounded-md bg-sunken p-3 break-all whitespace-pre-wrap">
        {textOf(text.slice(at * pieceLength, (at + 1) * pieceLength))}
      </pre>
    </Dialog>
  );
}
