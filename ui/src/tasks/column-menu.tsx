import { Columns3 } from "lucide-react";
import { Button } from "../components/button.tsx";
import { Menu, MenuCheck } from "../components/menu.tsx";
import type { TaskColumn } from "./task-columns.tsx";

interface ColumnMenuProps {
  readonly all: readonly TaskColumn[];
  readonly shown: readonly string[];
  readonly onChange: (shown: readonly string[]) => void;
}

/** Which columns there are. The order is theirs. */
export function ColumnMenu({ all, shown, onChange }: ColumnMenuProps) {
  return (
    <Menu
      align="end"
      trigger={
        <Button kind="quiet" icon={Columns3}>
          Columns
        </Button>
      }
    >
      {all
        .filter(({ fixed }) => !fixed)
        .map(({ id, head }) => (
          <MenuCheck
            key={id}
            checked={shown.includes(id)}
            onChange={() => onChange(shown.includes(id) ? shown.filter((other) => other !== id) : [...shown, id])}
          >
            {head}
          </MenuCheck>
        ))}
    </Menu>
  );
}
