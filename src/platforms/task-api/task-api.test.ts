import { processGrounds } from "../../../test/helpers/process-ground.ts";
import { platformContract } from "../platform-contract.ts";

const makeGround = processGrounds();

platformContract("processes behind the task API", makeGround);
