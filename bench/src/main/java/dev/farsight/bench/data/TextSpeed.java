package dev.farsight.bench.data;

import dev.farsight.api.data.Batch;
import dev.farsight.api.data.DataSource;
import dev.farsight.api.memory.HostBuffers;
import dev.farsight.datasets.criteo.CriteoFactory;
import dev.farsight.engine.data.ShuffledData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * How fast the source criteo reads rows of text, on one thread and on all, in order and shuffled in
 * windows, beside the speed at which as many threads read the bytes and find the fields at all.
 * Rounds of each take turns, and medians are printed.
 *
 * <pre>bench/run.sh dev.farsight.bench.data.TextSpeed FOLDER [ROWS [WINDOW [BATCH [ROUNDS]]]]</pre>
 *
 * <p>The file is made in the folder if it is not there, about 240 bytes a row, and stays in the
 * system's cache.
 */
public final class TextSpeed {

  private static final long SEED = 1;

  private TextSpeed() {}

  public static void main(String[] args) throws IOException {
    long rows = args.length > 1 ? Long.parseLong(args[1]) : 1_000_000;
    int window = args.length > 2 ? Integer.parseInt(args[2]) : 100_000;
    int batchSize = args.length > 3 ? Integer.parseInt(args[3]) : 2048;
    int rounds = args.length > 4 ? Integer.parseInt(args[4]) : 9;
    int threads = Runtime.getRuntime().availableProcessors();
    var written = new CriteoRows(Path.of(args[0]), rows, batchSize);
    try (var oneScan = new FieldScans(written.file(), 1);
        var scans = new FieldScans(written.file(), threads);
        DataSource one = written.open(new CriteoFactory(), written.file(), "", 1);
        DataSource all = written.open(new CriteoFactory(), written.file(), "", threads)) {
      var batch = new Batch(all.schema(), batchSize, HostBuffers.plain());
      // Not closed: it would close the source.
      var shuffled = new ShuffledData(all, window, SEED);
      String onAll = ", threads: " + threads;
      var measured = new Rounds();
      measured.add("fields found, threads: 1", oneScan::rate);
      measured.add("criteo, threads: 1", () -> CriteoRows.rate(one.train(0), batch));
      measured.add("fields found" + onAll, scans::rate);
      measured.add("criteo" + onAll, () -> CriteoRows.rate(all.train(0), batch));
      measured.add("criteo, shuffled" + onAll, () -> CriteoRows.rate(shuffled.train(0), batch));
      Map<String, Double> speeds = measured.medians(rounds);
      Rounds.print(speeds);
      Rounds.printRatio(speeds, "fields found, threads: 1", "criteo, threads: 1");
      Rounds.printRatio(speeds, "fields found" + onAll, "criteo" + onAll);
      Rounds.printRatio(speeds, "criteo" + onAll, "criteo, shuffled" + onAll);
    }
  }
}
