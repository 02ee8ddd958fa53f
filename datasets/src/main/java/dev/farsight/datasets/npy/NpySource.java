package dev.farsight.datasets.npy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.data.DenseFeature;
import dev.farsight.api.data.Permutation;
import dev.farsight.reading.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Samples in npy files as a data set. The files are mapped, so they take no memory but the system's
 * cache of files.
 */
final class NpySource implements DataSource {

  private final NpyData data;
  private final Split split;
  private final Workers team;

  /**
   * @param data what was opened
   */
  NpySource(NpyData data, DataContext context) {
    this.data = data;
    this.split = split(data, context);
    this.team = new Workers("read", context.threads(), Workers.SHORT_SPIN_NANOS);
  }

  /** The samples marked for evaluation, unless all or none are asked for. */
  private static Split split(NpyData data, DataContext context) {
    long total = data.samples();
    double fraction = context.data().share("eval-fraction", 0, 1);
    boolean marked = data.evaluation() > 0 && fraction > 0 && fraction < 1;
    return marked ? new Split(total, total - data.evaluation()) : Split.of(context.data(), total);
  }

  @Override
  public BatchSchema schema() {
    return data.schema();
  }

  @Override
  public long trainSamples() {
    return split.train();
  }

  @Override
  public long evalSamples() {
    return split.eval();
  }

  @Override
  public String contentIdentity() {
    return data.identity();
  }

  @Override
  public List<DenseFeature> denseFeatures() {
    return data.dense();
  }

  @Override
  public BatchSource train(int epoch) {
    requireLabels();
    return new NpyBatches(data, team, 0, split.train(), null);
  }

  @Override
  public BatchSource eval() {
    return new NpyBatches(data, team, split.train(), split.total(), null);
  }

  @Override
  public boolean seeks() {
    return true;
  }

  @Override
  public BatchSource shuffled(long seed, int epoch) {
    requireLabels();
    var order = new Permutation(split.train(), seed, epoch);
    return new NpyBatches(data, team, 0, split.train(), order);
  }

  @Override
  public boolean readsStretches() {
    return true;
  }

  @Override
  public BatchSource stretch(int epoch, long from, long to) {
    requireLabels();
    return new NpyBatches(data, team, from, to, null);
  }

  private void requireLabels() {
    if (!data.schema().labelled()) {
      throw new FarsightException(
          "the data of source npy has no labels, so it can only be evaluated: eval-fraction = 1");
    }
  }

  @Override
  public void saveFitted(Path folder) throws IOException {
    if (data.fitted() == null) {
      return;
    }
    try (Stream<Path> files = Files.list(data.fitted())) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName().toString()));
      }
    }
  }

  @Override
  public void close() {
    team.close();
  }
}
