/**
 * What a place that has nothing but a Python begins an attempt with, in its current directory: it fetches the runner, compares
 * it with its digest, and becomes it. The engine may be away: it asks again, ever more rarely, and says
 * why it waits, for whoever looks at the log of the place. As the first process of a container it would not hear SIGTERM if it
 * did not ask to.
 */
const bootstrap = `
import hashlib, http.client, io, os, random, signal, sys, tarfile, tempfile, time, urllib.request
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
wait, said = 0.1, ""
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
while True:
    try:
        ask = urllib.request.Request(os.environ["FLOTILLA_TASK_API"] + "/v1/runner", headers={"Authorization": "Bearer " + os.environ["FLOTILLA_TOKEN"]})
        with direct.open(ask, timeout=60) as answer:
            body = answer.read()
        if answer.headers["ETag"] == '"sha256:%s"' % hashlib.sha256(body).hexdigest():
            break
        trouble = "the runner came with another content"
    except (OSError, http.client.HTTPException) as error:
        trouble = str(error)
    if trouble != said:
        print("flotilla: waiting for %s: %s" % (os.environ["FLOTILLA_TASK_API"], trouble), file=sys.stderr, flush=True)
        said = trouble
    time.sleep(wait * random.uniform(0.5, 1))
    wait = min(wait * 2, 15)
scratch = tempfile.mkdtemp(prefix="flotilla-", dir=os.getcwd())
runner = os.path.join(scratch, "runner")
with tarfile.open(fileobj=io.BytesIO(body)) as archive:
    archive.extractall(runner, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (runner, os.environ.get("PYTHONPATH"))))
os.execv(sys.executable, [sys.executable, "-m", "flotilla_runner", sys.argv[1], scratch])
`;

/** What the runner is to do there: carry out an attempt, or bring and take what a container of somebody else's reads and writes. */
export type RunnerPart = "remote" | "fetch" | "carry";

export function bootstrapCommand(part: RunnerPart): readonly string[] {
  return ["python3", "-c", bootstrap, part];
}
