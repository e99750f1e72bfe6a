// `npm run bench`: measures every figure of the design beside its goal; `-- --only NAME` one of them (several times for several).
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Fault, runCommand } from '../fault.ts';
import { buildWorkers } from './build-worker.ts';
import type { Figure } from './figure.ts';
import { FIGURES } from './figures.ts';
import { type FigureReport, isAllMet, notes, table, writeResults } from './report.ts';
import { watchingSteadiness } from './steadiness.ts';
import { inWorkshop, type Workshop } from './workshop.ts';

await runCommand(bench);

async function bench(): Promise<void> {
  const figures = chosenFigures();
  console.log(
    `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1) ?? '?'}`,
  );
  await buildWorkers();

  const reports: FigureReport[] = [];
  await inWorkshop(async (workshop) => {
    for (const figure of figures) {
      console.log(`${figure.name} …`);
      const report = await measure(figure, workshop);
      reports.push(report);
      // At once: whoever has to stop it keeps what was measured.
      console.log(table([report]));
      writeResults(reports);
    }
  });
  console.log(`\n${table(reports)}\n`);
  for (const note of notes(reports)) console.log(`- ${note}`);
  // Set rather than thrown: the table is whole either way.
  process.exitCode = isAllMet(reports) ? 0 : 1;
}

/** One figure that cannot be measured must not take the others with it. */
async function measure(figure: Figure, workshop: Workshop): Promise<FigureReport> {
  const startedAt = performance.now();
  try {
    const { result: measured, steadiness } = await watchingSteadiness(() => figure.measure(workshop));
    console.log(`${figure.name}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
    return { figure: figure.name, measured, steadiness, failure: null };
  } catch (error) {
    console.error(error instanceof Fault ? error.message : error);
    return {
      figure: figure.name,
      measured: [],
      steadiness: null,
      failure: error instanceof Error ? error.message : String(error),
    };
  }
}

function chosenFigures(): readonly Figure[] {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
  if (!values.only) return FIGURES;
  return values.only.map((name) => {
    const figure = FIGURES.find((known) => known.name === name);
    if (!figure) throw new Fault(`There is no figure "${name}". Figures: ${FIGURES.map((known) => known.name).join(', ')}.`);
    return figure;
  });
}
