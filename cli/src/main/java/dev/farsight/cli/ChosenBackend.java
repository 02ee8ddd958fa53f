package dev.farsight.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      Path file = chosen.words.size() > 1 ? chosen.words.get(1) : null;
      return chosen
          .arguments
          .user(file, environment)
          .early(ChosenBackend.class.getClassLoader())
          .string("compute.backend");
    } catch (RuntimeException e) {
      return "";
    }
  }
}
