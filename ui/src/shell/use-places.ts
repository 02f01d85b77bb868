import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { useKeys } from "../components/keys.ts";

const chordMs = 1_200;

/** `g`, then the letter of a place. */
export function usePlaces(): void {
  const navigate = useNavigate();
  const begunAt = useRef(Number.NEGATIVE_INFINITY);
  const inChord = (event: KeyboardEvent) => event.timeStamp - begunAt.current < chordMs;
  const go = (to: "/runs" | "/pipelines" | "/platforms") => (event: KeyboardEvent) => {
    if (!inChord(event)) return false;
    begunAt.current = Number.NEGATIVE_INFINITY;
    void navigate({ to });
    return true;
  };
  useKeys({
    g: (event) => {
      begunAt.current = event.timeStamp;
    },
    r: go("/runs"),
    p: go("/pipelines"),
    l: go("/platforms"),
  });
}
