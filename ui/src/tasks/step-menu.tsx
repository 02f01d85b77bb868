import { ListFilter } from "lucide-react";
import type { RunDetail } from "../../../src/api/schemas/run.ts";
import { Button } from "../components/button.tsx";
import { Menu, MenuCheck, MenuLabel } from "../components/menu.tsx";
import { classWords, taskStateNames, type RetryClass } from "../format/states.ts";
import { formatCount } from "../format/number.ts";
import { safeText } from "../format/safe-text.ts";
import { TaskStateMark } from "../components/state.tsx";
import { toggle } from "../run/selection.ts";
import { useSelection } from "../run/use-run.ts";

/** Narrows to steps, states and classes of failure. */
export function StepMenu({ steps }: { readonly steps: RunDetail["steps"] }) {
  const { selection, select } = useSelection();
  return (
    <Menu trigger={<Button icon={ListFilter}>Narrow</Button>}>
      <MenuLabel>Steps</MenuLabel>
      {steps.map(({ name, tasks }) => (
        <MenuCheck
          key={name}
          checked={selection.step.includes(name)}
          onChange={() => select(toggle(selection, "step", name))}
        >
          {safeText(name, 60)}
          <span className="num ml-auto pl-4 text-faint">{formatCount(tasks)}</span>
        </MenuCheck>
      ))}
      <MenuLabel>States</MenuLabel>
      {taskStateNames.map((state) => (
        <MenuCheck
          key={state}
          checked={selection.state.includes(state)}
          onChange={() => select(toggle(selection, "state", state))}
        >
          <TaskStateMark state={state} />
        </MenuCheck>
      ))}
      <MenuLabel>Failures</MenuLabel>
      {(Object.keys(classWords) as RetryClass[]).map((name) => (
        <MenuCheck
          key={name}
          checked={selection.class.includes(name)}
          onChange={() => select(toggle(selection, "class", name))}
        >
          {name} <span className="text-faint">{classWords[name]}</span>
        </MenuCheck>
      ))}
    </Menu>
  );
}
