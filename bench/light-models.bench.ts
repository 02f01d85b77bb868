import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { ratiosToPool } from "./against-pool.ts";
import type { BenchOptions, Measured } from "./figures.ts";

const requirements = "scikit-learn\n";

/** Imported at the top, as anybody would: the bare pool's workers import it once each, and so must we. */
const module = `
from sklearn.datasets import make_classification
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import train_test_split

def fit(n):
    x, y = make_classification(n_samples=800, n_features=12, n_informative=6, random_state=n)
    x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=n)
    model = GradientBoostingClassifier(n_estimators=40, random_state=n).fit(x_train, y_train)
    return float(model.score(x_test, y_test))
`;

interface PythonTools {
  requirePython(): Promise<{ readonly command: string; readonly version: readonly number[] }>;
  venv(options: { python: { readonly command: string }; requirements: string; cache: string }): Promise<string>;
}

/** Small scikit-learn fits, each in a process of its own, imports included on both sides. */
export default async function lightModels({ small }: BenchOptions): Promise<Measured> {
  const tools = (await import(pathToFileURL(join(import.meta.dirname, "../scripts/python.mjs")).href)) as PythonTools;
  const python = await tools.venv({ python: await tools.requirePython(), requirements, cache: "flotilla-bench" });
  const { ratio, bareForkRatio } = await ratiosToPool({
    module,
    python,
    function: "fit",
    tasks: small ? 30 : 100,
    rounds: small ? 1 : 5,
  });
  return { figures: { ratio, bareForkRatio }, holds: ratio <= 1.1 };
}
