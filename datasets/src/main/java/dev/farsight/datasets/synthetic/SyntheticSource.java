package dev.farsight.datasets.synthetic;

import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.ReadingTeam;
import dev.farsight.reading.Split;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * A synthetic data set. Every epoch passes over the same samples; which samples these are depends
 * on the settings and the seed alone, not on the number of threads nor the batch size.
 *
 * <p>Memory: about 200 KiB a table for its power law and planted weights; with {@code in-memory}
 * also all samples, on the Java heap.
 */
public final class SyntheticSource implements DataSource {

  private final BatchSchema schema;
  private final Population population;
  private final Split split;

  /** Makes samples. */
  private final Workers team;

  /** Makes a team that copies samples of a pass. */
  private final Supplier<Workers> copying;

  private final StoredSamples stored;

  public SyntheticSource(DataContext context) {
    var spec = SyntheticSpec.of(context);
    this.split = Split.of(context.data(), spec.rows());
    this.schema = spec.schema();
    boolean inMemory = context.own().bool("in-memory");
    if (inMemory) {
      checkHeap(context, spec);
    }
    this.population = new Population(spec);
    this.stored = inMemory ? store(context, spec) : null;
    this.copying = () -> ReadingTeam.of("data", context, schema);
    this.team = new Workers("data", inMemory ? 1 : context.threads(), Workers.SHORT_SPIN_NANOS);
  }

  private StoredSamples store(DataContext context, SyntheticSpec spec) {
    try (var all = new Workers("data", context.threads())) {
      var pass = new GeneratedBatches(schema, population, all, 0, spec.rows());
      return new StoredSamples(pass, all, spec.rows(), context.batchSize());
    }
  }

  private static void checkHeap(DataContext context, SyntheticSpec spec) {
    long needed = StoredSamples.bytes(spec);
    long heap = Runtime.getRuntime().maxMemory();
    if (needed > heap) {
      throw context
          .own()
          .bad(
              "in-memory",
              String.format(
                  Locale.ROOT,
                  "needs %d MiB of Java heap for %d rows, and there are %d: fewer rows, or -Xmx",
                  needed >> 20,
                  spec.rows(),
                  heap >> 20));
    }
  }

  @Override
  public BatchSchema schema() {
    return schema;
  }

  @Override
  public long trainSamples() {
    return split.train();
  }

  @Override
  public long evalSamples() {
    return split.eval();
  }

  /** The settings tell everything, wherever the samples are made. */
  @Override
  public String contentIdentity() {
    return "made from the settings and the seed";
  }

  @Override
  public boolean readsInParts() {
    return stored != null;
  }

  @Override
  public BatchSource train(int epoch) {
    return pass(0, split.train());
  }

  @Override
  public BatchSource eval() {
    return pass(split.train(), split.total());
  }

  @Override
  public boolean readsStretches() {
    return true;
  }

  @Override
  public BatchSource stretch(int epoch, long from, long to) {
    return pass(from, to);
  }

  private BatchSource pass(long from, long to) {
    return stored != null
        ? new StoredBatches(schema, stored, copying.get(), from, to)
        : new GeneratedBatches(schema, population, team, from, to);
  }

  /**
   * Hands out all samples, the training part first, as rows of raw values. One thread.
   *
   * @param chunk rows between two calls of {@code chunkDone}
   */
  void forEachRow(RawRow rows, int chunk, Runnable chunkDone) {
    var sampler = population.sampler();
    for (long sample = 0; sample < split.total(); sample++) {
      sampler.draw(sample);
      Features drawn = sampler.drawn();
      rows.accept(sampler.label(), drawn.counts, drawn.indices, drawn.starts, drawn.sizes);
      if ((sample + 1) % chunk == 0) {
        chunkDone.run();
      }
    }
  }

  /** Takes a sample as a file would hold it. */
  @FunctionalInterface
  public interface RawRow {

    /** What stands in {@code counts} for a missing value. */
    int MISSING = DenseLaw.MISSING;

    /**
     * The arrays are reused for the next row.
     *
     * @param counts dense values before their transform
     * @param indices indices of the rows looked up: those of table t from {@code starts[t]} on
     * @param sizes by table: how many it looks up
     */
    void accept(int label, int[] counts, int[] indices, int[] starts, int[] sizes);
  }

  @Override
  public void close() {
    team.close();
  }
}
