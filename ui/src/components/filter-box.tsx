import { Search } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { useKeys } from "./keys.ts";

interface FilterBoxProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  readonly className?: string;
}

const waitMs = 200;

/** A field that `/` jumps to. What is typed holds a moment after the last letter; Esc empties it. */
export function FilterBox({ value, onChange, label, className = "" }: FilterBoxProps) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    setText(value);
  }
  const send = useEffectEvent(() => {
    if (text !== value) onChange(text);
  });
  useEffect(() => {
    const timer = setTimeout(send, waitMs);
    return () => clearTimeout(timer);
  }, [text]);
  useKeys({ "/": () => field.current?.focus() });
  return (
    <label className={`relative block ${className}`}>
      <Search size={14} aria-hidden className="absolute top-1.75 left-2 text-faint" />
      <input
        ref={field}
        type="search"
        className="field pr-7 pl-7"
        placeholder={label}
        aria-label={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") onChange(text);
          if (event.key !== "Escape") return;
          event.preventDefault();
          setText("");
          onChange("");
          field.current?.blur();
        }}
      />
      <kbd
        aria-hidden
        className="code absolute top-1.5 right-2 rounded border border-line px-1 text-[10px] leading-3.5 text-faint"
      >
        /
      </kbd>
    </label>
  );
}
