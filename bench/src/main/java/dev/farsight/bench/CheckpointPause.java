package dev.farsight.bench;

import com.typesafe.config.Config;
import dev.farsight.api.cache.PolicyContext;
import dev.farsight.api.cache.RowFrequencies;
import dev.farsight.api.concurrent.Workers;
import dev.farsight.api.config.Settings;
import dev.farsight.api.internal.BulkDataOutput;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import dev.farsight.engine.attribution.PluginCalls;
import dev.farsight.engine.cache.CachePlan;
import dev.farsight.engine.cache.PartialResidency;
import dev.farsight.engine.cache.RegionLayout;
import dev.farsight.engine.cache.Ring;
import dev.farsight.engine.cache.RowIndexes;
import dev.farsight.engine.cache.RowRequest;
import dev.farsight.engine.config.FarsightConfig;
import dev.farsight.engine.plugin.Plugins;
import java.io.BufferedOutputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long training waits while a checkpoint saves the state of a full cache: as checkpoints do it,
 * and as they did in version 0.1, through locks and a hash.
 *
 * <pre>
 * bench/run.sh -Xmx20g dev.farsight.bench.CheckpointPause lfu 337626/33762577 3376256/33762577 100000000/300000000
 * </pre>
 */
public final class CheckpointPause {

  private static final int MAX_TABLE_ROWS = 1_000_000_000;
  private static final int REQUEST_ROWS = 1 << 16;
  private static final int REPEATS = 5;

  private CheckpointPause() {}

  /** Arguments: policy, then SLOTS/ROWS, where ROWS is that of the tables. */
  public static void main(String[] args) throws IOException {
    for (int i = 1; i < args.length; i++) {
      String[] numbers = args[i].split("/", 2);
      measure(args[0], Integer.parseInt(numbers[0]), Long.parseLong(numbers[1]));
    }
    System.exit(0); // the worker threads are still there
  }

  private static void measure(String policy, int slots, long rows) throws IOException {
    PartialResidency residency = fullCache(policy, slots, rows);
    Path file = Files.createTempFile("checkpoint-pause", ".bin");
    try {
      double[] bulk = new double[REPEATS];
      double[] hashed = new double[REPEATS];
      for (int repeat = 0; repeat < REPEATS; repeat++) {
        long start = System.nanoTime();
        try (var out = new BulkDataOutput(Files.newOutputStream(file))) {
          residency.save(out);
        }
        bulk[repeat] = (System.nanoTime() - start) / 1e6;
        start = System.nanoTime();
        try (DataOutputStream out = hashing(file)) {
          residency.save((DataOutput) out);
        }
        hashed[repeat] = (System.nanoTime() - start) / 1e6;
      }
      System.out.printf(
          Locale.ROOT,
          "%s, %,d slots, %,d rows: %.1f MB in %.0f ms (hashed while written: %.0f ms), medians of %d%n",
          policy,
          slots,
          rows,
          Files.size(file) / 1e6,
          median(bulk),
          median(hashed),
          REPEATS);
    } finally {
      Files.delete(file);
    }
  }

  private static DataOutputStream hashing(Path file) throws IOException {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return new DataOutputStream(
          new BufferedOutputStream(
              new DigestOutputStream(Files.newOutputStream(file), sha256), 1 << 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /** A cache that has seen all rows. */
  private static PartialResidency fullCache(String policy, int slots, long rows) {
    TableSet tables = tables(rows);
    Plugins plugins = Plugins.load(CheckpointPause.class.getClassLoader());
    Config farsight = FarsightConfig.defaults().resolve(plugins.loaders());
    Settings own = Settings.of("farsight", farsight).section("cache").section(policy);
    var indexes = RowIndexes.of(rows, policy.equals("lookahead"));
    int ringRows = 2 * REQUEST_ROWS;
    var residency =
        new PartialResidency(
            new RegionLayout(tables, slots, 1, Map.of()),
            indexes.locations(),
            new PluginCalls("cache policy " + policy),
            (region, regionSlots, maxNote) ->
                plugins
                    .components()
                    .policies()
                    .get(policy)
                    .create(new PolicyContext(regionSlots, 1, own, RowFrequencies.NONE, maxNote)),
            REQUEST_ROWS,
            new Ring(ringRows, 1, (held, planning) -> {}),
            new Ring(ringRows, 1, (held, planning) -> {}),
            1,
            new Workers("plan", 1));
    CachePlan plan = residency.newPlan(HostBuffers.plain());
    var request = new RowRequest(REQUEST_ROWS);
    for (long row = 0; row < rows; ) {
      request.begin(RowRequest.Use.TRAIN, true);
      for (; row < rows && request.count() < Math.min(REQUEST_ROWS, slots / 2); row++) {
        request.add(row, 1);
      }
      residency.plan(request, plan);
      residency.drained();
    }
    return residency;
  }

  private static TableSet tables(long rows) {
    List<Table> tables = new ArrayList<>();
    for (long left = rows; left > 0; left -= MAX_TABLE_ROWS) {
      tables.add(new Table("T" + tables.size(), (int) Math.min(left, MAX_TABLE_ROWS)));
    }
    return new TableSet(tables);
  }
}
