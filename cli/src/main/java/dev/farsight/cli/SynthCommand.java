package dev.farsight.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "synth", description = "Writes synthetic rows as a file in the format of Criteo's.")
final class SynthCommand implements Callable<Integer> {

  private final Shell shell;

  @Mixin private ConfigArguments arguments;

  @Parameters(paramLabel = "OUT", description = "File to write; compressed if it ends in .gz.")
  private Path file;

  @Option(names = "--rows", paramLabel = "N", description = "How many rows to write.")
  private Long rows;

  SynthCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    throw new UnsupportedOperationException();
  }
}
