/** Markup that would act if anything took it for more than text. */
export const markup = `<img src=x onerror="window.owned=1"><script>window.owned=1</script>`;

/** What a terminal would obey: colours, a title, a link, a cleared screen, and letters that turn the direction of writing. */
const control =
  "\\x1b[31mred\\x1b[0m\\x1b]0;owned\\x07\\x1b]8;;javascript:owned\\x1b\\\\link\\x1b]8;;\\x1b\\\\\\x1b[2J\\u202egnp.exe\\x00";

export const hostilePipeline = `
import { file, folder, json, number, pipeline, python, scenarios, string, z } from "flotilla";
const markup = ${JSON.stringify(markup)};
export default pipeline("hostile", {
  description: markup,
  params: z.object({ text: z.string().default("").describe(markup), __proto__x: z.string().default("") }),
  scenarios: scenarios.rows([
    { name: markup, label: markup + "\\u202e" },
    { name: "__proto__", label: "constructor" },
    { name: "]=,[/../%2e%2e\\u001b[31m", label: "x".repeat(400) },
  ], { dimensions: ["name"], labels: { label: "string" } }),
}, ({ params, step }) => {
  step("values", {
    description: markup,
    run: python("hostile:values"),
    inputs: { text: params.text },
    outputs: { text: string(), large: json(), deep: json(), proto: json(), tiny: number() },
  });
  step("files", {
    run: python("hostile:files"),
    outputs: { page: file("page.html"), picture: file("picture.svg"), large: file("large.bin"), table: file("table.csv"), tree: folder("tree") },
  });
  step("prints", { run: python("hostile:prints") });
  step("fails", { by: ["name"], run: python("hostile:fails") });
});
`;

export const hostileCode = `
import json, os, sys

MARKUP = ${JSON.stringify(markup)}
CONTROL = "${control}"

def values(text):
    deep = []
    for _ in range(400):
        deep = [deep]
    return {
        "text": text + CONTROL + MARKUP * 2_000,
        "large": [{"id": at, "name": MARKUP} for at in range(40_000)],
        "deep": deep,
        "proto": json.loads('{"__proto__": {"owned": 1}, "constructor": {"prototype": {"owned": 1}}, "toString": 1}'),
        "tiny": 5e-324,
    }

def files(page, picture, large, table, tree):
    act = "window.owned=1;parent.owned=1;top.location='https://elsewhere.test/';fetch('https://elsewhere.test/');alert(1)"
    page.write_text(f"<!doctype html><title>a page</title><p>shown as a page</p>{MARKUP}<script>{act}</script><img src=https://elsewhere.test/a.png>"
                    "<form action=https://elsewhere.test/><button autofocus>press</button></form><meta http-equiv=refresh content='0;url=https://elsewhere.test/'>")
    picture.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90" onload="{act}"><script>{act}</script><circle r="40" cx="45" cy="45"/>'
                       '<a href="javascript:alert(1)"><text y="20">press</text></a><image href="https://elsewhere.test/b.png"/></svg>')
    with open(large, "wb") as out:
        out.write(b"\\0begin")
        out.truncate(400 << 20)
    table.write_text("<script>owned()</script>,=cmd()\\n" + f"<img src=x onerror=owned()>,{'y' * 5_000}\\n" * 300)
    (tree / "a b").mkdir()
    (tree / "a b" / "<img src=x onerror=owned()>.txt").write_text(MARKUP)
    (tree / "__proto__").write_text("a file")

def prints():
    out = sys.stdout.buffer
    out.write((CONTROL + "\\n" + MARKUP + "\\n").encode())
    out.write(b"broken \\xff\\xfe\\xc3( and NUL \\x00 end\\n")
    out.write(b"many colours " + b"\\x1b[31m\\x1b[42ma" * 2_000 + b"\\n")
    for _ in range(3):
        out.write(b"z" * (1 << 20) + b" the last of it\\n")
    out.write(b"\\r\\x1b[1A\\x1b[2Koverwritten\\n")
    out.write(b"done")
    out.flush()

def fails(name):
    print(CONTROL + MARKUP)
    raise type("Error" + MARKUP, (Exception,), {})(CONTROL + MARKUP + name + "e" * 100_000)
`;
