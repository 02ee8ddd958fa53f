package dev.farsight.bench.replay;

import dev.farsight.api.config.Settings;
import dev.farsight.api.table.TableSet;
import dev.farsight.bench.trace.Trace;
import dev.farsight.bench.trace.Traces;
import dev.farsight.datasets.synthetic.PowerLaw;
import dev.farsight.engine.config.FarsightConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How near to the clairvoyant bound frequency can lead: prints what {@link KnownPopularity} misses
 * of a trace of synthetic samples, whose probabilities are known, beside the bound. An argument
 * that docs/policies.md makes.
 *
 * <pre>
 * bench/run.sh dev.farsight.bench.replay.PopularityLimit TRACE ZIPF SLOTS LOOKAHEAD...
 * </pre>
 */
final class PopularityLimit {

  private PopularityLimit() {}

  /** The trace, the exponent it was drawn with, slots, and look-aheads in batches. */
  public static void main(String[] arguments) {
    if (arguments.length < 4) {
      System.err.println("usage: PopularityLimit TRACE ZIPF SLOTS LOOKAHEAD...");
      System.exit(2);
    }
    Trace trace = Traces.open(Path.of(arguments[0]), Optional.empty());
    double exponent = Double.parseDouble(arguments[1]);
    int slots = Integer.parseInt(arguments[2]);
    Requests requests = Requests.of(trace, trace.batchSize(), Sample.ALL);
    NextUses nextUses = new NextUses(requests);
    double[] popularity = popularity(requests, exponent);
    long bound = new Comparison(requests).bound(slots, settings()).tally().all().missed();
    System.out.printf(
        Locale.ROOT,
        "%d batches, %d slots: the bound brings in %d rows%n",
        requests.batches(),
        slots,
        bound);
    for (String lookAhead : List.of(arguments).subList(3, arguments.length)) {
      int batches = Integer.parseInt(lookAhead);
      var known = new KnownPopularity(requests, nextUses, popularity, slots, batches);
      long missed = known.missed();
      System.out.printf(
          Locale.ROOT,
          "popularity known, look-ahead %d: %d rows, %.1f %% more%n",
          batches,
          missed,
          100.0 * (missed - bound) / bound);
    }
  }

  private static ReplaySettings settings() {
    var config = FarsightConfig.defaults().resolve(List.of(PopularityLimit.class.getClassLoader()));
    return ReplaySettings.of(Settings.of("farsight", config), 0);
  }

  /** Probability of each row of the requests in a lookup of any table. */
  static double[] popularity(Requests requests, double exponent) {
    TableSet tables = requests.tables();
    float[][] byIndex = new float[tables.size()][];
    for (int table = 0; table < byIndex.length; table++) {
      byIndex[table] =
          byIndex(Math.toIntExact(tables.offset(table + 1) - tables.offset(table)), exponent);
    }
    double lookups = IntStream.range(0, tables.size()).mapToLong(requests::lookupsOf).sum();
    double[] popularity = new double[requests.distinct()];
    Arrays.setAll(
        popularity,
        row -> {
          int table = requests.tableOfRow(row);
          int index = tables.indexOf(table, requests.id(row));
          return requests.lookupsOf(table) / lookups * byIndex[table][index];
        });
    return popularity;
  }

  private static float[] byIndex(int rows, double exponent) {
    var law = new PowerLaw(rows, exponent);
    float[] byIndex = new float[rows];
    for (int rank = 0; rank < rows; rank++) {
      byIndex[law.index(rank)] = (float) law.probability(rank);
    }
    return byIndex;
  }
}
