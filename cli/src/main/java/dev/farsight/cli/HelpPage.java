package dev.farsight.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The help of a command. Lines end between two words alone: picocli's own pages also break keys and
 * options, as in {@code run.} and {@code directory}, so that nobody can find or copy them.
 */
final class HelpPage {

  private static final String INDENT = "  ";
  private static final String GAP = "  ";

  /** Longer terms have their description on the next line. */
  private static final int LONGEST_TERM = 24;

  private final int width;

  private HelpPage(int width) {
    this.width = width;
  }

  /** Gives a command and all below it pages of this kind, so many characters wide. */
  static void install(CommandLine line, int width) {
    var page = new HelpPage(width);
    Map<String, IHelpSectionRenderer> sections = new LinkedHashMap<>();
    sections.put(UsageMessageSpec.SECTION_KEY_SYNOPSIS, page::synopsis);
    sections.put(UsageMessageSpec.SECTION_KEY_DESCRIPTION, page::description);
    sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, page::commands);
    sections.put(UsageMessageSpec.SECTION_KEY_PARAMETER_LIST, page::arguments);
    sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, page::options);
    all(line, sections);
  }

  private static void all(CommandLine line, Map<String, IHelpSectionRenderer> sections) {
    line.setHelpSectionKeys(List.copyOf(sections.keySet()));
    line.setHelpSectionMap(sections);
    line.getSubcommands().values().forEach(below -> all(below, sections));
  }

  private String synopsis(Help help) {
    var spec = help.commandSpec();
    List<String> words = new ArrayList<>();
    spec.options().stream()
        .filter(OptionSpec::required)
        .forEach(option -> words.add(term(option, option.longestName())));
    if (spec.options().stream().anyMatch(option -> !option.required())) {
      words.add("[OPTIONS]");
    }
    if (!spec.subcommands().isEmpty()) {
      words.add("COMMAND");
    }
    spec.positionalParameters().forEach(argument -> words.add(term(argument)));
    String start = "Usage: " + spec.qualifiedName() + " ";
    return hanging(start, start.length(), String.join(" ", words));
  }

  private String description(Help help) {
    var page = new StringBuilder();
    for (String line : help.commandSpec().usageMessage().description()) {
      page.append(hanging("", 0, text(line)));
    }
    return page.toString();
  }

  private String commands(Help help) {
    Map<String, String> terms = new LinkedHashMap<>();
    help.subcommands()
        .forEach(
            (name, below) ->
                terms.put(name, text(below.commandSpec().usageMessage().description()[0])));
    return list("Commands:", terms);
  }

  private String arguments(Help help) {
    Map<String, String> terms = new LinkedHashMap<>();
    help.commandSpec()
        .positionalParameters()
        .forEach(argument -> terms.put(argument.paramLabel(), text(argument.description())));
    return list("Arguments:", terms);
  }

  private String options(Help help) {
    Map<String, String> terms = new LinkedHashMap<>();
    help.commandSpec().options().stream()
        .filter(option -> !option.hidden())
        .sorted((a, b) -> a.longestName().compareTo(b.longestName()))
        .forEach(
            option ->
                terms.put(
                    term(option, String.join(", ", option.names())), text(option.description())));
    return list("Options:", terms);
  }

  /** Such as {@code --resume[=auto]} or {@code --policy=NAME,...}. */
  private static String term(OptionSpec option, String names) {
    if (option.arity().max() == 0) {
      return names;
    }
    String value = "=" + option.paramLabel() + (option.splitRegex().isEmpty() ? "" : ",...");
    return names + (option.arity().min() == 0 ? "[" + value + "]" : value);
  }

  private static String term(PositionalParamSpec argument) {
    String label = argument.paramLabel() + (argument.arity().isVariable() ? "..." : "");
    return argument.arity().min() == 0 ? "[" + label + "]" : label;
  }

  /** Terms in one column, what they mean in another. */
  private String list(String title, Map<String, String> terms) {
    if (terms.isEmpty()) {
      return "";
    }
    int column =
        terms.keySet().stream()
                .mapToInt(String::length)
                .filter(length -> length <= LONGEST_TERM)
                .max()
                .orElse(LONGEST_TERM)
            + INDENT.length()
            + GAP.length();
    var page = new StringBuilder("\n" + title + "\n");
    terms.forEach(
        (term, meaning) -> {
          if (term.length() > LONGEST_TERM) {
            page.append(INDENT).append(term).append('\n');
            page.append(hanging(" ".repeat(column), column, meaning));
          } else {
            String start = INDENT + term;
            page.append(hanging(start + " ".repeat(column - start.length()), column, meaning));
          }
        });
    return page.toString();
  }

  /** A paragraph whose first line begins with a text, and the others with blanks. */
  private String hanging(String start, int indent, String text) {
    var page = new StringBuilder(start);
    int length = start.length();
    boolean first = true;
    for (String word : text.split(" ", -1)) {
      if (!first && length + 1 + word.length() > width) {
        page.append('\n').append(" ".repeat(indent));
        length = indent;
      } else if (!first) {
        page.append(' ');
        length++;
      }
      page.append(word);
      length += word.length();
      first = false;
    }
    return page.append('\n').toString();
  }

  /** A description as it is written in the annotation: with formats, without line ends. */
  private static String text(String... description) {
    return String.join(" ", description).replace("%%", "%");
  }
}
