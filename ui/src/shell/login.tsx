import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { asApiError } from "../api/error.ts";
import { logIn, takeTokenFromAddress } from "../api/session.ts";
import { Button } from "../components/button.tsx";
import { CommandLine } from "../components/copy.tsx";
import { Logo } from "./logo.tsx";

/** The server answers nobody it does not know. */
export function Login() {
  const client = useQueryClient();
  const [token, setToken] = useState("");
  const [state, setState] = useState<{ busy: boolean; error?: unknown }>({ busy: false });

  function send(value: string): void {
    setState({ busy: true });
    logIn(value.trim()).then(
      () => client.resetQueries(),
      (error: unknown) => setState({ busy: false, error }),
    );
  }
  useEffect(() => {
    const given = takeTokenFromAddress();
    if (given !== undefined) send(given);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, with what the address held
  }, []);

  const failed = state.error === undefined ? undefined : asApiError(state.error);
  return (
    <main className="flex h-full items-center justify-center p-6">
      <form
        className="panel flex w-full max-w-[400px] flex-col gap-4 p-6"
        onSubmit={(event) => {
          event.preventDefault();
          send(token);
        }}
      >
        <h1 className="flex items-center gap-2 text-lg font-semibold">
          <Logo /> Who is this?
        </h1>
        <label className="flex flex-col gap-1.5">
          <span className="text-sm text-soft">Token</span>
          <input
            className="field code"
            type="password"
            autoComplete="current-password"
            autoFocus
            required
            value={token}
            onChange={(event) => setToken(event.target.value)}
            aria-invalid={failed !== undefined}
          />
        </label>
        {failed && (
          <p role="alert" className="text-sm text-danger">
            {failed.message} <span className="text-soft">{failed.mend}</span>
          </p>
        )}
        <Button kind="main" type="submit" disabled={state.busy}>
          Log in
        </Button>
        <div className="text-sm text-soft">
          <p className="mb-1.5">Whoever runs the server makes one with</p>
          <CommandLine line="flotilla token create" />
        </div>
      </form>
    </main>
  );
}
