import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Boxes, Moon, Play, Search, Server, Sun, Workflow, type LucideIcon } from "lucide-react";
import { useDeferredValue, useId, useState, type ReactNode } from "react";
import { pipelinesQuery } from "../api/pipelines.ts";
import { call } from "../api/client.ts";
import { Dialog } from "../components/dialog.tsx";
import { RunStateMark } from "../components/state.tsx";
import { TimeAgo } from "../components/time.tsx";
import { safeText } from "../format/safe-text.ts";
import { chooseTheme } from "../theme/theme.ts";

interface Choice {
  readonly id: string;
  readonly words: string;
  readonly icon?: LucideIcon;
  readonly show?: ReactNode;
  readonly act: () => void;
}

/** Goes anywhere by a few letters. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const choices = useChoices(text.trim());
  const chosen = Math.min(at, choices.length - 1);

  function act(choice: Choice | undefined): void {
    if (!choice) return;
    onClose();
    choice.act();
  }
  return (
    <Dialog title="Go to anything" bare onClose={onClose}>
      <div className="flex items-center gap-2 border-b border-line px-4">
        <Search size={15} aria-hidden className="text-faint" />
        <input
          className="h-11 flex-1 bg-transparent text-base outline-none placeholder:text-faint"
          placeholder="A page, a pipeline, or a run by id, parameter, or who started it"
          aria-label="Go to"
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={choices[chosen] && `${listId}-${chosen}`}
          autoFocus
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (step !== undefined) setAt((chosen + step + choices.length) % Math.max(1, choices.length));
            else if (event.key === "Enter") act(choices[chosen]);
            else return;
            event.preventDefault();
          }}
        />
      </div>
      <div id={listId} role="listbox" aria-label="Places" className="h-80 overflow-auto p-1.5">
        {choices.map(({ id, words, icon: Icon, show }, index) => (
          // The keyboard is the field's.
          <div
            key={id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === chosen}
            className="menu-item h-9"
            onPointerMove={() => setAt(index)}
            onClick={() => act(choices[index])}
          >
            {Icon && <Icon size={14} aria-hidden className="shrink-0 text-faint" />}
            {show ?? words}
          </div>
        ))}
        {choices.length === 0 && <p className="p-4 text-center text-sm text-faint">Nothing is called so.</p>}
      </div>
    </Dialog>
  );
}

function useChoices(text: string): readonly Choice[] {
  const navigate = useNavigate();
  const search = useDeferredValue(text);
  const { data: pipelines } = useQuery(pipelinesQuery);
  const { data: runs } = useQuery({
    queryKey: ["palette", search],
    queryFn: ({ signal }) => call("listRuns", { search: search === "" ? undefined : search, limit: 8 }, signal),
    placeholderData: keepPreviousData,
  });
  const places: Choice[] = [
    { id: "runs", words: "Runs", icon: Workflow, act: () => void navigate({ to: "/runs" }) },
    { id: "pipelines", words: "Pipelines", icon: Boxes, act: () => void navigate({ to: "/pipelines" }) },
    { id: "platforms", words: "Platforms", icon: Server, act: () => void navigate({ to: "/platforms" }) },
  ];
  for (const { name, file } of pipelines?.pipelines ?? []) {
    const params = { pipeline: name };
    places.push({
      id: `pipeline ${name}`,
      words: `Pipeline ${safeText(name, 80)}`,
      icon: Boxes,
      act: () => void navigate({ to: "/pipelines/$pipeline", params }),
    });
    if (file === undefined) continue;
    places.push({
      id: `run ${name}`,
      words: `Run ${safeText(name, 80)}…`,
      icon: Play,
      act: () => void navigate({ to: "/pipelines/$pipeline/run", params }),
    });
  }
  places.push(
    { id: "light", words: "Light theme", icon: Sun, act: () => chooseTheme("light") },
    { id: "dark", words: "Dark theme", icon: Moon, act: () => chooseTheme("dark") },
  );
  const letters = text.toLowerCase();
  const found = (runs?.runs ?? []).map((run): Choice => ({
    id: run.id,
    words: run.id,
    show: (
      <span className="flex min-w-0 flex-1 items-center gap-2">
        <RunStateMark state={run.state} iconOnly />
        <span className="truncate">{safeText(run.pipeline, 80)}</span>
        <span className="code text-faint">{run.id.slice(0, 8)}</span>
        <TimeAgo at={run.createdAt} className="ml-auto text-faint" />
      </span>
    ),
    act: () => void navigate({ to: "/runs/$run", params: { run: run.id } }),
  }));
  return [...places.filter(({ words }) => words.toLowerCase().includes(letters)), ...found];
}
