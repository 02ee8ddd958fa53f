package dev.farsight.spark.ml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Python of docs/spark-ml.md is Python, and what it calls by name is there in Java. It is not
 * run: PySpark cannot be had here. Skipped without Python.
 */
class DocumentedPythonTest {

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```python\n(.*?)^```");

  /** Prints parameters that are named in calls, and the names in LISTS. */
  private static final String SCRIPT =
      """
      import ast, sys
      tree = ast.parse(sys.stdin.read())
      for node in ast.walk(tree):
          if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "FarsightClassifier":
              print("parameters", *[keyword.arg for keyword in node.keywords])
          if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "LISTS":
              print("lists", *ast.literal_eval(node.value))
          if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "PACKAGE":
              print("package", ast.literal_eval(node.value))
          if isinstance(node, ast.ClassDef):
              print("class", node.name)
      """;

  @TempDir private Path folder;

  private static Set<String> setters(boolean ofLists) {
    return Arrays.stream(FarsightClassifier.class.getMethods())
        .filter(method -> method.getName().startsWith("set") && method.getParameterCount() == 1)
        .filter(method -> method.getReturnType() == FarsightClassifier.class)
        .filter(method -> !ofLists || method.getParameterTypes()[0] == String[].class)
        .map(Method::getName)
        .map(name -> name.substring(3, 4).toLowerCase(Locale.ROOT) + name.substring(4))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private List<String> python(String input) throws Exception {
    Path script = Files.writeString(folder.resolve("script.py"), SCRIPT);
    Path in = Files.writeString(folder.resolve("in"), input);
    Path out = folder.resolve("out");
    Process process;
    try {
      process =
          new ProcessBuilder(
                  System.getenv().getOrDefault("PYTHON", "python3"), "-B", script.toString())
              .redirectErrorStream(true)
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .start();
    } catch (IOException e) {
      assumeTrue(false, "no python3 here");
      return List.of();
    }
    int status = process.waitFor();
    String printed = Files.readString(out, UTF_8);
    assertThat(status).as(printed).isZero();
    return printed.lines().toList();
  }

  private static Set<String> words(List<String> printed, String kind) {
    return printed.stream()
        .filter(line -> line.startsWith(kind + " "))
        .flatMap(line -> Arrays.stream(line.split(" ")).skip(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void thePythonOfThePageCallsWhatIsThere() throws Exception {
    String page = Files.readString(Path.of("../docs/spark-ml.md"));
    String text =
        BLOCK.matcher(page).results().map(block -> block.group(1)).collect(Collectors.joining());

    List<String> printed = python(text);

    assertThat(words(printed, "lists")).isEqualTo(setters(true)).hasSize(3);
    assertThat(words(printed, "parameters")).hasSizeGreaterThan(3).isSubsetOf(setters(false));
    assertThat(words(printed, "package"))
        .containsExactly(FarsightClassifier.class.getPackageName() + ".");
    assertThat(words(printed, "class")).contains("FarsightClassifier", "FarsightModel");
    FarsightModel.class.getMethod("setThreshold", double.class);
  }
}
