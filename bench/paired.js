// The paired measurement: every contestant runs once per round, right after the others, and only
// ratios within a round count.

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {(count: number) => number | Promise<number>} run does the work `count` times and
 * answers its nanoseconds
 * @property {() => string} [note] what else there is to tell once all rounds are over
 * @property {number} [goal] the ratio to the first contestant that is wanted
 */

/** The value below which `share` of the values lie. */
function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * share;
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
}

const median = (values) => quantile(values, 0.5);

/**
 * Measures the contestants against the first of them. One line each: the median nanoseconds of one
 * operation, the median of the ratios per round with its quartiles, and the median of the
 * nanoseconds above the first.
 * @param {readonly Contestant[]} contestants
 */
async function paired(contestants, { rounds, count, warmup = 20 }) {
  const samples = contestants.map(() => new Float64Array(rounds));
  for (let round = -warmup; round < rounds; round++) {
    for (let k = 0; k < contestants.length; k++) {
      // everybody starts a round as often, and follows the same neighbour
      const place = (k + round + warmup) % contestants.length;
      const { name, run } = contestants[place];
      const ns = await run(count);
      if (!(ns > 0)) throw new Error(`${name} failed: ${ns}`);
      if (round >= 0) samples[place][round] = ns / count;
    }
  }
  const base = samples[0];
  return contestants.map(({ name, goal, note }, place) => {
    const ns = samples[place];
    const ratios = ns.map((value, round) => value / base[round]);
    const above = ns.map((value, round) => value - base[round]);
    return {
      name,
      goal,
      ns: median(ns),
      ratio: median(ratios),
      low: quantile(ratios, 0.25),
      high: quantile(ratios, 0.75),
      above: median(above),
      note: note?.(),
    };
  });
}

/** A contestant's run out of a synchronous body: `body(count)` is timed as a whole. */
function timed(body) {
  return (count) => {
    const start = process.hrtime.bigint();
    body(count);
    return Number(process.hrtime.bigint() - start);
  };
}

/** The same for a body that answers with a promise. */
function timedAsync(body) {
  return async (count) => {
    const start = process.hrtime.bigint();
    await body(count);
    return Number(process.hrtime.bigint() - start);
  };
}

module.exports = { paired, timed, timedAsync, median, quantile };
