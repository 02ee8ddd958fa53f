package dev.farsight.cli;

import com.typesafe.config.Config;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What limits the speed of a training run, in a line: the stage that was at work nearly all of the
 * time, the cores of the host, or the device.
 */
final class LimitSummary {

  /** A stage that is at work for such a share of the time limits the run. */
  private static final double BUSY = .8;

  /** Cores of which such a share is taken limit the run. */
  private static final double FULL = .9;

  /** Rates of shorter runs are those of a JVM that starts. */
  private static final double SHORTEST_SECONDS = 2;

  private static final String FULL_ADVICE =
      "as no core is free for more threads, a larger cache.size or model.row-precision = bf16 may"
          + " help";

  private static final String PLAN = "plan";
  private static final String CPU = "throughput.cpu_seconds";

  private record Stage(String work, String advice) {}

  private static final Map<String, Stage> STAGES =
      Map.of(
          "read",
          new Stage("reading", "data that is prepared once is read faster"),
          "dedupe",
          new Stage("finding of unique rows", "more lookahead.threads may help"),
          PLAN,
          new Stage("planning", "more cache.regions and lookahead.threads may help"),
          "order",
          new Stage("ordering of lookups", "more lookahead.threads may help"),
          "fetch",
          new Stage("fetching of rows", "more storage.threads or cache.size may help"),
          "write_back",
          new Stage("writing back of rows", "more storage.threads or cache.size may help"));

  private final ReportFigures figures;
  private final double seconds;

  /** Seconds at work over seconds of training, by stage. */
  private final Map<String, Double> shares = new LinkedHashMap<>();

  private LimitSummary(ReportFigures figures) {
    this.figures = figures;
    seconds = figures.number("throughput.train_seconds");
    Config stages = figures.report().getConfig("throughput.stages");
    stages
        .root()
        .unwrapped()
        .forEach((stage, worked) -> shares.put(stage, ((Number) worked).doubleValue() / seconds));
    String cpu = CPU + "." + PLAN;
    if (figures.has(cpu)) {
      // Planning waits for room in the rings, which its wall time does not tell apart.
      shares.computeIfPresent(
          PLAN, (stage, share) -> Math.min(share, figures.number(cpu) / seconds));
    }
  }

  /** Empty if the run was too short to tell, or nothing was at work most of the time. */
  static Optional<String> of(ReportFigures figures) {
    return figures.has("throughput.stages")
            && figures.number("throughput.train_seconds") >= SHORTEST_SECONDS
        ? new LimitSummary(figures).line()
        : Optional.empty();
  }

  private Optional<String> line() {
    Optional<String> busiest = busiest();
    if (busiest.isPresent()) {
      return Optional.of(ofStage(busiest.get()));
    }
    if (full()) {
      return Optional.of("the cores of the host limit this run: " + cores());
    }
    if (!onGpu()) {
      return Optional.empty();
    }
    double most = shares.values().stream().mapToDouble(share -> share).max().orElse(0);
    return Optional.of(
        String.format(
            Locale.ROOT,
            "the GPU limits this run: no stage of the host was at work more than %.0f %% of the time%s",
            100 * most,
            busyCores()));
  }

  /** Planning may wait for room that others make, so it counts if no other stage is as busy. */
  private Optional<String> busiest() {
    Optional<String> other =
        shares.keySet().stream()
            .filter(stage -> !stage.equals(PLAN) && shares.get(stage) >= BUSY)
            .max(Comparator.comparingDouble(shares::get));
    return other.or(
        () -> shares.getOrDefault(PLAN, 0.) >= BUSY ? Optional.of(PLAN) : Optional.empty());
  }

  private String ofStage(String name) {
    Stage stage = STAGES.get(name);
    return String.format(
        Locale.ROOT,
        "%s limits this run: at work %.0f %% of the time%s%s",
        stage == null ? "computing" : "the host's " + stage.work,
        100 * Math.min(1, shares.get(name)),
        busyCores(),
        stage == null ? "" : "; " + (full() ? FULL_ADVICE : stage.advice));
  }

  private boolean onGpu() {
    List<? extends Config> devices =
        figures.has("devices") ? figures.report().getConfigList("devices") : List.of();
    return devices.stream().anyMatch(device -> device.hasPath("gpu"));
  }

  private boolean full() {
    return knowsCores() && busy() >= FULL * figures.number("host.cores");
  }

  /** Of several processes, the hosts are not known to be one. */
  private boolean knowsCores() {
    boolean one =
        !figures.has("processes") || figures.report().getConfigList("processes").size() == 1;
    return one && figures.has("host.cores") && busy() > 0;
  }

  private double busy() {
    if (!figures.has(CPU)) {
      return 0;
    }
    return figures.report().getConfig(CPU).root().unwrapped().values().stream()
            .mapToDouble(cpu -> ((Number) cpu).doubleValue())
            .sum()
        / seconds;
  }

  private String cores() {
    return String.format(Locale.ROOT, "%.1f of %s cores busy", busy(), figures.count("host.cores"));
  }

  private String busyCores() {
    return knowsCores() ? ", " + cores() : "";
  }
}
