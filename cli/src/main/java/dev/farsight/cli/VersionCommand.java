package dev.farsight.cli;

import dev.farsight.engine.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Prints the version of Farsight and of what it runs on.")
final class VersionCommand implements Callable<Integer> {

  private final Shell shell;

  VersionCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    shell
        .out()
        .printf(
            "farsight %s (commit %s) on Java %s, %s %s%n",
            Version.number(),
            Version.commit(),
            System.getProperty("java.version"),
            System.getProperty("os.name"),
            System.getProperty("os.arch"));
    return 0;
  }
}
