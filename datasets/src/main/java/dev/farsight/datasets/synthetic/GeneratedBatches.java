package dev.farsight.datasets.synthetic;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;

/** Draws samples as they are asked for, the samples of a batch in parallel. Allocates nothing. */
final class GeneratedBatches implements BatchSource {

  private static final int TASK = 256;

  private final BatchSchema schema;
  private final Workers team;
  private final Population.Sampler[] samplers;
  private final Workers.Task draw = this::draw;
  private final long end;
  private long next;
  private Batch batch;

  GeneratedBatches(BatchSchema schema, Population population, Workers team, long from, long end) {
    this.schema = schema;
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
    int samples = (int) Math.min(into.capacity(), end - next);
    batch = into;
    into.samples(samples);
    team.run((samples + TASK - 1) / TASK, draw);
    next += samples;
    return samples > 0;
  }

  private void draw(int task, int worker) {
    int from = task * TASK;
    int to = Math.min(from + TASK, batch.samples());
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
