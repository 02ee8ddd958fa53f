package dev.farsight.bench;

import com.sun.management.ThreadMXBean;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.api.data.Batch;
import dev.farsight.engine.metrics.CacheCounters;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What planning does with a fixed workload, counted: hits, loads, evictions and bytes moved of
 * every policy on the class path, and bytes allocated a batch. No time: the figures are the same on
 * every machine, and a test compares them with {@code bench/counters.json}. After a change that is
 * meant, that file is made anew by
 *
 * <pre>bench/run.sh dev.farsight.bench.Counters bench/counters.json</pre>
 */
public final class Counters {

  static final String COMMAND = "bench/run.sh dev.farsight.bench.Counters bench/counters.json";

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int BATCH = 256;
  private static final int BATCHES_A_ROUND = 4;
  private static final int TABLES = 26;
  private static final int ROUNDS = 80;
  private static final int MEASURED_ROUNDS = 30;
  private static final double SHARE = .001;
  private static final int ROW_BYTES = 64;

  private Counters() {}

  /**
   * @param args the file to write
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println("usage: Counters JSON");
      System.exit(2);
    }
    Files.writeString(Path.of(args[0]), json());
  }

  /** All figures, as the file has them. */
  static String json() {
    Map<String, Object> policies = new TreeMap<>();
    for (String policy : names()) {
      policies.put(policy, of(policy));
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("command", COMMAND);
    json.put("policies", policies);
    return ConfigValueFactory.fromMap(json).render(ConfigRenderOptions.concise().setFormatted(true))
        + "\n";
  }

  private static List<String> names() {
    try (var workload = new Workload(BATCH)) {
      return List.copyOf(workload.components().policies().keySet());
    }
  }

  /** One policy's figures. */
  static Map<String, Object> of(String policy) {
    var counters = new CacheCounters();
    long allocated = Long.MAX_VALUE;
    try (var workload = new Workload(BATCH)) {
      Batch[] batches = workload.newBatches(BATCHES_A_ROUND * BATCH * TABLES);
      var planner = new Planner(workload, policy, SHARE);
      for (int round = 0; round < ROUNDS; round++) {
        workload.fill(batches);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (Batch batch : batches) {
          planner.accept(batch);
          if (planner.planned() > 0) {
            counters.add(batch, planner.last());
          }
        }
        if (round >= ROUNDS - MEASURED_ROUNDS) {
          allocated = Math.min(allocated, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
      }
    }
    return figures(counters, allocated / BATCHES_A_ROUND);
  }

  private static Map<String, Object> figures(CacheCounters counters, long allocated) {
    Map<String, Object> figures = new TreeMap<>();
    figures.put("lookups", counters.lookups());
    figures.put("hits", counters.hits());
    figures.put("unique_rows", counters.uniqueRows());
    figures.put("unique_hits", counters.uniqueHits());
    figures.put("loaded_bytes", counters.loaded() * ROW_BYTES);
    figures.put("forwarded_bytes", counters.forwarded() * ROW_BYTES);
    figures.put("evicted_rows", counters.evicted());
    figures.put("written_back_bytes", counters.writtenBack() * ROW_BYTES);
    figures.put("allocated_bytes_a_batch", allocated);
    return figures;
  }
}
