import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import type { ResponseOf } from "../../../src/api/operations.ts";
import { runFormQuery } from "../api/pipelines.ts";
import { Failure } from "../components/notice.tsx";
import { SkeletonBlock } from "../components/skeleton.tsx";
import { useDocumentTitle } from "../components/use-document-title.ts";
import { safeText } from "../format/safe-text.ts";
import { ParamField } from "./param-field.tsx";
import { RunPreview } from "./run-preview.tsx";
import { SelectionFields } from "./selection-fields.tsx";
import { useRunForm } from "./use-run-form.ts";

const route = getRouteApi("/pipelines/$pipeline/run");

/** A new run: parameters, selection, and what it would do before it is started. */
export function NewRunPage() {
  const { pipeline } = route.useParams();
  const { data: form, error, refetch } = useQuery(runFormQuery(pipeline));
  useDocumentTitle(`Run ${pipeline}`);
  return (
    <div className="h-full overflow-auto">
      <div className="mx-auto max-w-[1280px] p-4">
        <nav aria-label="Where this is" className="flex items-center gap-1 text-xs text-faint">
          <Link to="/pipelines" className="hover:text-ink">
            Pipelines
          </Link>
          <ChevronRight size={12} aria-hidden />
          <Link to="/pipelines/$pipeline" params={{ pipeline }} className="truncate hover:text-ink">
            {safeText(pipeline, 120)}
          </Link>
        </nav>
        <h1 className="mt-0.5 mb-4 truncate text-xl font-semibold tracking-tight">Run {safeText(pipeline, 120)}</h1>
        {form ? (
          <Form form={form} />
        ) : error ? (
          <Failure error={error} onRetry={() => void refetch()} />
        ) : (
          <div className="grid gap-4 lg:grid-cols-2">
            <SkeletonBlock className="h-96" />
            <SkeletonBlock className="h-96" />
          </div>
        )}
      </div>
    </div>
  );
}

function Form({ form }: { readonly form: ResponseOf<"getRunForm"> }) {
  const state = useRunForm(form);
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <div className="flex flex-col gap-4">
        <section className="panel p-4" aria-label="Parameters">
          <h2 className="label mb-3">Parameters</h2>
          {state.fields.length === 0 && <p className="text-sm text-faint">The pipeline has none.</p>}
          <div className="flex flex-col gap-4">
            {state.fields.map((field) => (
              <ParamField
                key={field.name}
                field={field}
                value={state.typed[field.name] ?? ""}
                problem={state.problems.get(field.name)}
                onChange={(value) => state.setTyped(field.name, value)}
              />
            ))}
          </div>
        </section>
        <SelectionFields form={form} state={state} />
      </div>
      <RunPreview state={state} />
    </div>
  );
}
