package dev.farsight.bench.stats;

import dev.farsight.api.FarsightException;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.config.Settings;
import dev.farsight.api.data.Batch;
import dev.farsight.api.data.DataContext;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.internal.Sizes;
import dev.farsight.bench.replay.Requests;
import dev.farsight.bench.replay.Size;
import dev.farsight.bench.stats.ExpectedHits.OfSize;
import dev.farsight.engine.build.DataUse;
import dev.farsight.engine.data.RunData;
import dev.farsight.engine.event.RunListener;
import dev.farsight.engine.plugin.Components;
import dev.farsight.engine.progress.ProgressMeter;
import dev.farsight.engine.statistics.DataIdentity;
import dev.farsight.engine.statistics.RowCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the data of a configuration once, as a run would, and tells what it is like. Memory: 4
 * bytes a row of the tables on the Java heap, which is checked first, and at most about 200 MiB for
 * the replays. Used once, by one thread; {@link #stop} by any.
 */
public final class StatsRun {

  private final Settings farsight;
  private final Components components;
  private final RunListener progress;
  private final int threads = Runtime.getRuntime().availableProcessors();
  private final int batchSize;
  private Function<DataSource, PartCounting> elsewhere;
  private long mostLookups = FirstRequests.MOST_LOOKUPS;
  private volatile boolean stopped;

  private static final PartCounting.Batches NONE =
      new PartCounting.Batches() {
        @Override
        public boolean wantsMore() {
          return false;
        }

        @Override
        public void accept(Batch batch) {}
      };

  /** The end of a run that was stopped. */
  public static final class Stopped extends RuntimeException {

    private static final long serialVersionUID = 1;

    Stopped() {
      super("stopped", null, false, false);
    }
  }

  /**
   * @param farsight the section {@code farsight}, checked
   */
  public StatsRun(Settings farsight, Components components, RunListener progress) {
    this.farsight = farsight;
    this.components = components;
    this.progress = progress;
    batchSize = farsight.section("data").integer("batch-size", 1, 1 << 24);
  }

  /** Keeps only about so many lookups for replays. */
  StatsRun keeping(long lookups) {
    mostLookups = lookups;
    return this;
  }

  /** Counts parts elsewhere, once the data is open; {@link #stop} does not reach there. */
  public StatsRun counting(Function<DataSource, PartCounting> where) {
    elsewhere = where;
    return this;
  }

  /** Asks {@link #run} to end with {@link Stopped}. */
  public void stop() {
    stopped = true;
  }

  /**
   * Reads the data.
   *
   * @param sizes of caches, such as {@code 1%}
   * @param replayBatches how many of the first batches of training to replay; 0: none
   * @throws Stopped if it was stopped
   */
  public DataStats run(List<String> sizes, int replayBatches) {
    Settings section = farsight.section("data");
    progress.phase("opening " + section.string("source") + " data");
    try (DataSource data = open(section);
        var workers = new Workers("stats", threads, Workers.SHORT_SPIN_NANOS)) {
      var tables = data.schema().tables();
      var wanted = sizes.stream().map(text -> Size.ofTables(text, tables.rows())).toList();
      requireHeap(RowCounts.heapBytes(tables), Runtime.getRuntime().maxMemory());
      var counts = RowCounts.none(tables);
      try (var first =
          new FirstRequests(data.schema(), batchSize, batches(data, replayBatches), mostLookups)) {
        // Data without labels, for one, has an evaluation part alone.
        boolean trains = data.trainSamples() != 0;
        PartCounting counting = counting(data, workers);
        PartSummary part = counting.count(data, !trains, counts, first);
        if (part.rows() == 0) {
          throw new FarsightException("the data has no rows to count");
        }
        boolean rawValues = data.observe(new RawValues.Nothing());
        PartFigures counted = part.figures(data.schema());
        PartFigures training = trains ? counted : new PartFigures(0, null, 0, 0);
        PartFigures evaluation = trains ? evaluate(data, counting) : counted;
        var figures = new SummaryFigures(data, part, counts, rawValues);
        List<CountHistogram> histograms = figures.histograms();
        return new DataStats(
            section.string("source"),
            section.has("path") ? String.join(", ", section.strings("path")) : "",
            training,
            evaluation,
            data.schema().labelled(),
            figures.dense(),
            figures.features(),
            figures.tables(histograms),
            expected(wanted, CountHistogram.of(histograms), figures, first),
            counts,
            DataIdentity.of(section, data));
      }
    }
  }

  /** Data that may be a pipe: each part is read once. */
  private DataSource open(Settings section) {
    // Samples are the same if they are made one by one.
    Settings data = section.with(Map.of("synthetic.in-memory", false));
    var context =
        new DataContext(
            data,
            data.section(data.string("source")),
            batchSize,
            farsight.section("train").longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE),
            threads,
            null,
            DataUse.ofNewRun(farsight, components, true).fitted().orElse(null));
    return RunData.open(components.source(farsight), context);
  }

  /** Refuses tables whose counts the heap cannot hold. */
  static void requireHeap(long needed, long heap) {
    // The rest is for batches, the source and the replays.
    if (needed > heap / 2) {
      throw new FarsightException(
          "the counts of the rows take "
              + Sizes.text(needed)
              + " of the Java heap, 4 bytes a row, and it has "
              + Sizes.text(heap)
              + "; start farsight with JDK_JAVA_OPTIONS=-Xmx"
              + Math.max(1, ((2 * needed) >> 30) + 1)
              + "g");
    }
  }

  private long batches(DataSource data, int replayBatches) {
    long samples = data.trainSamples() == 0 ? data.evalSamples() : data.trainSamples();
    return samples == DataSource.UNKNOWN
        ? replayBatches
        : Math.min(replayBatches, (samples + batchSize - 1) / batchSize);
  }

  private PartCounting counting(DataSource data, Workers workers) {
    return elsewhere != null
        ? elsewhere.apply(data)
        : new LocalCounting(workers, batchSize, this::meter, this::requireGoingOn);
  }

  /** Null if there is no evaluation part. */
  private PartFigures evaluate(DataSource data, PartCounting counting) {
    return data.evalSamples() == 0
        ? null
        : counting.count(data, true, null, NONE).figures(data.schema());
  }

  private ProgressMeter meter(String phase, long samples) {
    return ProgressMeter.begin(progress, phase, Math.max(0, samples), "samples");
  }

  private void requireGoingOn() {
    if (stopped) {
      throw new Stopped();
    }
  }

  private ExpectedHits expected(
      List<Size> sizes, CountHistogram counts, SummaryFigures figures, FirstRequests first) {
    Optional<Requests> requests = first.finish();
    long tableRows = figures.counts().tables().rows();
    var forecast =
        new HitForecast(
            counts, figures.part().rows(), batchSize, tableRows, requests, farsight, components);
    var meter =
        ProgressMeter.begin(
            progress,
            "replaying the first batches",
            requests.isPresent() ? sizes.size() : 0,
            "sizes");
    var expected = new ArrayList<OfSize>();
    for (Size size : sizes) {
      requireGoingOn();
      expected.add(forecast.of(size, tableRows));
      meter.add(1);
    }
    meter.end();
    return new ExpectedHits(first.batches(), batchSize, first.rowShare(), expected);
  }
}
