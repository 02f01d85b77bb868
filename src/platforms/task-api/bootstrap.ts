/**
 * What a place that has nothing but a Python begins an attempt with, in its current directory: it fetches the runner, compares
 * it with its digest, and becomes it: in the same interpreter, as another start of one would be a third of what a pod of nothing costs. The engine may be away: it asks again, ever more rarely, and says
 * why it waits, for whoever looks at the log of the place. As the first process of a container it would not hear SIGTERM if it
 * did not ask to.
 */
const bootstrap = `
import hashlib, http.client, io, os, random, signal, sys, tarfile, tempfile, time, urllib.parse
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
wait, said = 0.1, ""
place = urllib.parse.urlsplit(os.environ["FLOTILLA_TASK_API"])
connect = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
while True:
    try:
        engine = connect(place.hostname, place.port, timeout=60)
        engine.request("GET", place.path.rstrip("/") + "/v1/runner", headers={"Authorization": "Bearer " + os.environ["FLOTILLA_TOKEN"]})
        answer = engine.getresponse()
        body = answer.read()
        engine.close()
        if answer.status == 200 and answer.headers["ETag"] == '"sha256:%s"' % hashlib.sha256(body).hexdigest():
            break
        trouble = "the runner came with another content" if answer.status == 200 else "HTTP Error %d: %s" % (answer.status, answer.reason)
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
sys.path.insert(0, runner)
sys.dont_write_bytecode = True
sys.argv[1:] = [os.environ.pop("FLOTILLA_RUNNER", "remote"), scratch]
from flotilla_runner.__main__ import main
main()
`;

/** What the runner is to do there stands in `FLOTILLA_RUNNER`: `pack`, `fetch`, `carry`; without it, to carry out an attempt. */
export const bootstrapCommand: readonly string[] = ["python3", "-c", bootstrap];
