import { useState, type ReactNode } from "react";
import { newKey } from "../api/client.ts";
import { asApiError } from "../api/error.ts";
import { Button } from "./button.tsx";
import { CommandLine } from "./copy.tsx";
import { Dialog } from "./dialog.tsx";

interface ConfirmProps {
  readonly title: string;
  /** What happens, and to how many. */
  readonly children: ReactNode;
  /** On the button: a verb. */
  readonly verb: string;
  readonly danger?: boolean;
  /** The command that does the same. */
  readonly command?: string;
  /** Given the key of this intent: the same when it is tried again after a failure. */
  readonly onConfirm: (key: string) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Says what is about to happen, and does it when that is wanted. Stays open, with the reason, when it fails. */
export function Confirm({ title, children, verb, danger = false, command, onConfirm, onClose }: ConfirmProps) {
  const [key] = useState(newKey);
  const [state, setState] = useState<{ busy: boolean; error?: unknown }>({ busy: false });
  function carryOut(): void {
    setState({ busy: true });
    onConfirm(key).then(onClose, (error: unknown) => setState({ busy: false, error }));
  }
  const failed = state.error === undefined ? undefined : asApiError(state.error);
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <div className="text-soft">{children}</div>
        {command !== undefined && (
          <div>
            <p className="label mb-1">The same on the command line</p>
            <CommandLine line={command} />
          </div>
        )}
        {failed && (
          <p role="alert" className="text-danger">
            {failed.message} <span className="text-soft">{failed.mend}</span>
          </p>
        )}
        <div className="flex justify-end gap-2">
          {/* Enter must not do by chance what cannot be undone. */}
          <Button onClick={onClose} autoFocus={danger}>
            Not now
          </Button>
          <Button kind={danger ? "danger" : "main"} disabled={state.busy} onClick={carryOut} autoFocus={!danger}>
            {verb}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
