package dev.farsight.bench.exchange;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.farsight.bench.LaunchedRun;
import dev.farsight.bench.exchange.RankCosts.Exchange;
import dev.farsight.bench.scaling.RanksOnOneMachine;
import dev.farsight.bench.scaling.RanksOnOneMachine.ScaledRanks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What exchanges between ranks cost: trains on one rank, on two and four processes that are
 * connected by sockets, and on two and four devices of one process, with equal work a rank. Prints
 * milliseconds a step and of the processors, the bytes and milliseconds of each exchange beside the
 * least that must cross and the time of it at the speed of bare sockets, and what the model of
 * docs/scaling.md predicts. Writes all as JSON. {@code bench/exchange.sh} starts it.
 */
public final class ExchangeCost {

  private static final int[] RANKS = {2, 4};
  private static final long LOOPBACK_BYTES = 2L << 30;
  private static final int BOUNCES = 20_000;
  private static final int ID_BYTES = 4;

  private final RanksOnOneMachine.Training training =
      RanksOnOneMachine.Training.dlrm(
          LaunchedRun.BATCH,
          TrainedRanks.DIM,
          TrainedRanks.BOTTOM,
          TrainedRanks.TOP,
          TrainedRanks.ZIPF);
  private final Map<Integer, Double> bytesPerSecond = new TreeMap<>();
  private final List<RankCosts> costs = new ArrayList<>();
  private double latencySeconds;
  private double cores;

  private ExchangeCost() {}

  /**
   * @param args home of Farsight's sources, steps, file for JSON
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 3) {
      System.err.println("usage: ExchangeCost HOME STEPS JSON");
      System.exit(2);
    }
    Path folder = Files.createTempDirectory("farsight-exchange");
    var bench = new ExchangeCost();
    try {
      bench.run(Path.of(args[0]), folder, Integer.parseInt(args[1]));
    } catch (IOException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
    System.out.print(bench.table());
    Files.writeString(Path.of(args[2]), bench.json());
  }

  private void run(Path home, Path folder, int steps) throws IOException, InterruptedException {
    cores = Cores.worth();
    latencySeconds = Loopback.latencySeconds(BOUNCES);
    for (int ranks : RANKS) {
      bytesPerSecond.put(ranks, Loopback.bytesPerSecond(ranks, LOOPBACK_BYTES / ranks));
    }
    var all = new ArrayList<TrainedRanks>();
    all.add(new TrainedRanks(1, false));
    for (int ranks : RANKS) {
      all.add(new TrainedRanks(ranks, true));
      all.add(new TrainedRanks(ranks, false));
    }
    for (TrainedRanks ranks : all) {
      Path own = folder.resolve(ranks.name().replace(' ', '-'));
      var shorter = ranks.train(home, own.resolve("short"), steps / 3);
      var longer = ranks.train(home, own.resolve("long"), steps);
      costs.add(RankCosts.of(ranks, shorter, longer, steps - steps / 3));
      System.err.println(ranks.name() + " done");
    }
  }

  private ScaledRanks predicted(RankCosts of) {
    RankCosts one = costs.get(0);
    double deviation =
        costs.stream()
            .filter(c -> c.ranks() == 2)
            .mapToDouble(RankCosts::deviation)
            .min()
            .orElse(0);
    return new RanksOnOneMachine(cores, one.stepMillis() / 1e3, one.cpuMillis() / 1e3, deviation)
        .ranks(training, of.ranks(), bytesPerSecond.get(of.ranks()), latencySeconds);
  }

  /** The least that a rank has to send: each id once, each row of others, each gradient of them. */
  static double leastBytes(Exchanged what, RankCosts of) {
    double rows = of.sentBytes(Exchanged.ROWS) / Float.BYTES / TrainedRanks.DIM;
    return switch (what) {
      case IDS -> rows * ID_BYTES;
      case ROWS, GRADIENTS -> rows * Float.BYTES * TrainedRanks.DIM;
      case REPLICATED, DENSE -> of.sentBytes(what);
    };
  }

  private double leastMillis(Exchanged what, RankCosts of) {
    return leastBytes(what, of) / bytesPerSecond.get(of.ranks()) * 1e3;
  }

  private String table() {
    var text = new StringBuilder();
    line(text, "%d processors are worth %.2f", Runtime.getRuntime().availableProcessors(), cores);
    line(text, "one byte to another thread: %.1f us", latencySeconds * 1e6);
    bytesPerSecond.forEach(
        (ranks, speed) -> line(text, "%d ranks at once: each sends %.2f GB/s", ranks, speed / 1e9));
    line(text, "%n| ranks | ms a step | CPU ms a step and rank | predicted ms |");
    line(text, "|---|---|---|---|");
    for (RankCosts of : costs) {
      String predicted =
          of.ranks() == 1
              ? ""
              : String.format(Locale.ROOT, "%.1f", predicted(of).stepSeconds() * 1e3);
      line(
          text,
          "| %s | %.1f | %.1f | %s |",
          of.name(),
          of.stepMillis(),
          of.cpuMillis() / of.ranks(),
          predicted);
    }
    line(text, "%n| ranks | exchange | KB sent | least KB | wait ms | move ms | least ms |");
    line(text, "|---|---|---|---|---|---|---|");
    for (RankCosts of : costs) {
      of.exchanges()
          .forEach(
              (what, exchange) ->
                  line(
                      text,
                      "| %s | %s | %.1f | %.1f | %.2f | %.2f | %.2f |",
                      of.name(),
                      what.key(),
                      exchange.sentBytes() / 1e3,
                      leastBytes(what, of) / 1e3,
                      exchange.waitMillis(),
                      exchange.moveMillis(),
                      leastMillis(what, of)));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private String json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("samples_a_rank", LaunchedRun.BATCH);
    json.put("processors", Runtime.getRuntime().availableProcessors());
    json.put("worth_processors", cores);
    json.put("latency_us", latencySeconds * 1e6);
    Map<String, Object> speeds = new LinkedHashMap<>();
    bytesPerSecond.forEach((ranks, speed) -> speeds.put(ranks.toString(), speed));
    json.put("loopback_bytes_per_second", speeds);
    json.put("predicted_unique_rows", training.uniqueRows());
    Map<String, Object> runs = new LinkedHashMap<>();
    for (RankCosts of : costs) {
      Map<String, Object> run = of.json();
      if (of.ranks() > 1) {
        ScaledRanks predicted = predicted(of);
        run.put("predicted_step_ms", predicted.stepSeconds() * 1e3);
        run.put("predicted_id_bytes", predicted.idBytes());
        run.put("predicted_row_bytes", predicted.rowBytes());
        run.put("predicted_dense_bytes", predicted.denseBytes());
      }
      of.exchanges().forEach((what, exchange) -> run.put(what.key(), json(what, exchange, of)));
      runs.put(of.name(), run);
    }
    json.put("runs", runs);
    return ConfigValueFactory.fromMap(json).render(ConfigRenderOptions.concise().setFormatted(true))
        + "\n";
  }

  private Map<String, Object> json(Exchanged what, Exchange exchange, RankCosts of) {
    return Map.of(
        "sent_bytes", exchange.sentBytes(),
        "least_bytes", leastBytes(what, of),
        "wait_ms", exchange.waitMillis(),
        "move_ms", exchange.moveMillis(),
        "least_ms", leastMillis(what, of));
  }
}
