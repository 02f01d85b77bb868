import type { ImageRecipe } from "../../core/plan.ts";

/** Where the parts of an image lie in the context of its build. */
export const contextFolders = { needed: "needed", files: "files" } as const;

/**
 * How an image is made. Packages come before the files that they do not need, so that those can change without the packages being
 * installed anew. Nothing of it goes through a shell: an image may have none, and paths may hold anything.
 */
export function dockerfileOf(
  { from, requirements }: Pick<ImageRecipe, "from" | "requirements">,
  { hasFiles }: { readonly hasFiles: boolean },
): string {
  const pip = ["python3", "-m", "pip", "install", "--no-cache-dir", "--disable-pip-version-check"];
  const lines = [
    `FROM ${from}`,
    "WORKDIR /app",
    ...(requirements === undefined
      ? []
      : [
          `COPY ["${contextFolders.needed}/", "./"]`,
          // An argument of a build is a variable for its commands, and does not stay in the image.
          "ARG PIP_BREAK_SYSTEM_PACKAGES=1",
          "ARG PIP_ROOT_USER_ACTION=ignore",
          `RUN ${JSON.stringify([...pip, "-r", requirements])}`,
        ]),
    ...(hasFiles ? [`COPY ["${contextFolders.files}/", "./"]`] : []),
  ];
  return `${lines.join("\n")}\n`;
}
