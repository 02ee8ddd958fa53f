package dev.farsight.datasets.synthetic;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;

/**
 * Draws samples as they are asked for, the samples of a batch in parallel. Where bags end is drawn
 * first, so that every sample has its place. Allocates nothing.
 *
 * <p>Cost: about 40 ns a lookup of one core's time with MLPerf's tables and bags, so half a second
 * for 65,536 samples of 214 lookups ({@code GeneratorCost} in the tests measures it). Where that
 * limits a run, keep the samples in memory.
 */
final class GeneratedBatches implements BatchSource {

  private static final int TASK = 256;

  private final BatchSchema schema;
  private final Population population;
  private final Workers team;
  private final Population.Sampler[] samplers;
  private final Workers.Task drawOffsets = this::drawOffsets;
  private final Workers.Task draw = this::draw;
  private final long end;
  private long next;
  private Batch batch;
  private int samples;

  GeneratedBatches(BatchSchema schema, Population population, Workers team, long from, long end) {
    this.schema = schema;
    this.population = population;
    this.team = team;
    this.next = from;
    this.end = end;
    this.samplers = new Population.Sampler[team.threads()];
    for (int s = 0; s < samplers.length; s++) {
      samplers[s] = population.sampler();
    }
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public boolean next(Batch into) {
    batch = into;
    samples = (int) Math.min(into.capacity(), end - next);
    if (!schema.oneHot()) {
      team.run(schema.features().size(), drawOffsets);
    }
    into.samples(samples);
    team.run((samples + TASK - 1) / TASK, draw);
    next += samples;
    return samples > 0;
  }

  private void drawOffsets(int feature, int worker) {
    int[] offsets = batch.offsets(feature);
    if (offsets == null) {
      return;
    }
    long lookups = 0;
    offsets[0] = 0;
    for (int s = 0; s < samples; s++) {
      lookups += population.bagSize(next + s, feature);
      offsets[s + 1] = (int) lookups;
    }
    batch.requireRoom(feature, lookups);
  }

  private void draw(int task, int worker) {
    int from = task * TASK;
    int to = Math.min(from + TASK, samples);
    samplers[worker].fill(batch, from, to, next + from);
  }

  @Override
  public long skip(long samples, Batch scratch) {
    long skipped = Math.min(samples, end - next);
    next += skipped;
    return skipped;
  }

  @Override
  public void close() {
    // Holds nothing.
  }
}
