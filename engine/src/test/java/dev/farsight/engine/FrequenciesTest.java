package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.cache.CachePolicy;
import dev.farsight.api.cache.CachePolicyFactory;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.BatchSource;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.engine.plugin.Components;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The frequencies that a policy gets: counts of rows in the training part, without the evaluation
 * part.
 */
class FrequenciesTest {

  private static final int BATCH = 37;
  private static final int SAMPLES = 12_010;

  @TempDir Path folder;

  private final Components components = TestRun.builtIn();
  private RowFrequencies recorded;

  /** Makes the policy {@code frequency}, and records the frequencies that it gets. */
  private final class RecordingFactory implements CachePolicyFactory {

    @Override
    public String name() {
      return "frequency";
    }

    @Override
    public CachePolicy create(PolicyContext context) {
      recorded = context.frequencies();
      return components.policies().get(name()).create(context);
    }

    @Override
    public boolean wantsFrequencies() {
      return true;
    }
  }

  private Components recording() {
    var policies = new TreeMap<>(components.policies());
    policies.put("frequency", new RecordingFactory());
    return new Components(
        policies,
        components.stores(),
        components.computes(),
        components.sources(),
        components.models(),
        components.collectives(),
        components.exportFormats(),
        components.offers());
  }

  @ParameterizedTest
  @CsvSource({"0.142857, 1", "0.5, 1", "0.9, 4", "0, 7"})
  void countsAreThoseOfTheTrainingPartOnly(double evaluated, int every) {
    new TestRun(folder)
        .components(recording())
        .set(
            "cache.policy=frequency",
            "cache.size=\"5%\"",
            "cache.statistics.every=" + every,
            "data.eval-fraction=" + evaluated)
        .train();
    long trained = SAMPLES - Math.round(SAMPLES * evaluated);
    long[] expected = counts(0, trained, every);
    long[] held = counts(trained, SAMPLES, 1);
    int unseen = 0;
    for (int row = 0; row < expected.length; row++) {
      assertThat(recorded.count(row)).as("row %d", row).isEqualTo(expected[row]);
      unseen += expected[row] == 0 && held[row] > 0 ? 1 : 0;
    }
    if (evaluated > 0) {
      assertThat(unseen).as("rows that only evaluation has").isPositive();
    }
  }

  /**
   * Lookups of each row in samples [from, to), counted naively. The source is opened with all
   * samples for training.
   */
  private long[] counts(long from, long to, int every) {
    var farsight = new TestRun(folder).set("data.eval-fraction=0").config();
    var data = Settings.of("farsight.data", farsight.getConfig("data"));
    var context = new DataContext(data, data.section("synthetic"), 1, 5, 1);
    try (DataSource source = components.sources().get("synthetic").open(context);
        BatchSource pass = source.train(0)) {
      var tables = source.schema().tables();
      var counts = new long[(int) tables.rows()];
      var sample = new Batch(source.schema(), 1, HostBuffers.plain());
      for (long s = 0; pass.next(sample); s++) {
        boolean counted = s >= from && s < to && s / BATCH % every == 0;
        for (int t = 0; t < tables.size() && counted; t++) {
          counts[(int) tables.rowId(t, sample.indices(t)[0])] += every;
        }
      }
      return counts;
    }
  }
}
