package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/run-directory.md has every field of report.json and model.json, and no other. */
class DocumentedFieldsTest {

  private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| ([^|]*`[^|]*) \\|");
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");

  @TempDir private Path folder;

  /** The fields that the first table of a section names. */
  private static Set<String> documented(String heading) throws Exception {
    String page = Files.readString(Distribution.ROOT.resolve("docs/run-directory.md"));
    String section = page.substring(page.indexOf(heading + "\n"));
    String table = section.substring(section.indexOf("\n|"));
    return FIRST_CELL
        .matcher(table.substring(0, table.indexOf("\n\n")))
        .results()
        .flatMap(cell -> NAME.matcher(cell.group(1)).results())
        .map(name -> name.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void run(List<String> command, String directory, List<String> sets) {
    var printed = new ByteArrayOutputStream();
    var args = new ArrayList<>(command);
    args.add("--set=run.directory=" + folder.resolve(directory));
    sets.forEach(set -> args.add("--set=" + set));
    int status;
    try (var out = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
      var environment = new Environment(Optional.of(Distribution.ROOT), 0);
      status = Main.run(environment, new Interrupt(), out, out, args.toArray(String[]::new));
    }
    assertThat(status).as(printed.toString(StandardCharsets.UTF_8)).isZero();
  }

  private ConfigObject json(String file) {
    return ConfigFactory.parseFile(folder.resolve(file).toFile()).root();
  }

  /**
   * Adds the paths of all values to those that were found; of what a documented path ends with
   * {@code .*} or has {@code NAME} for, that path.
   */
  private static void collect(
      String path, ConfigValue value, Set<String> documented, Set<String> into) {
    if (documented.contains(path + ".*")) {
      into.add(path + ".*");
    } else if (documented.contains(path + ".NAME.*")) {
      into.add(path + ".NAME.*");
    } else if (value instanceof ConfigObject object) {
      into.add(path);
      object.forEach(
          (key, member) ->
              collect(path.isEmpty() ? key : path + "." + key, member, documented, into));
    } else if (value instanceof ConfigList list
        && list.stream().anyMatch(element -> element.valueType() == ConfigValueType.OBJECT)) {
      list.forEach(element -> collect(path + "[]", element, documented, into));
    } else {
      into.add(path);
    }
  }

  private Set<String> collect(Set<String> documented, String... files) {
    Set<String> found = new TreeSet<>();
    for (String file : files) {
      collect("", json(file), documented, found);
    }
    return found;
  }

  /** Objects are documented by their fields. */
  private static Set<String> withoutObjects(Set<String> paths) {
    return paths.stream()
        .filter(path -> paths.stream().noneMatch(other -> other.startsWith(path + ".")))
        .filter(path -> !path.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void ofReports() throws Exception {
    run(
        List.of("train"),
        "run",
        List.of(
            "data.synthetic.rows=4000",
            "data.synthetic.cardinalities=[300,900]",
            "data.batch-size=32",
            "model.embedding-dim=4",
            "model.dlrm.bottom-mlp=[8]",
            "model.dlrm.top-mlp=[8]",
            "cache.size=400 rows",
            "storage.backend=ssd",
            "storage.ssd.ram-cache=300 rows",
            "report.warm-up=5",
            "train.epochs=4",
            "train.eval-every=10",
            "train.early-stopping.patience=1",
            "train.early-stopping.min-delta=0.5"));
    run(List.of("eval", folder.resolve("run/model").toString()), "eval", List.of());
    run(
        List.of("train"),
        "two",
        List.of(
            "data.synthetic.rows=400",
            "data.synthetic.cardinalities=[300,900]",
            "data.batch-size=32",
            "model.embedding-dim=4",
            "model.dlrm.bottom-mlp=[8]",
            "model.dlrm.top-mlp=[8]",
            "compute.nd4j-native.devices=2"));
    Set<String> documented = documented("## report.json");
    Set<String> found =
        collect(documented, "run/report.json", "eval/report.json", "two/report.json");
    assertThat(withoutObjects(found)).isEqualTo(withoutObjects(documented));
  }

  @Test
  void ofModels() throws Exception {
    run(
        List.of("train"),
        "run",
        List.of(
            "data.synthetic.rows=300",
            "data.synthetic.cardinalities=[30,90]",
            "data.batch-size=32",
            "model.embedding-dim=4",
            "cache.size=all"));
    Set<String> documented = documented("### model.json");
    assertThat(outsideOfLists(collect(documented, "run/model/model.json")))
        .isEqualTo(outsideOfLists(documented));
  }

  /** The page tells in words what is in elements of lists, and in the model's settings. */
  private static Set<String> outsideOfLists(Set<String> paths) {
    return withoutObjects(
        paths.stream()
            .map(path -> path.replaceFirst("\\[].*", ""))
            .map(path -> path.replaceFirst("^model\\.settings\\..*", "model.settings"))
            .collect(Collectors.toCollection(TreeSet::new)));
  }
}
