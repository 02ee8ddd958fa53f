package dev.farsight.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whole runs beside PyTorch: Criteo Kaggle's tables, power law of exponent 1.05, batches of 2048
 * made before the clock starts, SGD; Farsight with all rows resident and through a cache of 1 %.
 * Samples look up one row of each table, or ten rows of the first eight tables, which are summed.
 * PyTorch runs before and after, because the speed of a shared machine drifts; the two ways of
 * Farsight take turns. Farsight is started as a user would, by its launcher.
 *
 * <p>PyTorch leaves out its first 10 steps, Farsight the first third. Prints a table of best and
 * median samples a second, the two ratios of the medians, and what each stage costs a step; writes
 * all figures as JSON. {@code bench/end_to_end.sh} starts it.
 */
public final class EndToEnd {

  private static final int BATCH = LaunchedRun.BATCH;
  private static final List<String> STAGES =
      List.of("read", "plan", "fetch", "compute", "write_back");

  /** Lookups of a sample in each of the 26 tables, if there are bags. */
  private static final String HOTNESS = "10,".repeat(8) + "1,".repeat(17) + "1";

  private final Path home;
  private final Path folder;
  private final String python;
  private final boolean bags;
  private final int steps;
  private final Map<String, List<Double>> speeds = new LinkedHashMap<>();
  private final Map<String, List<Config>> reports = new LinkedHashMap<>();

  private EndToEnd(Path home, Path folder, String python, int steps, boolean bags) {
    this.home = home;
    this.folder = folder;
    this.python = python;
    this.steps = steps;
    this.bags = bags;
  }

  /**
   * @param args home of Farsight's sources, Python with PyTorch, steps, repeats, file for JSON,
   *     {@code one-hot} or {@code bags}
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 6 || !List.of("one-hot", "bags").contains(args[5])) {
      System.err.println("usage: EndToEnd HOME PYTHON STEPS REPEATS JSON one-hot|bags");
      System.exit(2);
    }
    Path folder = Files.createTempDirectory("farsight-end-to-end");
    var bench =
        new EndToEnd(
            Path.of(args[0]), folder, args[1], Integer.parseInt(args[2]), args[5].equals("bags"));
    try {
      bench.run(Integer.parseInt(args[3]));
    } catch (IOException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
    System.out.print(bench.table());
    Files.writeString(Path.of(args[4]), bench.json());
  }

  private void run(int repeats) throws IOException, InterruptedException {
    torch("before");
    for (int r = 0; r < repeats; r++) {
      farsight("all", r);
      farsight("1%", r);
    }
    torch("after");
  }

  private void torch(String when) throws IOException, InterruptedException {
    Path out = folder.resolve("torch-" + when);
    List<String> command = new ArrayList<>();
    command.add(python);
    command.add(home.resolve("bench/peers/torch_dlrm.py").toString());
    if (bags) {
      command.addAll(List.of("--hotness", HOTNESS));
    }
    LaunchedRun.execute(out, command);
    List<String> lines = Files.readAllLines(out);
    Config results = ConfigFactory.parseString(lines.get(lines.size() - 1));
    results
        .getConfig("samples_per_second")
        .root()
        .forEach(
            (name, speed) -> add("PyTorch " + name, ((Number) speed.unwrapped()).doubleValue()));
  }

  private void farsight(String size, int repeat) throws IOException, InterruptedException {
    String name = "Farsight " + size;
    Path run = folder.resolve(size.replace("%", "-percent") + "-" + repeat);
    var settings = new ArrayList<>(LaunchedRun.kaggle(steps));
    settings.addAll(
        List.of(
            "optimizer.type=sgd",
            "optimizer.learning-rate=0.1",
            // Like PyTorch's table, rows have their memory before the first step.
            "storage.offheap.populate=parallel",
            "cache.policy=lfu",
            "cache.size=\"" + size + "\""));
    if (bags) {
      settings.add("data.synthetic.hotness=[" + HOTNESS + "]");
      settings.add("data.synthetic.pooling=sum");
    }
    var trained = LaunchedRun.train(home, run, settings);
    reports.computeIfAbsent(name, n -> new ArrayList<>()).add(trained.report());
    add(name, trained.samplesPerSecond());
  }

  private void add(String name, double samplesPerSecond) {
    System.out.printf(Locale.ROOT, "%-24s %8.0f samples/s%n", name, samplesPerSecond);
    speeds.computeIfAbsent(name, n -> new ArrayList<>()).add(samplesPerSecond);
  }

  private static double best(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  /** PyTorch's fastest variant is the one to compare with. */
  private double torchMedian() {
    return speeds.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("PyTorch"))
        .mapToDouble(entry -> LaunchedRun.median(entry.getValue()))
        .max()
        .orElseThrow();
  }

  private Map<String, Double> ratios() {
    double all = LaunchedRun.median(speeds.get("Farsight all"));
    Map<String, Double> ratios = new LinkedHashMap<>();
    ratios.put("Farsight all / PyTorch", all / torchMedian());
    ratios.put("Farsight 1% / all", LaunchedRun.median(speeds.get("Farsight 1%")) / all);
    return ratios;
  }

  /** Milliseconds a step that a stage works, in the fastest run of that name. */
  private Map<String, Double> stages(String name) {
    List<Config> runs = reports.get(name);
    Config fastest = runs.get(speeds.get(name).indexOf(best(speeds.get(name))));
    return STAGES.stream()
        .collect(
            Collectors.toMap(
                stage -> stage,
                stage -> fastest.getDouble("throughput.stages." + stage) * 1000 / steps,
                (a, b) -> a,
                LinkedHashMap::new));
  }

  private String table() {
    var text = new StringBuilder();
    text.append(String.format("%n%-24s %10s %10s  samples/s%n", "", "median", "best"));
    speeds.forEach(
        (name, values) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%-24s %10.0f %10.0f%n",
                    name,
                    LaunchedRun.median(values),
                    best(values))));
    text.append(String.format("%n"));
    ratios()
        .forEach(
            (name, ratio) ->
                text.append(String.format(Locale.ROOT, "%-24s %10.2f%n", name, ratio)));
    text.append(String.format("%n%-24s", "ms a step"));
    STAGES.forEach(stage -> text.append(String.format("%11s", stage)));
    for (String name : reports.keySet()) {
      text.append(String.format("%n%-24s", name));
      stages(name).values().forEach(ms -> text.append(String.format(Locale.ROOT, "%11.2f", ms)));
    }
    return text.append(String.format("%n")).toString();
  }

  private String json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("batch_size", BATCH);
    json.put("lookups", bags ? HOTNESS : "one");
    json.put("steps", steps);
    json.put("samples_per_second", speeds);
    json.put("ratios_of_medians", ratios());
    json.put(
        "stage_ms_a_step",
        reports.keySet().stream().collect(Collectors.toMap(name -> name, this::stages)));
    json.put("host", reports.get("Farsight all").get(0).getConfig("host").root().unwrapped());
    return ConfigValueFactory.fromMap(json)
        .render(ConfigRenderOptions.concise().setFormatted(true));
  }
}
