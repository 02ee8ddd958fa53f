package dev.farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.farsight.bench.ablation.SuiteFile;
import dev.farsight.engine.config.FarsightConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Every command in the documentation can be typed: commands and options are the parser's own, keys
 * are known, and the configurations, scripts, modules and tests that are named are there.
 */
class DocumentedCommandsTest {

  /** The reader's file, and one that ablate makes. */
  private static final Set<String> OWN = Set.of("my.conf", "cell.conf");

  private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```([a-z]*)\n(.*?)^ *```");
  private static final Pattern INLINE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern WORD =
      Pattern.compile("(?:[^\\s\"'#;&|]|\"[^\"]*\"|'[^']*'|(?<=\\S)#)+|&&|[;|]|#");
  private static final Pattern ASSIGNMENT = Pattern.compile("[A-Z_]+=.*");
  private static final Pattern PLACEHOLDER = Pattern.compile("[A-Z][A-Z_]*");

  private static Stream<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String page : List.of("README.md", "CONTRIBUTING.md", "cli/src/main/assembly/README.md")) {
      pages.add(Path.of(page));
    }
    try (var files = Files.walk(Distribution.ROOT.resolve("docs"))) {
      files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !file.toString().contains("/target/"))
          .map(Distribution.ROOT::relativize)
          .sorted()
          .forEach(pages::add);
    }
    return pages.stream();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void whatAPageSaysToTypeWorks(Path page) throws IOException {
    assertThat(new Page(Files.readString(Distribution.ROOT.resolve(page))).wrong()).isEmpty();
  }

  @Test
  void theCheckFindsWhatIsWrong() {
    var page =
        new Page(
            """
            `farsight chekpoint info` and `bench/no.sh`

            ```
            ./farsight train conf/kaggle.conf --set compute.backend=jcuda
            X=1 ./farsight train my.conf --set cache.szie=1% && farsight list --all
            mvn -pl engin test -Dtest=NoTest    # and a comment
            ./farsight export runs/a/model out \\
                --formt npy
            bench/run.sh
            ```
            """);
    assertThat(page.wrong())
        .satisfiesExactlyInAnyOrder(
            wrong -> assertThat(wrong).contains("chekpoint"),
            wrong -> assertThat(wrong).contains("bench/no.sh"),
            wrong -> assertThat(wrong).contains("conf/kaggle.conf: no such file"),
            wrong -> assertThat(wrong).contains("cache.szie"),
            wrong -> assertThat(wrong).contains("--all"),
            wrong -> assertThat(wrong).contains("engin"),
            wrong -> assertThat(wrong).contains("NoTest"),
            wrong -> assertThat(wrong).contains("--formt"));
  }

  /** What is wrong in a page, a line each. */
  private static final class Page {

    private final String text;
    private final List<String> wrong = new ArrayList<>();

    /** Arguments of commands further up: files and folders that those may have made. */
    private final Set<String> made = new HashSet<>(OWN);

    Page(String text) {
      this.text = text;
    }

    List<String> wrong() {
      var block = BLOCK.matcher(text);
      while (block.find()) {
        if (List.of("", "sh", "bash", "console").contains(block.group(1))) {
          block.group(2).replaceAll("\\\\\n", " ").lines().forEach(line -> line(line, false));
        }
      }
      var inline = INLINE.matcher(BLOCK.matcher(text).replaceAll(""));
      while (inline.find()) {
        // Brackets of a synopsis mark what may be left out.
        String command = inline.group(1);
        line(command.contains("[--") ? command.replaceAll("[\\[\\]]", "") : command, true);
      }
      return wrong;
    }

    private void line(String line, boolean inline) {
      List<String> words = new ArrayList<>();
      var word = WORD.matcher(line);
      while (word.find()) {
        String found = word.group();
        if (found.equals("#")) {
          break;
        }
        if (List.of("&&", ";", "|").contains(found)) {
          command(words, inline);
          words.clear();
        } else {
          words.add(found.replaceAll("[\"']", ""));
        }
      }
      command(words, inline);
    }

    private void command(List<String> words, boolean inline) {
      var command = new ArrayList<>(words);
      while (!command.isEmpty() && ASSIGNMENT.matcher(command.get(0)).matches()) {
        command.remove(0);
      }
      if (command.isEmpty()) {
        return;
      }
      List<String> arguments = command.subList(1, command.size());
      String program = command.get(0);
      if (List.of("farsight", "./farsight", "bin/farsight").contains(program)) {
        if (!arguments.isEmpty() && !arguments.get(0).equals("{")) {
          farsight(arguments, inline);
        }
      } else if (program.equals("mvn")) {
        maven(arguments);
      } else if (program.matches("(bench|\\.ci|docs|conf|gpu-bench)/\\S*")) {
        script(program, arguments);
      }
      made.addAll(arguments);
    }

    private void farsight(List<String> arguments, boolean inline) {
      String[] filled =
          arguments.stream()
              .map(argument -> PLACEHOLDER.matcher(argument).matches() ? "1" : argument)
              .filter(argument -> !argument.equals("..."))
              .toArray(String[]::new);
      ParseResult parsed;
      try {
        var shell =
            new Shell(
                new Environment(Optional.empty(), 0),
                new Interrupt(),
                null,
                System.out,
                StatusLine.none());
        parsed = Commands.of(shell).parseArgs(filled);
      } catch (MissingParameterException e) {
        if (!inline) {
          wrong.add(String.join(" ", arguments) + ": " + e.getMessage());
        }
        return;
      } catch (CommandLine.ParameterException e) {
        wrong.add(String.join(" ", arguments) + ": " + e.getMessage());
        return;
      }
      while (parsed.hasSubcommand()) {
        parsed = parsed.subcommand();
      }
      configuration(parsed);
    }

    private void configuration(ParseResult command) {
      List<String> sets = new ArrayList<>();
      if (command.hasMatchedOption("--set")) {
        command
            .matchedOption("--set")
            .originalStringValues()
            .forEach(set -> sets.add(set.equals("KEY=VALUE") ? "cache.size=1%" : set));
      }
      Optional<Path> file =
          Stream.concat(command.matchedPositionals().stream(), command.matchedOptions().stream())
              .flatMap(argument -> argument.originalStringValues().stream())
              .filter(value -> value.endsWith(".conf") && !made.contains(value))
              .map(Distribution.ROOT::resolve)
              .findFirst();
      try {
        if (command.commandSpec().name().equals("ablate") && file.isPresent()) {
          SuiteFile.read(file.get(), sets);
          return;
        }
        FarsightConfig user = file.map(FarsightConfig::ofFile).orElseGet(FarsightConfig::defaults);
        user.set(sets.stream().filter(set -> !ofThisPage(set)).toList())
            .resolve(List.of(DocumentedCommandsTest.class.getClassLoader()));
      } catch (RuntimeException e) {
        wrong.add(command.commandSpec().qualifiedName() + " " + sets + ": " + e.getMessage());
      }
    }

    /** Whether the page shows the key in a configuration, as that of a plugin that it writes. */
    private boolean ofThisPage(String set) {
      String key = "farsight." + set.substring(0, set.indexOf('='));
      return BLOCK
          .matcher(text)
          .results()
          .filter(block -> block.group(1).equals("hocon"))
          .anyMatch(block -> ConfigFactory.parseString(block.group(2)).hasPath(key));
    }

    private void maven(List<String> arguments) {
      for (int a = 0; a < arguments.size(); a++) {
        String argument = arguments.get(a);
        String next = a + 1 < arguments.size() ? arguments.get(a + 1) : "";
        if (argument.equals("-pl")) {
          for (String module : next.split(",", -1)) {
            exists(module + "/pom.xml");
          }
        } else if (argument.equals("-f")) {
          exists(next);
        } else if (argument.startsWith("-Dtest=")) {
          for (String test : argument.substring("-Dtest=".length()).split(",", -1)) {
            test(test.replaceFirst("#.*", ""));
          }
        }
      }
    }

    private void test(String name) {
      try (var files = Files.walk(Distribution.ROOT)) {
        if (files.noneMatch(file -> file.getFileName().toString().equals(name + ".java"))) {
          wrong.add(name + ": no such test");
        }
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    private void script(String program, List<String> arguments) {
      String folder = program.substring(0, program.indexOf('/'));
      // Another folder is one that bench/gpu/pack.sh was told to make.
      boolean packed = made.contains(folder) && !Files.exists(Distribution.ROOT.resolve(folder));
      exists(packed ? "bench/gpu/" + program.substring(folder.length() + 1) : program);
      for (String argument : arguments) {
        if (argument.matches("(dev|org)\\.farsight\\.\\S+")) {
          String source = "bench/src/main/java/" + argument.replace('.', '/') + ".java";
          exists(source);
        }
      }
    }

    private void exists(String path) {
      if (!Files.exists(Distribution.ROOT.resolve(path))) {
        wrong.add(path + ": no such file");
      }
    }
  }
}
