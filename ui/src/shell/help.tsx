import { modifierKey } from "../components/keys.ts";
import { Dialog } from "../components/dialog.tsx";

const sheet = [
  {
    title: "Everywhere",
    keys: [
      [`${modifierKey} K`, "go to anything"],
      ["/", "filter what is shown"],
      ["j  k", "next, previous row"],
      ["Enter", "open"],
      ["Esc", "close, then clear the selection"],
      ["?", "this sheet"],
    ],
  },
  {
    title: "Go to",
    keys: [
      ["g r", "runs"],
      ["g p", "pipelines"],
      ["g l", "platforms"],
      ["1 … 7", "views of a run, in their order"],
    ],
  },
  {
    title: "In a log",
    keys: [
      ["g g", "start"],
      ["G", "end, and follow"],
      ["n  N", "next, previous hit"],
    ],
  },
] as const;

export function Help({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <div className="grid grid-cols-1 gap-5 sm:grid-cols-2">
        {sheet.map(({ title, keys }) => (
          <section key={title}>
            <h3 className="label mb-1.5">{title}</h3>
            <dl className="flex flex-col gap-1.5">
              {keys.map(([key, what]) => (
                <div key={key} className="flex items-baseline gap-3 text-sm">
                  <dt className="w-16 shrink-0">
                    <kbd className="code rounded border border-line-strong bg-surface px-1.5 py-px text-xs">{key}</kbd>
                  </dt>
                  <dd className="text-soft">{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
