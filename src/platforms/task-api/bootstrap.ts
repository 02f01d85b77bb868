/**
 * What a place that has nothing but a Python begins an attempt with, in its current directory: it fetches the runner, compares
 * it with its digest, and becomes it. The engine may be away: it asks again, ever more rarely.
 */
const bootstrap = `
import hashlib, http.client, io, os, random, sys, tarfile, tempfile, time, urllib.request
wait = 0.1
while True:
    try:
        ask = urllib.request.Request(os.environ["FLOTILLA_TASK_API"] + "/v1/runner", headers={"Authorization": "Bearer " + os.environ["FLOTILLA_TOKEN"]})
        with urllib.request.urlopen(ask, timeout=60) as answer:
            body = answer.read()
        if answer.headers["ETag"] == '"sha256:%s"' % hashlib.sha256(body).hexdigest():
            break
    except (OSError, http.client.HTTPException):
        pass
    time.sleep(wait * random.uniform(0.5, 1))
    wait = min(wait * 2, 15)
scratch = tempfile.mkdtemp(prefix="flotilla-", dir=os.getcwd())
runner = os.path.join(scratch, "runner")
with tarfile.open(fileobj=io.BytesIO(body)) as archive:
    archive.extractall(runner, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (runner, os.environ.get("PYTHONPATH"))))
os.execv(sys.executable, [sys.executable, "-m", "flotilla_runner", "remote", scratch])
`;

export const bootstrapCommand: readonly string[] = ["python3", "-c", bootstrap];
