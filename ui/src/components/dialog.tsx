import { X } from "lucide-react";
import { useEffect, useId, useRef, type ReactNode } from "react";
import { IconButton } from "./button.tsx";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
  /** The title is only read out. */
  readonly bare?: boolean;
}

/**
 * The browser's own modal dialog: it keeps the focus, closes on Esc and gives the focus back, and it needs no style element,
 * which the page's policy would refuse.
 */
export function Dialog({ title, onClose, children, wide = false, bare = false }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    // The backdrop belongs to the dialog: a click on it hits the dialog itself. Keys have Esc.
    <dialog
      ref={element}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === element.current) onClose();
      }}
      className={`${wide ? "w-[760px]" : "w-[480px]"} max-w-[calc(100vw-32px)] overflow-hidden rounded-xl border border-line-strong bg-raised p-0 shadow-(--shadow) ${bare ? "mt-[14vh] mb-auto" : ""}`}
    >
      <div className={bare ? "sr-only" : "flex items-center justify-between border-b border-line py-2 pr-2 pl-4"}>
        <h2 id={titleId} className="text-base font-semibold">
          {title}
        </h2>
        {!bare && <IconButton label="Close" icon={X} onClick={onClose} />}
      </div>
      <div className={bare ? "" : "max-h-[72vh] overflow-auto p-4"}>{children}</div>
    </dialog>
  );
}
