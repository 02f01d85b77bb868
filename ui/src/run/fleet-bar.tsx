import { ArrowLeftRight } from "lucide-react";
import type { ResponseOf } from "../../../src/api/operations.ts";
import type { RunDetail } from "../../../src/api/schemas/run.ts";
import { asApiError } from "../api/error.ts";
import { Button, IconButton } from "../components/button.tsx";
import { Menu, MenuCheck } from "../components/menu.tsx";
import { formatCounted } from "../format/number.ts";
import { safeText } from "../format/safe-text.ts";
import type { FleetPicture } from "./fleet-picture.ts";
import { useChangeSearch } from "./use-run.ts";
import { Select } from "../components/select.tsx";

interface FleetBarProps {
  readonly run: RunDetail;
  readonly picture: FleetPicture;
  readonly by: string;
  readonly colours: ResponseOf<"getFleetAxes">["colours"];
  readonly failed: unknown;
}

/** Which step, which dimensions down and across, and what the colour means. */
export function FleetBar({ run, picture, by, colours, failed }: FleetBarProps) {
  const change = useChangeSearch();
  const steps = run.steps.filter((step) => step.by.length > 0);
  const pivot = (rows: readonly string[], columns: readonly string[]) =>
    change({ rows, columns, of: picture.step }, { replace: true });
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 border-b border-line px-4 py-2 text-sm">
      <label className="flex items-center gap-2">
        <span className="text-faint">Step</span>
        <Select
          className="max-w-52"
          value={picture.step}
          onChange={({ target }) =>
            change({ of: target.value, rows: [], columns: [], by: undefined }, { replace: true })
          }
        >
          {steps.map(({ name, tasks }) => (
            <option key={name} value={name}>
              {safeText(name, 60)} ({formatCounted(tasks, "task")})
            </option>
          ))}
        </Select>
      </label>
      <span className="flex items-center gap-1">
        <Axis name="Down" picture={picture} mine="rows" onChange={pivot} />
        <IconButton
          label="Swap down and across"
          icon={ArrowLeftRight}
          onClick={() => pivot(picture.columns, picture.rows)}
        />
        <Axis name="Across" picture={picture} mine="columns" onChange={pivot} />
      </span>
      <label className="flex items-center gap-2">
        <span className="text-faint">Colour</span>
        <Select
          className="max-w-52"
          value={by}
          onChange={({ target }) =>
            change({ by: target.value === "state" ? undefined : target.value }, { replace: true })
          }
        >
          {(colours.length === 0 ? [{ by: "state", title: "state" }] : colours).map((colour) => (
            <option key={colour.by} value={colour.by}>
              {safeText(colour.title, 60)}
            </option>
          ))}
        </Select>
      </label>
      {failed !== undefined && (
        <span role="alert" className="text-danger">
          {asApiError(failed).message}
        </span>
      )}
    </div>
  );
}

interface AxisProps {
  readonly name: string;
  readonly picture: FleetPicture;
  readonly mine: "rows" | "columns";
  readonly onChange: (rows: readonly string[], columns: readonly string[]) => void;
}

/** A dimension stands on one axis or on none; one that is put here leaves the other. */
function Axis({ name, picture, mine, onChange }: AxisProps) {
  const here = picture[mine];
  const there = picture[mine === "rows" ? "columns" : "rows"];
  const put = (own: readonly string[], other: readonly string[]) =>
    mine === "rows" ? onChange(own, other) : onChange(other, own);
  return (
    <Menu
      trigger={
        <Button kind="quiet">
          <span className="font-normal text-faint">{name}</span>
          <span className="max-w-52 truncate">{here.length === 0 ? "–" : safeText(here.join(", "), 80)}</span>
        </Button>
      }
    >
      {picture.by.map((dimension) => (
        <MenuCheck
          key={dimension}
          checked={here.includes(dimension)}
          onChange={() =>
            here.includes(dimension)
              ? put(
                  here.filter((one) => one !== dimension),
                  there,
                )
              : put(
                  [...here, dimension],
                  there.filter((one) => one !== dimension),
                )
          }
        >
          {safeText(dimension, 60)}
        </MenuCheck>
      ))}
    </Menu>
  );
}
