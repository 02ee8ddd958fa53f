package dev.farsight.storage.ssd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a class of these tests in a JVM of its own. */
final class ChildJvm {

  private ChildJvm() {}

  /**
   * @param flags whether with the flags that Chronicle Map needs
   */
  static Process start(boolean flags, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    if (flags) {
      command.addAll(JvmFlags.all());
      command.add("-Dchronicle.analytics.disable=true");
      command.add("-Dchronicle.announcer.disable=true");
    }
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
