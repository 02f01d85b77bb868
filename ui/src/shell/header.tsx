import { Link } from "@tanstack/react-router";
import { CircleHelp, Monitor, Moon, Search, Sun } from "lucide-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { serverQuery } from "../api/server.ts";
import { Button, IconButton } from "../components/button.tsx";
import { Menu, MenuCheck } from "../components/menu.tsx";
import { modifierKey } from "../components/keys.ts";
import { safeText } from "../format/safe-text.ts";
import { chooseTheme, themeChoice, type ThemeChoice } from "../theme/theme.ts";
import { ConnectionMark } from "./connection-mark.tsx";
import { Logo } from "./logo.tsx";

const places = [
  { to: "/runs", name: "Runs" },
  { to: "/pipelines", name: "Pipelines" },
  { to: "/platforms", name: "Platforms" },
] as const;

interface HeaderProps {
  readonly onHelp: () => void;
  readonly onPalette: () => void;
}

export function Header({ onHelp, onPalette }: HeaderProps) {
  const { data: server } = useQuery(serverQuery);
  return (
    <header className="flex items-center gap-5 border-b border-line bg-surface px-4">
      <Link to="/runs" className="flex items-center gap-2 font-semibold tracking-tight">
        <Logo />
        Flotilla
      </Link>
      <nav aria-label="Main" className="flex h-full items-center gap-1">
        {places.map(({ to, name }) => (
          <Link
            key={to}
            to={to}
            className="rounded-md px-2.5 py-1 text-sm font-medium text-soft hover:bg-hover hover:text-ink data-[status=active]:bg-hover data-[status=active]:text-ink"
          >
            {name}
          </Link>
        ))}
      </nav>
      <div className="ml-auto flex min-w-0 items-center gap-2">
        <ConnectionMark />
        {server && (
          <span
            className="hidden max-w-60 truncate text-xs text-faint lg:inline"
            data-tip={`${safeText(server.project)}\nFlotilla ${safeText(server.version)}`}
          >
            {safeText(projectName(server.project))}
          </span>
        )}
        <Button icon={Search} onClick={onPalette} className="text-faint">
          <span className="sr-only md:not-sr-only">Go to…</span>
          <kbd className="code ml-1 rounded border border-line px-1 text-[10px] text-faint">{modifierKey} K</kbd>
        </Button>
        <ThemeSwitch />
        <IconButton label="Keys" icon={CircleHelp} onClick={onHelp} />
      </div>
    </header>
  );
}

function projectName(path: string): string {
  return path.split("/").findLast((part) => part !== "") ?? path;
}

const themes = [
  { choice: "system", name: "As the system", icon: Monitor },
  { choice: "light", name: "Light", icon: Sun },
  { choice: "dark", name: "Dark", icon: Moon },
] as const satisfies readonly { choice: ThemeChoice; name: string; icon: typeof Sun }[];

function ThemeSwitch() {
  const [chosen, setChosen] = useState(themeChoice);
  const { icon } = themes.find(({ choice }) => choice === chosen) ?? themes[0];
  return (
    <Menu align="end" trigger={<IconButton label="Theme" icon={icon} />}>
      {themes.map(({ choice, name, icon: Icon }) => (
        <MenuCheck
          key={choice}
          closes
          checked={choice === chosen}
          onChange={() => {
            chooseTheme(choice);
            setChosen(choice);
          }}
        >
          <Icon size={14} aria-hidden className="text-faint" />
          {name}
        </MenuCheck>
      ))}
    </Menu>
  );
}
