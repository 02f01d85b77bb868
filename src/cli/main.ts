#!/usr/bin/env node
import { runProgram } from "./run-program.ts";

process.exitCode = await runProgram(process.argv);
// What is left by now (a connection in its last second) is nothing to wait for.
process.exit();
