/** What Docker's own configuration calls Docker Hub. */
export const dockerHub = "https://index.docker.io/v1/";

/** The registry that an image is pulled from, as Docker's configuration calls it: `ghcr.io`, `127.0.0.1:5000`. */
export function registryOf(image: string): string {
  const [first = "", ...rest] = image.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return isHost && first !== "docker.io" ? first : dockerHub;
}

/** Its name without tag and digest. */
export function repositoryOf(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
}
