package dev.farsight.cli;

import dev.farsight.engine.config.FarsightConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Prints {@code compute.backend} of a command line, for the launcher, which picks the class path by
 * it. Prints nothing where the command line is wrong: the command itself will say so.
 */
@Command
final class ChosenBackend {

  @Mixin private ConfigArguments arguments;

  /** The command and its file. */
  @Parameters private List<Path> words = new ArrayList<>();

  @Option(
      names = "--resume",
      arity = "0..1",
      fallbackValue = "",
      preprocessor = AttachedValue.class)
  private String resume;

  private ChosenBackend() {}

  public static void main(String[] args) {
    System.out.println(of(Environment.ofProcess(), args));
  }

  static String of(Environment environment, String... args) {
    var chosen = new ChosenBackend();
    try {
      new CommandLine(chosen)
          .setExpandAtFiles(false)
          .setUnmatchedArgumentsAllowed(true)
          .parseArgs(args);
      return chosen
          .user(environment)
          .early(ChosenBackend.class.getClassLoader())
          .string("compute.backend");
    } catch (RuntimeException e) {
      return "";
    }
  }

  private FarsightConfig user(Environment environment) {
    Path file = words.size() > 1 ? words.get(1) : null;
    if (resume != null) {
      return arguments.ofRun(file, environment);
    }
    return file != null && Files.isDirectory(file)
        ? arguments.ofModel(file, List.of())
        : arguments.user(file, environment);
  }
}
