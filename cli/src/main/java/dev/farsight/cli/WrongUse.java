package dev.farsight.cli;

import dev.farsight.api.internal.Nearest;
import dev.farsight.api.internal.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is said of a command line that cannot be parsed, with a guess at what was meant. */
final class WrongUse {

  private final CommandLine command;

  private WrongUse(CommandLine command) {
    this.command = command;
  }

  static String message(ParameterException e) {
    var wrong = new WrongUse(e.getCommandLine());
    return e instanceof UnmatchedArgumentException unmatched
        ? wrong.unmatched(unmatched)
        : e.getMessage() + wrong.help();
  }

  private String unmatched(UnmatchedArgumentException e) {
    List<String> words = e.getUnmatched();
    String word = words.get(0);
    if (!word.startsWith("-")) {
      if (!command.getSubcommands().isEmpty()) {
        var names = new TreeSet<>(command.getSubcommands().keySet());
        return "unknown command " + Quoted.of(word) + Nearest.question(word, names) + help();
      }
      return takesSettings() && isSetting(word)
          ? settingsNeedSet(word)
          : "one argument too many: " + Quoted.of(word) + help();
    }
    String option = word.split("=", 2)[0];
    return "unknown option " + Quoted.of(option) + meant(option, words) + help();
  }

  /** Of an argument such as {@code cache.size=5%}. */
  static String settingsNeedSet(String setting) {
    return Quoted.of(setting) + ": settings are given as --set " + Quoted.of(setting);
  }

  /** Whether an argument looks like {@code KEY=VALUE}. */
  static boolean isSetting(String word) {
    return word.matches("[\\w.-]+=.*");
  }

  private String meant(String option, List<String> words) {
    var options = new TreeSet<>(command.getCommandSpec().optionsMap().keySet());
    String near = Nearest.question(option, options);
    List<String> keys = takesSettings() ? keys(option.replaceFirst("^-+", "")) : List.of();
    if (!near.isEmpty() || keys.isEmpty()) {
      return near;
    }
    String value = value(words);
    return "; did you mean "
        + String.join(" or ", keys.stream().map(key -> "--set " + key + value).toList())
        + "?";
  }

  /** The value behind an option, as far as there is one. */
  private static String value(List<String> words) {
    String[] parts = words.get(0).split("=", 2);
    if (parts.length > 1) {
      return Quoted.of(parts[1]);
    }
    return words.size() > 1 && !words.get(1).startsWith("-") ? Quoted.of(words.get(1)) : "VALUE";
  }

  /** The keys that have this name, or that it is the last part of, each with its {@code =}. */
  private static List<String> keys(String name) {
    List<String> named = new ArrayList<>();
    StreamSupport.stream(new ConfigKeys().spliterator(), false)
        .filter(key -> key.equals(name + "=") || key.endsWith("." + name + "="))
        .limit(3)
        .forEach(named::add);
    return named;
  }

  private boolean takesSettings() {
    return command.getCommandSpec().optionsMap().containsKey("--set");
  }

  private String help() {
    return " (" + command.getCommandSpec().qualifiedName() + " --help tells more)";
  }
}
