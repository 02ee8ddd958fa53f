package dev.farsight.cli;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts this program again: the same Java, options and classes, with other arguments. */
final class OwnJvm {

  /** Options that only one process can have: a terminal, and a port for a debugger. */
  private static final List<String> NOT_AGAIN =
      List.of("-Dfarsight.columns=", "-agentlib:jdwp", "-Xrunjdwp", "-Xdebug");

  /** What these name is among this JVM's options already. */
  private static final List<String> OPTION_VARIABLES =
      List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS");

  private OwnJvm() {}

  /** Not started yet. */
  static ProcessBuilder builder(List<String> arguments) {
    var command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    command.addAll(options(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    OPTION_VARIABLES.forEach(environment::remove);
    return builder;
  }

  static List<String> options(List<String> own) {
    return own.stream().filter(option -> NOT_AGAIN.stream().noneMatch(option::startsWith)).toList();
  }
}
