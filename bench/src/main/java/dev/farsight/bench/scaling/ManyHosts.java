package dev.farsight.bench.scaling;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Predicts training on 8, 32 and 128 hosts with GPUs from what was measured on one: prints the
 * tables of docs/scaling.md, and writes all figures as JSON. Takes seconds. {@code
 * bench/many_hosts.sh} starts it.
 */
public final class ManyHosts {

  private static final int[] HOSTS = {8, 32, 128};
  private static final double[] GIGABITS = {25, 100};
  private static final int COMPARED_HOSTS = 32;
  private static final List<Way> WAYS =
      List.of(Way.AS_BUILT, Way.REPLICATED, Way.HALF, Way.ONCE_A_HOST);

  private final Inputs inputs;

  private ManyHosts(Inputs inputs) {
    this.inputs = inputs;
  }

  /**
   * @param args file for JSON; then what {@code bench/exchange.sh} left, if it was run
   */
  public static void main(String[] args) throws IOException {
    if (args.length < 1 || args.length > 2) {
      System.err.println("usage: ManyHosts JSON [EXCHANGE-JSON]");
      System.exit(2);
    }
    var hosts =
        new ManyHosts(args.length == 2 ? Inputs.measured(Path.of(args[1])) : Inputs.ASSUMED);
    List<Prediction> scaled = hosts.scaled();
    List<Prediction> ways = hosts.ways();
    System.out.print(table(scaled) + "\n" + waysTable(ways));
    Files.writeString(Path.of(args[0]), hosts.json(scaled, ways));
  }

  /** Every case as Farsight is. */
  List<Prediction> scaled() {
    var all = new ArrayList<Prediction>();
    for (GpuHosts.Measured measured : GpuHosts.all()) {
      for (double gigabits : GIGABITS) {
        for (int hosts : HOSTS) {
          all.add(Prediction.of(measured, hosts, gigabits, Way.AS_BUILT, inputs));
        }
      }
    }
    return all;
  }

  /** The same on 32 hosts, each workload once, in all ways. */
  List<Prediction> ways() {
    var all = new ArrayList<Prediction>();
    var workloads = new HashSet<String>();
    for (GpuHosts.Measured measured : GpuHosts.all()) {
      if (!workloads.add(measured.work().name())) {
        continue;
      }
      for (Way way : WAYS) {
        all.add(Prediction.of(measured, COMPARED_HOSTS, GIGABITS[1], way, inputs));
      }
    }
    return all;
  }

  private static String table(List<Prediction> all) {
    var text = new StringBuilder();
    line(text, "| one host | network | hosts | MB a host | ms a step | efficiency | M samples/s |");
    line(text, "|---|---|---|---|---|---|---|");
    for (Prediction one : all) {
      line(
          text,
          "| %s | %s | %d | %.0f | %.1f to %.1f | %.0f to %.0f %% | %.1f to %.1f |",
          one.measured().name(),
          one.network().name(),
          one.hosts(),
          one.traffic().all() / 1e6,
          one.fast() * 1e3,
          one.slow() * 1e3,
          100 * ScaledStep.efficiency(one.one(), one.slow()),
          100 * ScaledStep.efficiency(one.one(), one.fast()),
          one.millionSamplesPerSecond(one.slow()),
          one.millionSamplesPerSecond(one.fast()));
    }
    return text.toString();
  }

  private static String waysTable(List<Prediction> all) {
    var text = new StringBuilder();
    line(text, "| one host | what travels | ids MB | rows | gradients | dense | ms a step |");
    line(text, "|---|---|---|---|---|---|---|");
    for (Prediction one : all) {
      line(
          text,
          "| %s | %s | %.0f | %.0f | %.0f | %.0f | %.1f to %.1f |",
          one.measured().name(),
          one.way().name() + (one.way().built() ? "" : " (not built)"),
          one.traffic().ids() / 1e6,
          one.traffic().rows() / 1e6,
          one.traffic().gradients() / 1e6,
          one.traffic().dense() / 1e6,
          one.fast() * 1e3,
          one.slow() * 1e3);
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private String json(List<Prediction> scaled, List<Prediction> ways) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("gpus_a_host", GpuHosts.GPUS);
    json.put("inputs", inputs.json());
    json.put("scaled", scaled.stream().map(Prediction::json).toList());
    json.put("ways", ways.stream().map(Prediction::json).toList());
    return ConfigValueFactory.fromMap(json).render(ConfigRenderOptions.concise().setFormatted(true))
        + "\n";
  }
}
