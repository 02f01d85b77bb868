import { eachCsvRecord } from "./csv.ts";
import { makeDictionary } from "./dictionary.ts";
import { makeIntList } from "./int-list.ts";
import type { Scalar } from "./plan.ts";
import { scenarioError, shown, type ScenarioPlace } from "./scenario-errors.ts";
import { wantedColumns, type EncodedColumn, type EncodedRows, type ScenarioLayout } from "./scenario-source.ts";
import { checkColumnName, checkDimensionValue, checkLabelValue, typeCsvValues } from "./scenario-values.ts";

/** Encodes CSV text whose first line names the columns. Throws `SCENARIOS_INVALID` with the line. */
export function readCsvRows(text: string, layout: ScenarioLayout): EncodedRows {
  let header: readonly string[] | undefined;
  let columns: CsvColumn[] = [];
  const lines = makeIntList();
  eachCsvRecord(
    text,
    (fields, line) => {
      if (header === undefined) {
        header = [...fields];
        checkHeader(header, { file: layout.file, unit: "line", number: line });
        columns = wantedColumns(header, layout).map((name) => makeCsvColumn(name, fields.indexOf(name), layout));
        return;
      }
      if (fields.length !== header.length)
        throw wrongFieldCount(fields.length, header.length, { file: layout.file, unit: "line", number: line });
      lines.push(line);
      for (const column of columns) column.add(fields, line);
    },
    layout.file,
  );
  const lineOfRow = lines.finish();
  return {
    size: lineOfRow.length,
    columns: columns.map((column) => column.finish()),
    placeOf: (row) => ({ file: layout.file, unit: "line", number: lineOfRow[row]! }),
  };
}

interface CsvColumn {
  add(fields: readonly string[], line: number): void;
  finish(): EncodedColumn;
}

function makeCsvColumn(name: string, index: number, { dimensions, file }: ScenarioLayout): CsvColumn {
  const dictionary = makeDictionary<string>();
  const dimension = dimensions.find((declared) => declared.name === name);
  const check = dimension === undefined ? checkLabelValue : checkDimensionValue;
  // Whoever lists the order of a dimension as texts ("01", "1") means texts.
  const staysText = Array.isArray(dimension?.ordered) && dimension.ordered.every((value) => typeof value === "string");
  return {
    add(fields, line) {
      const value = fields[index]!;
      if (dictionary.add(value)) check(value, { file, unit: "line", number: line, column: name });
    },
    finish() {
      const { values: texts, codes } = dictionary.finish();
      if (staysText) return { name, values: texts, codes };
      return { name, ...mergeEqual(typeCsvValues(texts, dimension === undefined ? "label" : "dimension"), codes) };
    },
  };
}

/** Different texts of a label may be one number: `7689` and `7689.0`. */
function mergeEqual(typed: readonly (Scalar | null)[], codes: Int32Array): Pick<EncodedColumn, "values" | "codes"> {
  const values = [...new Set(typed)];
  if (values.length === typed.length) return { values, codes };
  const codeOf = new Map(values.map((value, code) => [value, code]));
  return { values, codes: codes.map((code) => codeOf.get(typed[code]!)!) };
}

function checkHeader(header: readonly string[], place: ScenarioPlace): void {
  for (const name of header) {
    checkColumnName(name, place);
    if (header.indexOf(name) !== header.lastIndexOf(name)) {
      throw scenarioError(
        `two columns are called ${shown(name)}`,
        { ...place, column: name },
        { mend: "rename one of them" },
      );
    }
  }
}

function wrongFieldCount(found: number, wanted: number, place: ScenarioPlace): Error {
  return scenarioError(`the line has ${count(found)}, the header has ${wanted}`, place, {
    mend: "give each line as many fields as the header, and put a field that holds a comma in quotes",
  });
}

function count(fields: number): string {
  return fields === 1 ? "1 field" : `${fields} fields`;
}
