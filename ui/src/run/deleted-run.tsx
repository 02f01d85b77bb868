import { Link } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { deletedRun } from "../api/live/live-cache.ts";
import { useStore } from "../components/store.ts";

/** Somebody has deleted the run that is looked at: what is shown is the last that was known. */
export function DeletedRun({ run }: { readonly run: string | undefined }) {
  const deleted = useStore(deletedRun);
  if (run === undefined || deleted !== run) return null;
  return (
    <p
      role="alert"
      className="flex items-center gap-2 border-b border-line bg-danger-soft px-4 py-1.5 text-sm text-danger"
    >
      <Trash2 size={14} aria-hidden />
      <span>
        This run has been deleted. What is shown is the last that was known of it; logs and files are gone.{" "}
        <Link to="/runs" className="underline underline-offset-2">
          All runs
        </Link>
      </span>
    </p>
  );
}
