import { Check } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";

interface MenuProps {
  readonly trigger: ReactNode;
  readonly children: ReactNode;
  readonly align?: "start" | "end";
}

/** Not modal: a modal one would lock the page's scrolling through a style element, which the page's policy refuses. */
export function Menu({ trigger, children, align = "start" }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align={align} sideOffset={4} collisionPadding={8}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface MenuCheckProps {
  readonly checked: boolean;
  readonly onChange: () => void;
  readonly children: ReactNode;
  /** One of several, so choosing it closes the menu. */
  readonly closes?: boolean;
}

export function MenuCheck({ checked, onChange, children, closes = false }: MenuCheckProps) {
  return (
    <DropdownMenu.CheckboxItem
      className="menu-item"
      checked={checked}
      onSelect={(event) => {
        if (!closes) event.preventDefault();
        onChange();
      }}
    >
      <span className="inline-flex size-3.5 items-center">{checked && <Check size={14} aria-hidden />}</span>
      {children}
    </DropdownMenu.CheckboxItem>
  );
}

export function MenuLabel({ children }: { readonly children: ReactNode }) {
  return <DropdownMenu.Label className="label px-2 pt-1.5 pb-1">{children}</DropdownMenu.Label>;
}
