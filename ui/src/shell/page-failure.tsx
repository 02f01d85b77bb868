import { Compass } from "lucide-react";
import { Empty, Failure } from "../components/notice.tsx";

/** A page that could not be shown; its code may have been replaced by that of a newer server. */
export function PageFailure({ error }: { readonly error: unknown }) {
  return (
    <div className="p-6">
      <h1 className="sr-only">This page cannot be shown</h1>
      <Failure error={error} onRetry={() => location.reload()} />
    </div>
  );
}

export function NotFound() {
  return (
    <>
      <h1 className="sr-only">Not found</h1>
      <Empty icon={Compass} title="There is no such page">
        Press <kbd className="code">g</kbd> then <kbd className="code">r</kbd> for the runs.
      </Empty>
    </>
  );
}
