export type ThemeChoice = "system" | "light" | "dark";

const place = "flotilla.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

/** What the viewer has chosen; the system's wish until then. Private windows may refuse to remember. */
export function themeChoice(): ThemeChoice {
  try {
    const kept = localStorage.getItem(place);
    return kept === "light" || kept === "dark" ? kept : "system";
  } catch {
    return "system";
  }
}

export function chooseTheme(choice: ThemeChoice): void {
  try {
    localStorage.setItem(place, choice);
  } catch {
    // Then it holds for this page only.
  }
  show(choice);
}

/** Before the first paint, and whenever the system changes its mind. */
export function startTheme(): void {
  show(themeChoice());
  system.addEventListener("change", () => show(themeChoice()));
}

function show(choice: ThemeChoice): void {
  const dark = choice === "dark" || (choice === "system" && system.matches);
  document.documentElement.dataset["theme"] = dark ? "dark" : "light";
}
