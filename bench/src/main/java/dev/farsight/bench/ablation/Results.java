package dev.farsight.bench.ablation;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What all cells of a suite left, put together: results.json and results.csv. Immutable. */
final class Results {

  private final Suite suite;
  private final Path directory;
  private final String command;
  private final List<LeftOut> leftOut;
  private final List<CellResult> cells;
  private final Bounds bounds;
  private final List<LossGroup> losses;
  private final Set<CellResult> deviating = new HashSet<>();

  /**
   * @param command how the suite was started
   */
  Results(
      Suite suite,
      Path directory,
      String command,
      List<LeftOut> leftOut,
      List<CellResult> cells,
      Bounds bounds) {
    this.suite = suite;
    this.directory = directory;
    this.command = command;
    this.leftOut = List.copyOf(leftOut);
    this.cells = List.copyOf(cells);
    this.bounds = bounds;
    losses = LossGroup.of(cells);
    losses.forEach(group -> deviating.addAll(group.deviating()));
  }

  List<LossGroup> losses() {
    return losses;
  }

  /** The whole, {@code results.json}. */
  String json() {
    return render(tree(true), true);
  }

  /** Without the configurations of the cells, for the report. */
  String jsonWithoutConfigurations() {
    return render(tree(false), false);
  }

  private static String render(Map<String, Object> tree, boolean formatted) {
    return ConfigValueFactory.fromMap(tree)
        .render(ConfigRenderOptions.concise().setFormatted(formatted));
  }

  private Map<String, Object> tree(boolean configurations) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("suite", suiteTree());
    tree.put("command", command);
    tree.put("losses", losses.stream().map(LossGroup::json).toList());
    tree.put("left_out", leftOut.stream().map(Results::leftOutTree).toList());
    tree.put("combinations", combinations());
    tree.put("cells", cells.stream().map(cell -> cellTree(cell, configurations)).toList());
    return tree;
  }

  private Map<String, Object> suiteTree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("name", suite.name());
    tree.put("title", suite.title());
    tree.put("file", suite.file().toString());
    tree.put("baseline", suite.baseline().labels());
    tree.put("seeds", suite.seeds());
    tree.put("repeats", suite.repeats());
    tree.put("warm_up", suite.warmUp().text());
    // A list: the order of axes is that of the file.
    tree.put(
        "axes",
        suite.axes().stream()
            .map(axis -> Map.of("key", axis.key(), "values", axis.labels()))
            .toList());
    return tree;
  }

  private static Map<String, Object> leftOutTree(LeftOut leftOut) {
    return Map.of("axes", leftOut.combination().labels(), "reason", leftOut.reason());
  }

  /** Of each combination that has cells, their figures together. */
  private List<Map<String, Object>> combinations() {
    Map<Combination, List<CellResult>> byCombination =
        cells.stream()
            .collect(
                Collectors.groupingBy(
                    result -> result.cell().combination(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    var trees = new ArrayList<Map<String, Object>>();
    byCombination.forEach((combination, of) -> trees.add(combinationTree(combination, of)));
    return trees;
  }

  private Map<String, Object> combinationTree(Combination combination, List<CellResult> of) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("axes", combination.labels());
    tree.put("baseline", combination.equals(suite.baseline()));
    tree.put("cells", of.size());
    tree.put("done", of.stream().filter(CellResult::done).count());
    tree.put("failed", of.stream().filter(CellResult::failed).count());
    tree.put("deviating", of.stream().filter(deviating::contains).count());
    Map<String, List<Double>> figures = new LinkedHashMap<>();
    of.stream()
        .filter(CellResult::done)
        .forEach(
            result ->
                figures(result)
                    .forEach(
                        (name, figure) ->
                            figures
                                .computeIfAbsent(name, n -> new ArrayList<>())
                                .add(
                                    figure instanceof Number number
                                        ? number.doubleValue()
                                        : Double.NaN)));
    Map<String, Object> spreads = new LinkedHashMap<>();
    figures.forEach(
        (name, values) -> {
          Spread spread = Spread.of(values);
          spreads.put(name, spread == null ? null : spread.json());
        });
    tree.put("figures", spreads);
    return tree;
  }

  private Map<String, Object> figures(CellResult result) {
    var figures = new CellFigures(result);
    Map<String, Object> all = new LinkedHashMap<>(figures.measured());
    all.putAll(figures.counted(bounds.missedRows(result.cell())));
    return all;
  }

  private Map<String, Object> cellTree(CellResult result, boolean configuration) {
    Cell cell = result.cell();
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("id", cell.id());
    tree.put("axes", cell.combination().labels());
    tree.put("seed", cell.seed());
    tree.put("repeat", cell.repeat());
    tree.put("status", status(result));
    tree.put("failure", result.failure());
    tree.put("log", SuiteDirectory.cell(directory, cell).resolve("output.txt").toString());
    tree.put(
        "command", "./farsight train " + SuiteDirectory.cell(directory, cell).resolve("cell.conf"));
    if (configuration) {
      tree.put("config", cell.config().root().unwrapped());
    }
    if (result.done()) {
      var figures = new CellFigures(result);
      tree.put("version", result.report().getString("version"));
      tree.put("commit", result.report().getString("git"));
      tree.put("host", result.report().getObject("host").unwrapped());
      tree.put("loss_sha256", result.lossSha256());
      tree.put("weights_sha256", result.report().root().get("weights_sha256").unwrapped());
      tree.put("counted", figures.counted(bounds.missedRows(cell)));
      tree.put("measured", figures.measured());
    }
    return tree;
  }

  private String status(CellResult result) {
    if (result.done()) {
      return deviating.contains(result) ? "deviates" : "done";
    }
    if (result.tooSmall()) {
      return "skipped";
    }
    return result.failed() ? "failed" : "missing";
  }

  /** A head and a line a cell. */
  String csv() {
    var lines = cells.stream().map(this::line).toList();
    var head = new LinkedHashSet<String>();
    lines.forEach(line -> head.addAll(line.keySet()));
    var text = new StringBuilder(row(head.stream()));
    lines.forEach(line -> text.append(row(head.stream().map(line::get))));
    return text.toString();
  }

  private Map<String, Object> line(CellResult result) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("cell", result.cell().id());
    line.putAll(result.cell().combination().labels());
    line.put("seed", result.cell().seed());
    line.put("repeat", result.cell().repeat());
    line.put("status", status(result));
    if (result.done()) {
      line.putAll(figures(result));
      line.put("loss_sha256", result.lossSha256());
      line.put("commit", result.report().getString("git"));
    }
    line.put("failure", result.failure());
    return line;
  }

  private static String row(Stream<?> fields) {
    return fields.map(Results::field).collect(Collectors.joining(",", "", "\n"));
  }

  private static String field(Object value) {
    String text = value == null ? "" : String.valueOf(value);
    return text.matches("(?s).*[,\"\\n\\r].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
