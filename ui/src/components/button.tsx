import type { ButtonHTMLAttributes, ReactNode } from "react";
import type { LucideIcon } from "lucide-react";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: "main" | "danger" | "quiet" | "plain";
  readonly icon?: LucideIcon;
  readonly children?: ReactNode;
}

export function Button({ kind = "plain", icon: Icon, children, className = "", ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`button ${className}`}
      data-kind={kind}
      data-size={children === undefined ? "icon" : undefined}
    >
      {Icon && <Icon size={14} aria-hidden className="shrink-0" />}
      {children}
    </button>
  );
}

/** Only an icon: its name is read out, and shown on hover. */
export function IconButton({ label, ...rest }: Omit<ButtonProps, "children"> & { readonly label: string }) {
  return <Button kind="quiet" data-tip={label} aria-label={label} {...rest} />;
}
